import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { expect } from 'chai';
import Telnyx from 'telnyx';
import telnyx, { type TelnyxConfig } from '../../adapters/sms/telnyx/index.js';
import type { CallbackRequest } from '../../src/contracts/adapter.js';
import { post } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const RAW_KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url').toString('base64');
const API_KEY = 'KEY0123456789ABCDEF_secret';
const ID = '40385f64-5717-4562-b3fc-2c963f66afa6';
const RECEIPT_URL = toolsFor().receiptUrl(MESSAGE.alertId) as string;

const config = (baseUrl: string): TelnyxConfig => ({ baseUrl, apiKey: API_KEY, publicKey: RAW_KEY });
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const refusal = (status: number, code: string) =>
  json(status, { errors: [{ code, title: 'No', detail: 'The number +12015550123 will not do' }] });
const message = (status: string, errors: object[] = []) => ({
  id: ID,
  record_type: 'message',
  direction: 'outbound',
  type: 'SMS',
  from: { phone_number: 'BANK' },
  to: [{ phone_number: MESSAGE.to, status, carrier: 'T-MOBILE', line_type: 'Wireless' }],
  text: MESSAGE.text,
  encoding: 'GSM-7',
  webhook_url: RECEIPT_URL,
  errors,
});

/** The webhook as Telnyx signs it: `timestamp|body`, seconds. */
const sign = (request: CallbackRequest, at = NOW): CallbackRequest => {
  const timestamp = String(at / 1000);
  const signature = signBytes(null, Buffer.concat([Buffer.from(`${timestamp}|`), request.body]), privateKey);
  const proof = { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature.toString('base64') };
  return { ...request, headers: { ...request.headers, ...proof } };
};
const event = (type: string, payload: object) => ({
  data: { event_type: type, id: 'ev-1', occurred_at: '2026-01-15T12:00:00.000+00:00', payload, record_type: 'event' },
  meta: { attempt: 1, delivered_to: RECEIPT_URL },
});
const report = (status: string, errors: object[] = [], own: object = {}, at = NOW) =>
  sign(post(RECEIPT_URL, JSON.stringify(event('message.finalized', { ...message(status, errors), ...own }))), at);
const reply = (own: object = {}) => {
  const payload = {
    id: 'in-1',
    direction: 'inbound',
    type: 'SMS',
    from: { phone_number: '+12015550199', carrier: 'X' },
    to: [{ phone_number: '+12015550100', status: 'webhook_delivered' }],
    text: 'STOP 😀',
    ...own,
  };
  return sign(post('https://bank.example/v1/inbound/telnyx', JSON.stringify(event('message.received', payload))));
};
const foundWith = (status: string, errors?: object[]) => json(200, { data: message(status, errors) });

describeSmsAdapter({
  name: 'telnyx',
  definition: telnyx,
  config,
  secrets: [API_KEY, 'secret'],
  success: ['queued', 'sending', 'sent'].map((status) => ({
    answer: json(200, { data: message(status) }),
    providerId: ID,
  })),
  rejected: [
    { answer: refusal(401, '10009'), code: 'telnyx-authentication', scope: 'account' },
    { answer: json(401, {}), code: 'telnyx-authentication', scope: 'account' },
    { answer: refusal(403, '10010'), code: 'telnyx-10010', scope: 'account' },
    { answer: refusal(403, '20100'), code: 'telnyx-no-credit', scope: 'account' },
    { answer: json(402, {}), code: 'telnyx-no-credit', scope: 'account' },
    { answer: refusal(422, '10002'), code: 'telnyx-10002' },
    { answer: refusal(400, '40300'), code: 'telnyx-40300' },
    { answer: refusal(400, '40310'), code: 'telnyx-40310' },
    { answer: refusal(400, '40305'), code: 'telnyx-40305', scope: 'account' },
    { answer: refusal(400, '40306'), code: 'telnyx-40306', scope: 'account' },
    { answer: refusal(400, '40309'), code: 'telnyx-40309', scope: 'account' },
    { answer: refusal(400, '40312'), code: 'telnyx-40312', scope: 'account' },
    { answer: refusal(400, '40322'), code: 'telnyx-40322' },
    { answer: json(200, { data: message('sending_failed', [{ code: '40322', title: 'No' }]) }), code: 'telnyx-40322' },
    { answer: json(200, { data: message('delivery_failed') }), code: 'telnyx-200-refused' },
    { answer: json(404, { errors: [{ code: '+12015550123' }] }), code: 'telnyx-404-refused' },
  ],
  retryable: [
    { answer: refusal(429, '10011'), code: 'telnyx-10011' },
    { answer: { status: 429, body: '' }, code: 'telnyx-429-too-many' },
    { answer: refusal(400, '40318'), code: 'telnyx-40318' },
    { answer: refusal(400, '40320'), code: 'telnyx-40320' },
    { answer: { status: 503, body: '' }, code: 'telnyx-503-unavailable' },
  ],
  busy: { ...refusal(429, '10011'), headers: { 'retry-after': '7' } },
  unreadable: [
    json(200, { data: {} }),
    json(200, { data: { record_type: 'message' } }),
    json(200, { data: null }),
    refusal(500, '10007'),
    refusal(400, '10007'),
    refusal(408, '10008'),
  ],
  read: ({ body }) => {
    const sent = JSON.parse(body) as Record<string, string>;
    return {
      to: sent.to as string,
      from: sent.from as string,
      text: sent.text as string,
      encoding: sent.encoding === 'gsm7' ? 'gsm-7' : 'ucs-2',
      receiptUrl: sent.webhook_url,
    };
  },
  processesIn: [
    { own: {}, places: ['US'] },
    { own: { processesIn: ['EU'] }, places: ['EU'] },
  ],
  receipts: {
    genuine: [
      {
        title: 'delivered',
        request: report('delivered'),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'delivered', code: 'delivered' }],
      },
      {
        title: 'sent to the operator',
        request: sign(post(RECEIPT_URL, JSON.stringify(event('message.sent', message('sent'))))),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'accepted', code: 'sent' }],
      },
      {
        title: 'a landline, which is gone',
        request: report('delivery_failed', [{ code: '40001', title: 'Not routable' }]),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'failed', code: '40001', numberGone: true }],
      },
      {
        title: 'blocked as spam, which is not gone',
        request: report('sending_failed', [{ code: '40015', title: 'Spam' }]),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'failed', code: '40015' }],
      },
      {
        title: 'a failure without an error',
        request: report('expired'),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'failed', code: 'expired' }],
      },
      {
        title: 'no report from the operator',
        request: report('delivery_unconfirmed'),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'unknown', code: 'delivery-unconfirmed' }],
      },
      {
        title: 'no report, and an error that would mean gone had it failed',
        request: report('delivery_unconfirmed', [{ code: '40001', title: 'Not routable' }]),
        news: [{ alertId: MESSAGE.alertId, providerId: ID, state: 'unknown', code: '40001' }],
      },
      {
        title: 'an address in the signed body that was not made here',
        request: report('delivered', [], { webhook_url: 'https://bank.example/v1/receipts/here?alert=other&token=x' }),
        news: [{ providerId: ID, state: 'delivered', code: 'delivered' }],
      },
      {
        title: 'no address in the signed body, whatever the request was sent to',
        request: report('delivered', [], { webhook_url: null }),
        news: [{ providerId: ID, state: 'delivered', code: 'delivered' }],
      },
      { title: 'a reply, which is none', request: reply(), news: [] },
    ],
    malformed: [
      { title: 'no JSON', request: sign(post(RECEIPT_URL, 'status=delivered')) },
      { title: 'no payload', request: sign(post(RECEIPT_URL, '{"data":{"event_type":"message.finalized"}}')) },
      { title: 'an undocumented status', request: report('teleported') },
      { title: 'no id', request: report('delivered', [], { id: null }) },
      { title: 'no recipient', request: report('delivered', [], { to: [] }) },
    ],
    forged: [
      { title: 'signed by another', request: withOtherKey(report('delivered')) },
      {
        title: 'a time that is no number',
        request: { ...report('delivered'), headers: { ...report('delivered').headers, 'telnyx-timestamp': 'now' } },
      },
    ],
    proof: {
      header: 'telnyx-signature-ed25519',
      signedAt: (at) => report('delivered', [], {}, at),
      toleranceMs: 300_000,
    },
  },
  inbound: {
    genuine: [
      {
        title: 'an answer',
        request: reply(),
        news: [{ providerId: 'in-1', from: '+12015550199', to: '+12015550100', text: 'STOP 😀' }],
      },
      { title: 'a receipt, which is none', request: report('delivered'), news: [] },
    ],
    malformed: [
      { title: 'no sender', request: reply({ from: {} }) },
      { title: 'no text', request: reply({ text: null }) },
      { title: 'no recipient', request: reply({ to: [] }) },
    ],
    proof: { header: 'telnyx-signature-ed25519' },
  },
  lookup: {
    request: { providerId: ID },
    answers: [
      {
        title: 'delivered',
        answer: foundWith('delivered'),
        outcome: { status: 'found', state: 'delivered', providerId: ID, code: 'delivered' },
      },
      {
        title: 'still queued',
        answer: foundWith('queued'),
        outcome: { status: 'found', state: 'accepted', providerId: ID, code: 'queued' },
      },
      {
        title: 'failed, with the error',
        answer: foundWith('delivery_failed', [{ code: '40008', title: 'Undeliverable' }]),
        outcome: { status: 'found', state: 'failed', providerId: ID, code: '40008' },
      },
      {
        title: 'unconfirmed',
        answer: foundWith('delivery_unconfirmed'),
        outcome: { status: 'found', state: 'unknown', providerId: ID, code: 'delivery-unconfirmed' },
      },
      {
        title: 'without its id it cannot be asked',
        request: { providerId: undefined },
        answer: foundWith('delivered'),
        outcome: { status: 'unclear', code: 'telnyx-lookup-no-id' },
      },
    ],
    unclear: [refusal(404, '10005'), foundWith('teleported')],
    asks: ({ method, path, headers }) => {
      expect({ method, path }).to.deep.equal({ method: 'GET', path: `/messages/${ID}` });
      expect(headers.authorization).to.equal(`Bearer ${API_KEY}`);
    },
  },
});

function withOtherKey(request: CallbackRequest): CallbackRequest {
  const other = generateKeyPairSync('ed25519').privateKey;
  const signed = Buffer.concat([Buffer.from(`${request.headers['telnyx-timestamp']}|`), request.body]);
  return {
    ...request,
    headers: { ...request.headers, 'telnyx-signature-ed25519': signBytes(null, signed, other).toString('base64') },
  };
}

describe("Telnyx's own package and our adapter", () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave(json(200, { data: message('queued') }));
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });
  const client = () =>
    new Telnyx({ apiKey: API_KEY, baseURL: provider.baseUrl, publicKey: RAW_KEY, maxRetries: 0, logLevel: 'off' });
  const alike = ([ours, theirs]: Asked[]) => {
    const { method, path, body, headers } = ours as Asked;
    expect({ method, path }).to.deep.equal({ method: theirs?.method, path: theirs?.path });
    expect(headers.authorization).to.equal(theirs?.headers.authorization);
    if (body === '') expect(theirs?.body).to.equal('');
    else {
      expect(JSON.parse(body)).to.deep.equal(JSON.parse(theirs?.body ?? ''));
      expect(headers['content-type']).to.equal(theirs?.headers['content-type']);
    }
  };

  for (const [encoding, text] of [
    ['gsm-7', MESSAGE.text],
    ['ucs-2', 'Makse õnnestus 😀'],
  ] as const) {
    it(`ask the same of the server for a ${encoding} text`, async () => {
      const own = { ...config(provider.baseUrl), messagingProfileId: 'profile-1' };
      await telnyx.create(own, toolsFor()).send({ ...MESSAGE, text, encoding });
      await client().messages.send({
        from: 'BANK',
        to: MESSAGE.to,
        text,
        type: 'SMS',
        encoding: encoding === 'gsm-7' ? 'gsm7' : 'ucs2',
        messaging_profile_id: 'profile-1',
        webhook_url: RECEIPT_URL,
      });
      alike(provider.asked);
    });
  }

  it('ask the same about a message', async () => {
    const { alertId, to, from } = MESSAGE;
    const adapter = telnyx.create(config(provider.baseUrl), toolsFor());
    await adapter.lookup?.({ alertId, to, from, providerId: ID, sentAt: NOW });
    await client().messages.retrieve(ID);
    alike(provider.asked);
  });

  it('agree on a signature, and on one that was altered', async () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const adapter = telnyx.create(config(provider.baseUrl), toolsFor({ now: () => now }));
    const genuine = report('delivered', [], { text: 'õ 😀' }, now);
    const unwrap = ({ body, headers }: CallbackRequest) =>
      client().webhooks.unwrap(body.toString(), { headers: headers as Record<string, string> });
    expect(await unwrap(genuine)).to.have.property('data');
    expect(adapter.receipts?.(genuine)).to.have.length(1);
    const altered = { ...genuine, body: Buffer.from(genuine.body.toString().replace('delivered', 'delivereD')) };
    const refused = await unwrap(altered).then(
      () => false,
      () => true,
    );
    expect(refused).to.equal(true);
    expect(() => adapter.receipts?.(altered)).to.throw();
  });
});

describe('settings of the Telnyx adapter', () => {
  it('decide which errors mean that a number is gone', () => {
    const read = (own: Partial<TelnyxConfig>) =>
      telnyx
        .create({ ...config('http://127.0.0.1:1'), ...own }, toolsFor())
        .receipts?.(report('delivery_failed', [{ code: '40012', title: 'x' }]))[0];
    expect(read({})).not.to.have.property('numberGone');
    expect(read({ goneErrors: ['40012'] })).to.have.property('numberGone', true);
  });

  it('decide how old a signed webhook may be', () => {
    const adapter = telnyx.create({ ...config('http://127.0.0.1:1'), callbackToleranceSeconds: 3600 }, toolsFor());
    expect(adapter.receipts?.(report('delivered', [], {}, NOW - 3_000_000))).to.have.length(1);
  });

  it('name an address where receipts can reach us only', async () => {
    const provider = await startFakeProvider();
    provider.behave(json(200, { data: message('queued') }));
    await telnyx.create(config(provider.baseUrl), toolsFor({ receiptUrl: () => undefined })).send(MESSAGE);
    expect(JSON.parse(provider.asked[0]?.body ?? '')).not.to.have.any.keys('webhook_url', 'messaging_profile_id');
    await provider.stop();
  });
});
