import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import aws4 from 'aws4';
import { expect } from 'chai';
import awsSns, { type AwsSnsConfig } from '../../adapters/sms/aws-sns/index.js';
import type { HttpRequest, SmsMessage } from '../../src/contracts/adapter.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const KEYS = { accessKeyId: 'AKIDEXAMPLE00000', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const config = (baseUrl: string): AwsSnsConfig => ({ region: 'eu-north-1', ...KEYS, baseUrl });
const ID = '9b888f80-15f7-5c30-81a2-c4511a3f5229';
const XMLNS = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
const PUBLISHED = `<PublishResponse ${XMLNS}>
  <PublishResult>
    <MessageId>${ID}</MessageId>
  </PublishResult>
  <ResponseMetadata><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata>
</PublishResponse>`;
const failed = (status: number, code: string, type = 'Sender'): Answer => ({
  status,
  body: `<ErrorResponse ${XMLNS}>
  <Error><Type>${type}</Type><Code>${code}</Code><Message>Invalid parameter: PhoneNumber +12015550123</Message></Error>
  <RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId>
</ErrorResponse>`,
});
const unauthorised = [
  [403, 'InvalidClientTokenId'],
  [403, 'SignatureDoesNotMatch'],
  [403, 'ExpiredToken'],
  [403, 'AuthorizationError'],
  [403, 'AccessDenied'],
  [403, 'OptInRequired'],
  [403, 'InvalidSecurity'],
  [400, 'IncompleteSignature'],
  [400, 'RequestExpired'],
] as const;

/** The attributes of a message, and the fields of the form around them. */
function fieldsOf(body: string): { form: Record<string, string>; attributes: Record<string, string> } {
  const all = Object.fromEntries(new URLSearchParams(body));
  const attributes: Record<string, string> = {};
  for (let entry = 1; all[`MessageAttributes.entry.${entry}.Name`] !== undefined; entry++) {
    const value = (what: string) => all[`MessageAttributes.entry.${entry}.Value.${what}`];
    attributes[all[`MessageAttributes.entry.${entry}.Name`] as string] = `${value('DataType')} ${value('StringValue')}`;
  }
  const form = Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('MessageAttributes')));
  return { form, attributes };
}

describeSmsAdapter({
  name: 'aws-sns',
  definition: awsSns,
  config,
  secrets: [KEYS.secretAccessKey],
  success: [{ answer: { status: 200, body: PUBLISHED }, providerId: ID }],
  rejected: [
    ...unauthorised.map(([status, code]) => ({
      answer: failed(status, code),
      code: 'aws-sns-authentication',
      scope: 'account' as const,
    })),
    { answer: failed(400, 'InvalidParameter'), code: 'aws-sns-invalid-parameter' },
    { answer: failed(400, 'InvalidParameterValue'), code: 'aws-sns-invalid-parameter-value' },
    { answer: failed(400, 'ValidationException'), code: 'aws-sns-validation-exception' },
    { answer: failed(400, 'OptedOut'), code: 'aws-sns-opted-out' },
    { answer: failed(400, 'KMSDisabled'), code: 'aws-sns-kms-disabled' },
    { answer: failed(404, 'NotFound'), code: 'aws-sns-not-found' },
    { answer: failed(400, 'Sender.SomethingNew'), code: 'aws-sns-sender-something-new' },
    { answer: { status: 403, body: '<html>Forbidden</html>' }, code: 'aws-sns-403-refused' },
  ],
  retryable: [
    { answer: failed(400, 'Throttling'), code: 'aws-sns-throttling' },
    { answer: failed(429, 'Throttled'), code: 'aws-sns-throttled' },
    { answer: failed(400, 'ThrottlingException'), code: 'aws-sns-throttling-exception' },
    { answer: failed(400, 'KMSThrottling'), code: 'aws-sns-kms-throttling' },
    { answer: failed(503, 'RequestLimitExceeded'), code: 'aws-sns-request-limit-exceeded' },
    { answer: failed(503, 'ServiceUnavailable', 'Receiver'), code: 'aws-sns-service-unavailable' },
    { answer: { status: 429, body: '' }, code: 'aws-sns-429-too-many' },
  ],
  busy: { ...failed(503, 'ServiceUnavailable', 'Receiver'), headers: { 'retry-after': '7' } },
  unreadable: [
    failed(500, 'InternalError', 'Receiver'),
    failed(500, 'InternalFailure', 'Receiver'),
    failed(200, 'InvalidParameter'),
    { status: 503, body: '<html>Service Unavailable</html>' },
    { status: 200, body: PUBLISHED.replace(ID, 'of +12015550123') },
    { status: 200, body: PUBLISHED.slice(0, 150) },
    { status: 200, body: PUBLISHED.replaceAll('Publish', 'Subscribe') },
    { status: 201, body: PUBLISHED },
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const { form, attributes } = fieldsOf(body);
    return {
      to: form.PhoneNumber ?? '',
      from: (attributes['AWS.SNS.SMS.SenderID'] ?? '').replace('String ', ''),
      text: form.Message ?? '',
      reference: (attributes['alert-id'] ?? '').replace('String ', ''),
    };
  },
  processesIn: [
    { own: {}, places: ['SE'] },
    { own: { region: 'eu-west-1' }, places: ['IE'] },
    { own: { region: 'us-gov-west-1' }, places: ['US'] },
    { own: { region: 'ap-southeast-1' }, places: ['SG'] },
    { own: { region: 'xx-moon-1' }, places: ['ZZ'] },
    { own: { region: 'xx-moon-1', processesIn: ['EE'] }, places: ['EE'] },
  ],
});

describe('what the Amazon SNS adapter asks', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave({ status: 200, body: PUBLISHED });
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  const ask = async (own: Partial<AwsSnsConfig> = {}, message: Partial<SmsMessage> = {}, now?: number) => {
    const tools = toolsFor(now === undefined ? {} : { now: () => now });
    await awsSns.create({ ...config(provider.baseUrl), ...own }, tools).send({ ...MESSAGE, ...message });
    return provider.asked.at(-1) as Asked;
  };

  it('is a Publish to the number, of the type that its lane needs', async () => {
    const { method, path, headers, body } = await ask();
    expect({ method, path }).to.deep.equal({ method: 'POST', path: '/' });
    expect(headers['content-type']).to.equal('application/x-www-form-urlencoded; charset=utf-8');
    expect(fieldsOf(body)).to.deep.equal({
      form: { Action: 'Publish', Version: '2010-03-31', PhoneNumber: MESSAGE.to, Message: MESSAGE.text },
      attributes: {
        'AWS.SNS.SMS.SenderID': 'String BANK',
        'AWS.SNS.SMS.SMSType': 'String Transactional',
        'alert-id': `String ${MESSAGE.alertId}`,
      },
    });
    for (const lane of ['otp', 'service', 'marketing'] as const) {
      const { attributes } = fieldsOf((await ask({}, { lane })).body);
      const expected = lane === 'marketing' ? 'String Promotional' : 'String Transactional';
      expect(attributes['AWS.SNS.SMS.SMSType'], lane).to.equal(expected);
    }
  });

  it('names a number as the origination number, and the most it may cost where that is configured', async () => {
    for (const from of ['+37255501234', '90125']) {
      const { attributes } = fieldsOf((await ask({ maxPrice: '0.50' }, { from })).body);
      expect(attributes).to.include({
        'AWS.MM.SMS.OriginationNumber': `String ${from}`,
        'AWS.SNS.SMS.MaxPrice': 'Number 0.50',
      });
      expect(attributes).not.to.have.property('AWS.SNS.SMS.SenderID');
    }
  });

  const endpoints = { 'eu-north-1': 'sns.eu-north-1.amazonaws.com', 'cn-north-1': 'sns.cn-north-1.amazonaws.com.cn' };
  for (const [region, host] of Object.entries(endpoints)) {
    it(`goes to ${host} in the region ${region}`, async () => {
      let asked: HttpRequest | undefined;
      const http = async (request: HttpRequest) => {
        asked = request;
        return { kind: 'not-sent' as const, code: 'test' };
      };
      await awsSns.create({ region, ...KEYS }, toolsFor({ http })).send(MESSAGE);
      expect(asked?.url).to.equal(`https://${host}/`);
      expect(asked?.headers?.Host).to.equal(host);
      expect(asked?.headers?.Authorization).to.include(`/20260115/${region}/sns/aws4_request`);
    });
  }

  describe("beside Amazon's own client", () => {
    const theirs = async (sessionToken?: string, text = MESSAGE.text) => {
      const client = new SNSClient({
        region: 'eu-north-1',
        endpoint: provider.baseUrl,
        credentials: { ...KEYS, ...(sessionToken && { sessionToken }) },
      });
      const text_ = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
      const published = await client.send(
        new PublishCommand({
          PhoneNumber: MESSAGE.to,
          Message: text,
          MessageAttributes: {
            'AWS.SNS.SMS.SenderID': text_('BANK'),
            'AWS.SNS.SMS.SMSType': text_('Transactional'),
            'AWS.SNS.SMS.MaxPrice': text_('0.50', 'Number'),
            'alert-id': text_(MESSAGE.alertId),
          },
        }),
      );
      client.destroy();
      expect(published.MessageId).to.equal(ID);
      return provider.asked.at(-1) as Asked;
    };
    /** The clock of their request. */
    const clockOf = ({ headers }: Asked): number =>
      Date.parse(
        String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
      );
    const authorization = ({ headers }: Pick<Asked, 'headers'>) => {
      const [, credential, names, signature] =
        /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
          String(headers.authorization),
        ) ?? expect.fail('it is not signed');
      return { credential, names: String(names).split(';'), signature };
    };

    for (const sessionToken of [undefined, 'FwoGZXIvYXdzEJr//example==']) {
      const keys = sessionToken === undefined ? 'lasting' : 'temporary';
      it(`asks the same with ${keys} keys, under the same scope`, async () => {
        const text = "Makse õnnestus 😀 (1+1=2 & 100 %)! It's *yours*~";
        const amazon = await theirs(sessionToken, text);
        const ours = await ask({ sessionToken, maxPrice: '0.50' }, { text }, clockOf(amazon));
        expect(fieldsOf(ours.body)).to.deep.equal(fieldsOf(amazon.body));
        expect(authorization(ours).credential).to.equal(authorization(amazon).credential);
        for (const name of ['x-amz-date', 'x-amz-security-token'])
          expect(ours.headers[name], name).to.equal(amazon.headers[name]);
        expect(authorization(ours).names).to.include.members(['host', 'x-amz-date']);
        if (sessionToken !== undefined) expect(authorization(ours).names).to.include('x-amz-security-token');
      });
    }

    it("signs as Amazon's signer does: the same request at the same second gets the same header", async () => {
      const ours = await ask({ sessionToken: 'FwoGZXIvYXdzEJr//example==' });
      const { names } = authorization(ours);
      const headers = Object.fromEntries(names.map((name) => [name, String(ours.headers[name])]));
      const client = new SNSClient({ region: 'eu-north-1', credentials: KEYS });
      const signer = (await client.config.signer()) as unknown as AmazonSigner;
      const { hostname, port } = new URL(provider.baseUrl);
      const request = {
        method: 'POST',
        protocol: 'http:',
        hostname,
        port: Number(port),
        path: '/',
        query: {},
        headers,
      };
      const again = await signer.sign(
        { ...request, body: ours.body },
        { signingDate: new Date(NOW), signingService: 'sns' },
      );
      expect(again.headers.authorization).to.equal(ours.headers.authorization);
    });

    it("signs what Amazon's client asks with the signature that Amazon's client gave it", async () => {
      const amazon = await theirs();
      const signedByAmazon = authorization(amazon);
      const same = Object.fromEntries(signedByAmazon.names.map((name) => [name, String(amazon.headers[name])]));
      const { host } = new URL(provider.baseUrl);
      const wanted = { method: 'POST', host, path: '/', service: 'sns', region: 'eu-north-1', headers: same };
      const signed = aws4.sign({ ...wanted, body: amazon.body, doNotModifyHeaders: true }, KEYS);
      expect(authorization({ headers: { authorization: signed.headers?.Authorization as string } })).to.deep.equal(
        signedByAmazon,
      );
    });
  });
});

interface AmazonSigner {
  sign(
    request: { headers: Record<string, string>; body: string },
    options: { signingDate: Date; signingService: string },
  ): Promise<{ headers: Record<string, string> }>;
}
