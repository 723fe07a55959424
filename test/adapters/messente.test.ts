import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import library from 'messente_api';
import messente, { type MessenteConfig } from '../../adapters/sms/messente/index.js';
import { CallbackRefused, type CallbackRequest, type Receipt, type SmsMessage } from '../../src/contracts/adapter.js';
import { post } from './callback-contract.js';
import { type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const PASSWORD = 'pässword & more';
const INBOUND_SECRET = 'shared secret of the numbers';
const ID = '632c6f3d-49d0-4a8f-952b-74023d31e51d';
const MESSAGE_ID = 'f1593ce7-68de-5e44-bc50-044a3ad0a7fa';
const PUBLIC = 'https://alerts.bank.example/v1/receipts/messente?alert=al_7f3a&token=a_b-C';
const INBOUND = 'https://alerts.bank.example/v1/inbound/messente';

const config = (baseUrl: string): MessenteConfig => ({
  username: 'key',
  password: PASSWORD,
  inboundSecret: INBOUND_SECRET,
  baseUrl,
});
const made = (own: object = {}, status = 201) => ({
  status,
  body: JSON.stringify({
    messages: [{ channel: 'sms', message_id: MESSAGE_ID, sender: MESSAGE.from }],
    to: MESSAGE.to,
    omnimessage_id: ID,
    ...own,
  }),
});
const error = (status: number, code: string, title: string) => ({
  status,
  body: JSON.stringify({ errors: [{ title, detail: `${MESSAGE.to} is not a number`, code, source: 'to' }] }),
});
const report = (own: object = {}) => ({
  status: 'DELIVRD',
  sender: MESSAGE.from,
  err: 0,
  message_id: MESSAGE_ID,
  to: MESSAGE.to,
  channel: 'sms',
  error: null,
  omnimessage_id: ID,
  timestamp: '2026-01-15T11:59:58.389630',
  price_info: { part_price: '0.1', parts_count: 2, total_price: '0.2' },
  ...own,
});
const state = (own: object = {}, statuses: object[] = [report(own)]) => ({
  status: 200,
  body: JSON.stringify({ omnimessage_id: ID, statuses, to: MESSAGE.to }),
});

const signed = (body: object | string, address = PUBLIC, secret = PASSWORD): CallbackRequest => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return post(address, text, { 'x-messente-signature': createHmac('sha256', secret).update(text).digest('hex') });
};
const incoming = (own: object = {}) => ({
  msg_id: '1f5197ec-b4d7-4d5f-8bba-e005d1cadba1',
  sub_msg_id: 'd276e75e-e9f5-4b44-88aa-d5c7b38a1e4a',
  channel: 'sms',
  recipient: '17011',
  time: '2026-01-15T11:59:58.000000Z',
  text: 'STOPP õ "1"',
  sender: '+12015550123',
  ...own,
});
const STATES: [string, number, Receipt['state'], string][] = [
  ['ACK', 0, 'accepted', 'ack'],
  ['ACCEPTD', 0, 'accepted', 'acceptd'],
  ['DELIVRD', 0, 'delivered', 'delivrd'],
  ['SEEN', 0, 'delivered', 'seen'],
  ['UNDELIV', 1, 'failed', 'undeliv-1'],
  ['FAILED', 999, 'failed', 'failed-999'],
  ['REJECTD', 8, 'failed', 'rejectd-8'],
  ['EXPIRED', 2, 'failed', 'expired-2'],
  ['DELETED', 0, 'failed', 'deleted'],
  ['NACK', 10, 'failed', 'nack-10'],
  ['UNKNOWN', 0, 'unknown', 'unknown'],
];

describeSmsAdapter({
  name: 'messente',
  definition: messente,
  config,
  secrets: [PASSWORD, 'pässword', INBOUND_SECRET, Buffer.from(`key:${PASSWORD}`).toString('base64')],
  success: [
    { answer: made(), providerId: ID },
    { answer: made({}, 200), providerId: ID },
  ],
  rejected: [
    { answer: error(400, '104', 'Invalid data'), code: 'messente-400-104' },
    { answer: error(400, '106', 'Missing data'), code: 'messente-400-106' },
    { answer: { status: 400, body: `<h1>${MESSAGE.to}</h1>` }, code: 'messente-400-refused' },
    { answer: error(404, '101', 'Not found'), code: 'messente-404-101' },
    { answer: error(405, '107', 'Method not allowed'), code: 'messente-405-107' },
    { answer: error(401, '103', 'Unauthorized'), code: 'messente-401-authentication', scope: 'account' },
    { answer: error(402, '102', 'Payment required'), code: 'messente-402-no-credit', scope: 'account' },
    { answer: error(403, '102', 'Forbidden'), code: 'messente-403-forbidden', scope: 'account' },
  ],
  retryable: [{ answer: { status: 429, body: '' }, code: 'messente-429-too-many' }],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    made({ omnimessage_id: undefined }),
    made({ omnimessage_id: MESSAGE.to }),
    made({ messages: [] }),
    made({ messages: [{ channel: 'viber', message_id: MESSAGE_ID }] }),
    made({ messages: [{ channel: 'sms' }] }),
    { status: 201, body: '' },
    error(500, '105', 'Internal Server Error'),
    { status: 503, body: '' },
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const { to, messages, dlr_url } = JSON.parse(body);
    return {
      to,
      from: messages[0].sender,
      text: messages[0].text,
      validityMs: 'ttl' in messages[0] ? messages[0].ttl * 1_000 : undefined,
      reference: /[?&]alert=([^&]*)/.exec(dlr_url)?.[1] ?? '',
      receiptUrl: dlr_url,
    };
  },
  validityUnitMs: 1_000,
  validityMostMs: 259_200_000,
  processesIn: [
    { own: {}, places: ['EU'] },
    { own: { processesIn: ['EE', 'DE'] }, places: ['EE', 'DE'] },
  ],
  receipts: {
    genuine: [
      ...STATES.map(([status, err, state, code]) => ({
        title: `${status} ${err}`,
        request: signed(report({ status, err })),
        news: [{ alertId: 'al_7f3a', providerId: ID, state, code }],
      })),
      {
        title: 'without an err',
        request: signed(report({ status: 'FAILED', err: undefined })),
        news: [{ alertId: 'al_7f3a', providerId: ID, state: 'failed', code: 'failed' }],
      },
    ],
    malformed: [
      { title: 'no JSON', request: signed('status=DELIVRD') },
      { title: 'a list', request: signed([report()]) },
      { title: 'a state that is none', request: signed(report({ status: 'delivrd' })) },
      { title: 'no state', request: signed(report({ status: undefined })) },
      { title: 'no id', request: signed(report({ omnimessage_id: undefined })) },
      { title: 'an id that is none', request: signed(report({ omnimessage_id: MESSAGE.to })) },
      { title: 'another channel', request: signed(report({ channel: 'viber' })) },
    ],
    forged: [
      { title: 'signed with the secret of inbound numbers', request: signed(report(), PUBLIC, INBOUND_SECRET) },
      { title: 'signed with nothing', request: signed(report(), PUBLIC, '') },
    ],
    proof: { header: 'x-messente-signature' },
  },
  inbound: {
    genuine: [
      {
        title: 'to a short number',
        request: signed(incoming(), INBOUND, INBOUND_SECRET),
        news: [
          {
            providerId: '1f5197ec-b4d7-4d5f-8bba-e005d1cadba1',
            from: '+12015550123',
            to: '17011',
            text: 'STOPP õ "1"',
          },
        ],
      },
      {
        title: 'an empty text, from a number without +',
        request: signed(incoming({ text: '', sender: '12015550123' }), INBOUND, INBOUND_SECRET),
        news: [{ providerId: '1f5197ec-b4d7-4d5f-8bba-e005d1cadba1', from: '+12015550123', to: '17011', text: '' }],
      },
    ],
    malformed: [
      { title: 'from no number', request: signed(incoming({ sender: 'BANK' }), INBOUND, INBOUND_SECRET) },
      { title: 'no recipient', request: signed(incoming({ recipient: null }), INBOUND, INBOUND_SECRET) },
      { title: 'no text', request: signed(incoming({ text: 7 }), INBOUND, INBOUND_SECRET) },
      { title: 'no id', request: signed(incoming({ msg_id: '7' }), INBOUND, INBOUND_SECRET) },
      { title: 'another channel', request: signed(incoming({ channel: 'viber' }), INBOUND, INBOUND_SECRET) },
    ],
    forged: [{ title: 'signed with the password of the key', request: signed(incoming(), INBOUND) }],
    proof: { header: 'x-messente-signature' },
  },
  lookup: {
    request: { providerId: ID },
    answers: [
      ...STATES.map(([status, err, told, code]) => ({
        title: `${status} ${err}`,
        answer: state({ status, err }),
        outcome: { status: 'found' as const, state: told, providerId: ID, code },
      })),
      {
        title: 'without an id there is nothing to ask for',
        request: { providerId: undefined },
        answer: state(),
        outcome: { status: 'unclear', code: 'messente-no-id' },
      },
      {
        title: 'it took the message once, and no longer knows it',
        answer: error(404, '101', 'Not found'),
        outcome: { status: 'unclear', code: 'messente-404' },
      },
    ],
    unclear: [
      state({}, []),
      state({ channel: 'viber' }),
      state({ status: 'Delivered' }),
      { status: 200, body: JSON.stringify({ omnimessage_id: MESSAGE_ID, statuses: [report()] }) },
    ],
    asks: ({ method, path }) => expect(`${method} ${path}`).to.equal(`GET /omnimessage/${ID}/status`),
  },
});

describe("what the Messente adapter asks, beside Messente's own library", () => {
  let provider: FakeProvider;
  const { instance } = library.ApiClient;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave({ ...made(), headers: { 'content-type': 'application/json' } });
    instance.basePath = provider.baseUrl;
    Object.assign(instance.authentications.basicAuth, { username: 'key', password: PASSWORD });
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  const ours = (own: Partial<MessenteConfig> = {}) =>
    messente.create({ ...config(provider.baseUrl), ...own }, toolsFor({ receiptUrl: () => PUBLIC }));
  const same = () => {
    const [mine, yours] = provider.asked.map(({ method, path, headers, body }) => ({
      method,
      path,
      authorization: headers.authorization,
      accept: headers.accept,
      body: body && JSON.parse(body),
    }));
    expect(mine).to.deep.equal(yours);
  };

  it('is the same request', async () => {
    const own: SmsMessage = { ...MESSAGE, text: 'Makse õnnestus 😀', encoding: 'ucs-2', expiresAt: NOW + 90_500 };
    await ours().send(own);
    const sms = { text: own.text, sender: own.from, ttl: 90, autoconvert: 'off' };
    const omnimessage = library.Omnimessage.constructFromObject({
      messages: [library.SMS.constructFromObject({ ...sms, channel: 'sms' })],
      to: own.to,
      dlr_url: PUBLIC,
      text_store: 'nostore',
      priority: 'high',
    });
    await new Promise<void>((resolve, reject) =>
      new library.OmnimessageApi().sendOmnimessage(omnimessage, (error) => (error ? reject(error) : resolve())),
    );
    same();
    expect(provider.asked[0]?.headers['content-type']).to.equal('application/json');
  });

  it('is the same when it asks about a message', async () => {
    await ours().lookup?.({ alertId: 'a', providerId: ID, to: MESSAGE.to, from: MESSAGE.from, sentAt: NOW });
    await new Promise<void>((resolve) => new library.DeliveryReportApi().retrieveDeliveryReport(ID, () => resolve()));
    same();
  });

  it("knows every state of Messente's library", () => {
    for (const status of Object.values(library.Status).filter((value) => typeof value === 'string'))
      expect(STATES.map(([known]) => known)).to.include(status);
  });

  it('keeps no text at Messente unless it is told to', async () => {
    await ours({ textStore: 'sha256' }).send(MESSAGE);
    expect(JSON.parse(provider.asked[0]?.body ?? '')).to.include({ text_store: 'sha256' });
  });

  it('gives the lanes priorities', async () => {
    for (const lane of ['otp', 'security', 'service', 'marketing'] as const) await ours().send({ ...MESSAGE, lane });
    expect(provider.asked.map(({ body }) => JSON.parse(body).priority)).to.deep.equal([
      'high',
      'high',
      'regular',
      'low',
    ]);
  });

  it('asks for no receipt where none can reach us', async () => {
    await messente.create(config(provider.baseUrl), toolsFor({ receiptUrl: () => undefined })).send(MESSAGE);
    expect(JSON.parse(provider.asked[0]?.body ?? '')).not.to.have.property('dlr_url');
  });

  it('goes to Messente where no other address is configured', async () => {
    const urls: string[] = [];
    const http = (request: { url: string }) => {
      urls.push(request.url);
      return Promise.resolve({ kind: 'not-sent' as const, code: 'host-not-found' });
    };
    await messente.create({ username: 'key', password: PASSWORD }, toolsFor({ http })).send(MESSAGE);
    expect(urls).to.deep.equal(['https://api.messente.com/v1/omnimessage']);
  });

  it('says that a number is gone only for the err values that are configured', () => {
    const read = (goneErrors: number[] | undefined, own: object) =>
      ours({ goneErrors }).receipts?.(signed(report(own)))[0]?.numberGone;
    expect(read(undefined, { status: 'FAILED', err: 3 })).to.equal(undefined);
    expect(read([3], { status: 'FAILED', err: 3 })).to.equal(true);
    expect(read([3], { status: 'FAILED', err: 4 })).to.equal(undefined);
    expect(read([3], { status: 'ACK', err: 3 })).to.equal(undefined);
  });

  it('refuses messages of customers where no secret for them is configured', () => {
    expect(() => ours({ inboundSecret: undefined }).inbound?.(signed(incoming(), INBOUND, '')))
      .to.throw(CallbackRefused)
      .with.property('code', 'callback-unverified');
  });

  it('leaves the proof of the address to the core: its signature does not cover the alert in it', () => {
    expect(ours().callbacks).to.equal('address');
  });
});
