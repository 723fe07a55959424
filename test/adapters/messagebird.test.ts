import { request as httpRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { expect } from 'chai';
import { initClient } from 'messagebird';
import type { Message, MessageParameters } from 'messagebird/types/messages.js';
import messagebird, { type MessageBirdConfig } from '../../adapters/sms/messagebird/index.js';
import type { CallbackRequest, HttpRequest, LookupRequest } from '../../src/contracts/adapter.js';
import { post } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { type Claims, signToken } from './messagebird-token.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const config = (baseUrl: string): MessageBirdConfig => ({
  accessKey: 'live_s3cr3t',
  signingKey: 's1gning-k3y',
  baseUrl,
});
const ID = 'f28bbe526fc14974b3e7e663a6139b53';
const message = (status: string, own: object = {}) => ({
  id: ID,
  href: `https://rest.messagebird.com/messages/${ID}`,
  direction: 'mt',
  type: 'sms',
  originator: 'BANK',
  body: MESSAGE.text,
  reference: MESSAGE.alertId,
  recipients: {
    totalCount: 1,
    totalSentCount: 1,
    items: [
      { recipient: 12015550123, status, statusDatetime: '2026-01-15T12:00:00+00:00', messagePartCount: 1, ...own },
    ],
  },
});
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const errors = (status: number, code: number, parameter: string | null = null) =>
  json(status, { errors: [{ code, description: 'no (correct) recipients found +12015550123', parameter }] });

const list = (...items: object[]) => json(200, { offset: 0, limit: 20, totalCount: items.length, items });
const ADDRESS = 'https://bank.example/v1/receipts/messagebird?alert=alert-7f3a&token=a%2Fb';
const REPORT = new URLSearchParams({ id: ID, reference: MESSAGE.alertId, status: 'delivered', statusErrorCode: '' });
const sign = (request: CallbackRequest, claims: Claims = {}): CallbackRequest => {
  const token = signToken('s1gning-k3y', {
    url: request.publicUrl,
    body: request.body.toString(),
    now: NOW,
    ...claims,
  });
  return { ...request, headers: { ...request.headers, 'messagebird-signature-jwt': token } };
};
const report = (claims?: Claims): CallbackRequest =>
  sign({ ...post(`${ADDRESS}&${REPORT}`, ''), method: 'GET' }, claims);
const REPLY = { id: 'in-1', originator: '12015550199', recipient: '3197010240123', body: 'Stopp, see polnud mina' };
const reply = (own: object = {}) =>
  sign(post('https://bank.example/v1/inbound/messagebird', new URLSearchParams({ ...REPLY, ...own })));

describeSmsAdapter({
  name: 'messagebird',
  definition: messagebird,
  config,
  secrets: ['live_s3cr3t', 's1gning-k3y'],
  success: ['sent', 'scheduled', 'buffered', 'delivered'].map((status) => ({
    answer: json(201, message(status)),
    providerId: ID,
  })),
  rejected: [
    { answer: errors(401, 2, 'access_key'), code: 'messagebird-authentication', scope: 'account' },
    { answer: { status: 401, body: '' }, code: 'messagebird-authentication', scope: 'account' },
    { answer: errors(422, 25), code: 'messagebird-no-credit', scope: 'account' },
    { answer: errors(422, 9, 'originator'), code: 'messagebird-parameter-originator', scope: 'account' },
    { answer: errors(422, 9, 'recipient'), code: 'messagebird-parameter-recipient' },
    { answer: errors(422, 10, 'body'), code: 'messagebird-parameter-body' },
    { answer: errors(422, 9), code: 'messagebird-parameter' },
    { answer: errors(404, 20), code: 'messagebird-not-found' },
    { answer: errors(400, 21), code: 'messagebird-bad-request' },
    { answer: errors(422, 77, '+12015550123'), code: 'messagebird-422-refused' },
    { answer: { status: 405, body: '<html>no</html>' }, code: 'messagebird-405-refused' },
    { answer: json(201, message('delivery_failed')), code: 'messagebird-delivery-failed' },
    { answer: json(201, message('expired')), code: 'messagebird-expired' },
  ],
  retryable: [{ answer: errors(429, 429), code: 'messagebird-429-too-many' }],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    json(200, message('sent')),
    json(201, message('on its way')),
    json(201, { ...message('sent'), id: undefined }),
    json(201, { ...message('sent'), recipients: { totalCount: 0, items: [] } }),
    errors(500, 99),
    { status: 503, body: '' },
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const asked = JSON.parse(body) as Record<string, unknown>;
    const validity = asked.validity as number | undefined;
    return {
      to: `+${(asked.recipients as string[])[0]}`,
      from: String(asked.originator),
      text: String(asked.body),
      encoding: asked.datacoding === 'plain' ? 'gsm-7' : 'ucs-2',
      validityMs: validity === undefined ? undefined : validity * 1_000,
      reference: String(asked.reference),
      receiptUrl: String(asked.reportUrl),
    };
  },
  validityUnitMs: 1_000,
  validityMostMs: 48 * 3_600_000,
  processesIn: [
    { own: {}, places: ['NL'] },
    { own: { processesIn: ['DE', 'IE'] }, places: ['DE', 'IE'] },
  ],
  receipts: {
    genuine: [
      {
        title: 'the report of a delivery',
        request: report(),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'delivered', code: 'delivered' }],
      },
    ],
    malformed: [
      {
        title: 'a status that is not documented',
        request: sign(post(ADDRESS, new URLSearchParams({ status: 'lost' }))),
      },
      { title: 'no message', request: sign(post(ADDRESS, new URLSearchParams({ status: 'sent' }))) },
      { title: 'half a document', request: sign(post(ADDRESS, '{"status":')) },
    ],
    proof: {
      header: 'messagebird-signature-jwt',
      address: true,
      // It is good for a minute from when it was signed, and five seconds more for clocks that differ.
      signedAt: (at) => report({ nbf: at / 1_000, exp: at / 1_000 }),
      toleranceMs: 4_999,
    },
  },
  inbound: {
    genuine: [
      {
        title: 'a reply',
        request: reply(),
        news: [{ providerId: 'in-1', from: '+12015550199', to: REPLY.recipient, text: REPLY.body }],
      },
    ],
    malformed: [
      { title: 'from a name', request: reply({ originator: 'BANK' }) },
      { title: 'to nobody', request: reply({ recipient: '' }) },
      { title: 'without a text', request: reply({ body: '' }) },
      { title: 'a report', request: reply({ status: 'delivered' }) },
    ],
    proof: { header: 'messagebird-signature-jwt' },
  },
  lookup: {
    answers: [
      {
        title: 'its own reference among what went to the number',
        answer: list({ ...message('sent'), reference: 'alert-other', id: '0'.repeat(32) }, message('delivered')),
        outcome: { status: 'found', state: 'delivered', providerId: ID, code: 'delivered' },
      },
      {
        title: 'a list that does not show it proves nothing',
        answer: list({ ...message('sent'), reference: null }),
        outcome: { status: 'unclear', code: 'messagebird-lookup-not-found' },
      },
      {
        title: 'the message itself, where its id is known',
        request: { providerId: ID },
        answer: json(200, message('delivery_failed', { statusErrorCode: 27, statusReason: 'unavailable subscriber' })),
        outcome: { status: 'found', state: 'failed', providerId: ID, code: 'delivery-failed-27' },
      },
      {
        title: 'a wrong key',
        answer: errors(401, 2),
        outcome: { status: 'unclear', code: 'messagebird-lookup-authentication' },
      },
    ],
    unclear: [list(message('on its way')), json(200, { items: {} })],
    asks: ({ method, path, query, headers }) => {
      expect({ method, path }).to.deep.equal({ method: 'GET', path: '/messages' });
      expect(headers.authorization).to.equal('AccessKey live_s3cr3t');
      expect(Object.fromEntries(query)).to.deep.equal({
        direction: 'mt',
        recipient: '12015550123',
        from: '2026-01-15T11:53:00+00:00',
        limit: '20',
      });
    },
  },
});

describe('what the MessageBird adapter asks and reads', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
    provider.behave(json(201, message('sent')));
  });

  const create = (own: Partial<MessageBirdConfig> = {}, tools = toolsFor()) =>
    messagebird.create({ ...config(provider.baseUrl), ...own }, tools);
  const ask = async (
    ...[own, wanted = MESSAGE, tools]: [Partial<MessageBirdConfig>?, typeof MESSAGE?, typeof TOOLS?]
  ) => {
    await create(own, tools).send(wanted);
    return provider.asked[0] as Asked;
  };
  const TOOLS = toolsFor();

  it('is a POST of /messages with the access key', async () => {
    const { method, path, headers } = await ask({ baseUrl: `${provider.baseUrl}/` });
    expect({ method, path }).to.deep.equal({ method: 'POST', path: '/messages' });
    expect(headers).to.include({ authorization: 'AccessKey live_s3cr3t', 'content-type': 'application/json' });
  });

  it('goes to MessageBird where no other address is configured', async () => {
    let asked: HttpRequest | undefined;
    const http = async (request: HttpRequest) => {
      asked = request;
      return { kind: 'not-sent' as const, code: 'test' };
    };
    await messagebird.create({ accessKey: 'k' }, toolsFor({ http })).send(MESSAGE);
    expect(asked?.url).to.equal('https://rest.messagebird.com/messages');
  });

  it('writes numbers without their plus, and a name as it is', async () => {
    const sender = async (from: string) => {
      provider.asked.length = 0;
      return JSON.parse((await ask({}, { ...MESSAGE, from })).body).originator;
    };
    expect(await sender('+37255501234')).to.equal('37255501234');
    expect(await sender('Bank 1')).to.equal('Bank 1');
  });

  it('asks for no report where none can reach us, and for a route where one is configured', async () => {
    const { body } = await ask({ gateway: 10 }, MESSAGE, toolsFor({ receiptUrl: () => undefined }));
    expect(JSON.parse(body)).to.include({ gateway: 10 }).and.not.to.have.property('reportUrl');
  });

  it('asks for a message by its id, whatever the id holds', async () => {
    const wanted: LookupRequest = { alertId: 'a', providerId: 'a/b', to: MESSAGE.to, from: 'BANK', sentAt: NOW };
    await create().lookup?.(wanted);
    expect(provider.asked[0]).to.include({ method: 'GET', path: '/messages/a%2Fb' });
  });

  it("is what MessageBird's own package asks", async () => {
    const ours = await ask({ gateway: 10 }, { ...MESSAGE, expiresAt: NOW + 60_000 });
    const { recipients, ...rest } = JSON.parse(ours.body);
    const theirs = await throughTheirPackage(provider, { ...rest, recipients: [...recipients] });
    expect(theirs.id).to.equal(ID);
    const again = provider.asked[1] as Asked;
    for (const name of ['authorization', 'content-type'] as const)
      expect(again.headers[name]).to.equal(ours.headers[name]);
    expect({ method: again.method, path: again.path }).to.deep.equal({ method: ours.method, path: ours.path });
    // The package writes one recipient as a text; the API documents a list.
    expect(JSON.parse(again.body)).to.deep.equal({ ...rest, recipients: recipients.join(',') });
  });
});

/** Their client knows one address alone, so what it would send there is sent to the provider of the test. */
async function throughTheirPackage(provider: FakeProvider, wanted: MessageParameters): Promise<Message> {
  const original = https.request;
  const { hostname, port } = new URL(provider.baseUrl);
  https.request = ((options: RequestOptions) => httpRequest({ ...options, hostname, port })) as typeof https.request;
  try {
    const client = initClient('live_s3cr3t');
    return await new Promise((resolve, reject) => {
      client.messages.create(wanted, (error, created) => (created === null ? reject(error) : resolve(created)));
    });
  } finally {
    https.request = original;
  }
}
