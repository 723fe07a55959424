/** The part of Messente's own library that the tests use; it comes without types. */
declare module 'messente_api' {
  type Callback = (error: unknown, data: unknown) => void;
  interface Client {
    basePath: string;
    authentications: { basicAuth: { username: string; password: string } };
  }
  const library: {
    ApiClient: { instance: Client };
    SMS: { constructFromObject(fields: object): object };
    Omnimessage: { constructFromObject(fields: object): object };
    OmnimessageApi: new () => { sendOmnimessage(omnimessage: object, callback: Callback): void };
    DeliveryReportApi: new () => { retrieveDeliveryReport(id: string, callback: Callback): void };
    Status: Record<string, string>;
    ErrorCodeOmnichannelMachine: Record<string, number>;
  };
  export default library;
}
