/** The part of the `smpp` package (which ships no types) that the adapter uses: its tables of the protocol, and its encoder. */
declare module 'smpp' {
  export interface FieldType {
    /** @throws RangeError where the buffer ends too early */
    read(buffer: Buffer, offset: number): string | number | Buffer;
    size(value: string | number | Buffer): number;
  }

  export interface Command {
    command: string;
    params?: Record<string, { type: FieldType }>;
  }

  export interface Smpp {
    PDU: new (command: string, fields: Record<string, unknown>) => { toBuffer(): Buffer };
    commandsById: Record<number, Command | undefined>;
    errors: Record<string, number>;
  }

  const smpp: Smpp;
  export default smpp;
}
