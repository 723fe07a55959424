import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import sinch, { type SinchConfig } from '../../adapters/sms/sinch/index.js';
import {
  CallbackRefused,
  type CallbackRequest,
  type LookupRequest,
  type ReceiptState,
} from '../../src/contracts/adapter.js';
import { post } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { SmsCallbackWebhooks, SmsService } from './sinch-package.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const PLAN = 'plan-42';
const TOKEN = 't0k3n/s3cr3t';
const SECRET = 'callb4ck-s3cr3t';
const ID = '01FC66621XXXXX119Z8PMV1QPQ';
const RECEIPT_URL = toolsFor().receiptUrl(MESSAGE.alertId) as string;

const config = (baseUrl: string): SinchConfig => ({
  region: 'eu',
  baseUrl,
  servicePlanId: PLAN,
  apiToken: TOKEN,
  callbackSecret: SECRET,
});
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const refusal = (status: number, code: string) => json(status, { code, text: `not for +12015550123: ${code}` });
const batch = (own: object = {}) => ({
  id: ID,
  to: ['12015550123'],
  from: 'BANK',
  canceled: false,
  body: MESSAGE.text,
  type: 'mt_text',
  client_reference: MESSAGE.alertId,
  ...own,
});

const sign = (request: CallbackRequest, at = NOW, secret = SECRET): CallbackRequest => {
  const nonce = '01FJA8B4A7BM43YGWSG9GBV067';
  const timestamp = String(at / 1000);
  const signature = createHmac('sha256', secret).update(request.body).update(`.${nonce}.${timestamp}`).digest('base64');
  const headers = {
    ...request.headers,
    'x-sinch-webhook-signature-timestamp': timestamp,
    'x-sinch-webhook-signature-nonce': nonce,
    'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
    'x-sinch-webhook-signature': signature,
  };
  return { ...request, headers };
};
const reportOf = (status: string, code: number, own: object = {}) => ({
  type: 'recipient_delivery_report_sms',
  batch_id: ID,
  recipient: '12015550123',
  code,
  status,
  at: '2026-01-15T12:00:00.000Z',
  client_reference: MESSAGE.alertId,
  ...own,
});
const unsigned = (body: object, address = RECEIPT_URL) => post(address, JSON.stringify(body));
const report = (status: string, code: number, own?: object, at?: number) =>
  sign(unsigned(reportOf(status, code, own)), at);
const read = (state: ReceiptState, code: string) => ({ alertId: MESSAGE.alertId, providerId: ID, state, code });
const replyOf = (own: object = {}) => ({
  type: 'mo_text',
  id: 'in-1',
  from: '12015550199',
  to: '12345',
  body: 'STOP õ',
  received_at: '2026-01-15T12:00:00.000Z',
  ...own,
});
const reply = (own?: object) => sign(unsigned(replyOf(own), 'https://bank.example/v1/inbound/sinch'));
const withAlgorithm = (request: CallbackRequest, algorithm: string | undefined): CallbackRequest => ({
  ...request,
  headers: { ...request.headers, 'x-sinch-webhook-signature-algorithm': algorithm },
});

describeSmsAdapter({
  name: 'sinch',
  definition: sinch,
  config,
  secrets: [TOKEN, SECRET, 's3cr3t'],
  success: [
    { answer: json(201, batch()), providerId: ID },
    { answer: json(200, batch()), providerId: ID },
  ],
  rejected: [
    { answer: { status: 401, body: '' }, code: 'sinch-authentication', scope: 'account' },
    { answer: json(402, {}), code: 'sinch-no-credit', scope: 'account' },
    { answer: { status: 404, body: '' }, code: 'sinch-404-service-plan', scope: 'account' },
    { answer: refusal(400, 'syntax_invalid_json'), code: 'sinch-400-syntax-invalid-json' },
    { answer: refusal(400, 'syntax_invalid_parameter_format'), code: 'sinch-400-syntax-invalid-parameter-format' },
    { answer: refusal(400, 'syntax_constraint_violation'), code: 'sinch-400-syntax-constraint-violation' },
    { answer: refusal(403, 'blocked_account'), code: 'sinch-403-blocked-account', scope: 'account' },
    { answer: refusal(403, 'missing_callback_url'), code: 'sinch-403-missing-callback-url', scope: 'account' },
    { answer: refusal(403, 'unknown_campaign'), code: 'sinch-403-unknown-campaign', scope: 'account' },
    { answer: refusal(403, 'illegal_number_type'), code: 'sinch-403-illegal-number-type' },
    { answer: refusal(403, '+12015550123'), code: 'sinch-403-refused' },
    { answer: { status: 415, body: '<html>' }, code: 'sinch-415-refused' },
  ],
  retryable: [
    { answer: { status: 429, body: '' }, code: 'sinch-429-too-many' },
    { answer: { status: 503, body: '' }, code: 'sinch-503-unavailable' },
  ],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    json(201, { to: ['12015550123'] }),
    json(201, { id: '' }),
    json(202, batch()),
    json(500, {}),
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const sent = JSON.parse(body) as Record<string, string>;
    return {
      to: sent.to?.[0] as string,
      from: sent.from as string,
      text: sent.body as string,
      validityMs: sent.expire_at === undefined ? undefined : Date.parse(sent.expire_at) - NOW,
      reference: sent.client_reference,
      receiptUrl: sent.callback_url,
    };
  },
  validityUnitMs: 1000,
  validityMostMs: 3 * 24 * 60 * 60 * 1000,
  processesIn: [
    { own: {}, places: ['EU'] },
    { own: { region: 'ca' }, places: ['CA'] },
    { own: { processesIn: ['SE', 'IE'] }, places: ['SE', 'IE'] },
  ],
  receipts: {
    genuine: [
      { title: 'delivered', request: report('Delivered', 0), news: [read('delivered', 'delivered')] },
      { title: 'queued', request: report('Queued', 400), news: [read('accepted', 'queued-400')] },
      { title: 'dispatched', request: report('Dispatched', 401), news: [read('accepted', 'dispatched-401')] },
      { title: 'aborted', request: report('Aborted', 402), news: [read('failed', 'aborted-402')] },
      { title: 'cancelled', request: report('Cancelled', 407), news: [read('failed', 'cancelled-407')] },
      { title: 'rejected', request: report('Rejected', 60), news: [read('failed', 'rejected-60')] },
      { title: 'deleted', request: report('Deleted', 0), news: [read('failed', 'deleted')] },
      { title: 'expired', request: report('Expired', 153), news: [read('failed', 'expired-153')] },
      { title: 'unknown', request: report('Unknown', 0), news: [read('unknown', 'unknown')] },
      {
        title: 'an unknown subscriber, who is gone',
        request: report('Failed', 150),
        news: [{ ...read('failed', 'failed-150'), numberGone: true }],
      },
      {
        title: 'an unknown subscriber, and tried again',
        request: report('Dispatched', 150),
        news: [read('accepted', 'dispatched-150')],
      },
      {
        title: 'one without our reference',
        request: report('Delivered', 0, { client_reference: undefined }),
        news: [{ providerId: ID, state: 'delivered', code: 'delivered' }],
      },
      { title: 'a reply, which is none', request: reply(), news: [] },
      {
        title: 'a summary, which we do not ask for',
        request: sign(unsigned({ type: 'delivery_report_sms', batch_id: ID, statuses: [] })),
        news: [],
      },
    ],
    malformed: [
      { title: 'no JSON', request: sign(post(RECEIPT_URL, 'Delivered')) },
      { title: 'no type', request: sign(unsigned({ status: 'Delivered' })) },
      { title: 'an undocumented status', request: report('Teleported', 0) },
    ],
    forged: [
      { title: 'signed with another secret', request: sign(unsigned(reportOf('Delivered', 0)), NOW, 'other') },
      { title: 'another algorithm', request: withAlgorithm(report('Delivered', 0), 'HmacSHA1') },
      { title: 'no algorithm', request: withAlgorithm(report('Delivered', 0), undefined) },
      { title: 'a time in words', request: sign(unsigned(reportOf('Delivered', 0)), Number.NaN) },
    ],
    proof: {
      header: 'x-sinch-webhook-signature',
      signedAt: (at) => report('Delivered', 0, {}, at),
      toleranceMs: 300_000,
    },
  },
  inbound: {
    genuine: [
      {
        title: 'an answer',
        request: reply(),
        news: [{ providerId: 'in-1', from: '+12015550199', to: '12345', text: 'STOP õ' }],
      },
      {
        title: 'an empty one',
        request: reply({ id: null, body: '' }),
        news: [{ from: '+12015550199', to: '12345', text: '' }],
      },
      { title: 'a receipt, which is none', request: report('Delivered', 0), news: [] },
    ],
    malformed: [
      { title: 'no sender', request: reply({ from: undefined }) },
      { title: 'a sender that is no number', request: reply({ from: 'BANK' }) },
      { title: 'no recipient', request: reply({ to: undefined }) },
      { title: 'no text', request: reply({ body: undefined }) },
    ],
    proof: { header: 'x-sinch-webhook-signature' },
  },
  lookup: {
    request: { providerId: ID },
    answers: [
      {
        title: 'delivered',
        answer: json(200, reportOf('Delivered', 0)),
        outcome: { status: 'found', state: 'delivered', code: 'delivered', providerId: ID },
      },
      {
        title: 'failed',
        answer: json(200, reportOf('Failed', 150)),
        outcome: { status: 'found', state: 'failed', code: 'failed-150', providerId: ID },
      },
      {
        title: 'dispatched',
        answer: json(200, reportOf('Dispatched', 401)),
        outcome: { status: 'found', state: 'accepted', code: 'dispatched-401', providerId: ID },
      },
      {
        title: 'taken, and no report yet',
        answer: { status: 404, body: '' },
        outcome: { status: 'found', state: 'accepted', providerId: ID },
      },
      {
        title: 'no batch has our reference, which proves nothing',
        request: { providerId: undefined },
        answer: json(200, { count: 0, page: 0, page_size: 0, batches: [] }),
        outcome: { status: 'unclear', code: 'sinch-lookup-not-found' },
      },
      {
        title: 'a batch with another reference, where the filter was passed over',
        request: { providerId: undefined },
        answer: json(200, { count: 1, batches: [batch({ client_reference: 'alert-other' })] }),
        outcome: { status: 'unclear', code: 'sinch-lookup-not-found' },
      },
    ],
    unclear: [json(200, reportOf('Teleported', 0))],
    asks: ({ method, path, headers }) => {
      const address = `/xms/v1/${PLAN}/batches/${ID}/delivery_report/%2B12015550123`;
      expect({ method, path }).to.deep.equal({ method: 'GET', path: address });
      expect(headers.authorization).to.equal(`Bearer ${TOKEN}`);
    },
  },
});

describe('the Sinch adapter', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
    provider.behave(json(201, batch()));
  });
  const adapter = (own: Partial<SinchConfig> = {}, tools = toolsFor()) =>
    sinch.create({ ...config(provider.baseUrl), ...own }, tools);
  const where: LookupRequest = { ...MESSAGE, sentAt: NOW - 120_000 };

  it('asks the host of its region unless another address is set', async () => {
    const asked: string[] = [];
    const http = async ({ url }: { url: string }) => {
      asked.push(url);
      return { kind: 'not-sent' as const, code: 'here' };
    };
    await adapter({ baseUrl: undefined }, toolsFor({ http })).send(MESSAGE);
    expect(asked).to.deep.equal([`https://eu.sms.api.sinch.com/xms/v1/${PLAN}/batches`]);
  });

  it('asks for the report of every state, and for none where none can reach us', async () => {
    await adapter().send(MESSAGE);
    await adapter({}, toolsFor({ receiptUrl: () => undefined })).send(MESSAGE);
    const [first, second] = provider.asked.map(({ body }) => JSON.parse(body) as Record<string, string>);
    expect(first).to.include({ delivery_report: 'per_recipient', callback_url: RECEIPT_URL });
    expect(second).to.have.property('delivery_report', 'none');
    expect(second).not.to.have.property('callback_url');
  });

  it('finds a message whose answer was lost by our own reference, and asks for its report', async () => {
    const answers = [json(200, { count: 1, batches: [batch()] }), json(200, reportOf('Delivered', 0))];
    provider.behave((response) => {
      const { status, body } = answers[provider.asked.length - 1] as Answer;
      response.writeHead(status).end(body);
    });
    expect(await adapter().lookup?.(where)).to.deep.equal({
      status: 'found',
      state: 'delivered',
      code: 'delivered',
      providerId: ID,
    });
    const [list, one] = provider.asked;
    expect(list?.path).to.equal(`/xms/v1/${PLAN}/batches`);
    expect(Object.fromEntries(list?.query ?? [])).to.deep.equal({
      client_reference: MESSAGE.alertId,
      start_date: '2026-01-15T11:57:00.000Z',
      page_size: '1',
    });
    expect(one?.path).to.equal(`/xms/v1/${PLAN}/batches/${ID}/delivery_report/%2B12015550123`);
  });

  describe('without a callback secret', () => {
    const own = () => adapter({ callbackSecret: undefined });

    it('says that the address is the proof, and reads the report of its alert', () => {
      expect(own().callbacks).to.equal('address');
      expect(adapter().callbacks).to.equal('signature');
      expect(own().receipts?.(unsigned(reportOf('Delivered', 0)))).to.deep.equal([read('delivered', 'delivered')]);
      expect(own().inbound?.(unsigned(replyOf()))).to.have.length(1);
    });
  });

  it('takes other codes for a number that is gone where it is told so', () => {
    const gone = (goneErrors?: string[], code = 100) =>
      adapter({ goneErrors }).receipts?.(report('Failed', code))[0]?.numberGone;
    expect(gone()).to.equal(undefined);
    expect(gone(['100'])).to.equal(true);
    expect(gone([], 150)).to.equal(undefined);
  });

  it('takes older signatures where it is told so', () => {
    const old = report('Delivered', 0, {}, NOW - 3_000_000);
    expect(adapter({ callbackToleranceSeconds: 3600 }).receipts?.(old)).to.have.length(1);
  });

  describe("and Sinch's own package", () => {
    const theirs = () =>
      new SmsService({ servicePlanId: PLAN, apiToken: TOKEN, smsHostname: provider.baseUrl, smsRegion: 'eu' });
    const alike = () => {
      const [ours, other] = provider.asked as [Asked, Asked];
      expect({ method: ours.method, path: ours.path }).to.deep.equal({ method: other.method, path: other.path });
      expect(Object.fromEntries(ours.query)).to.deep.equal(Object.fromEntries(other.query));
      for (const name of ['authorization', 'content-type', 'accept'])
        expect(ours.headers[name], name).to.equal(other.headers[name]);
      if (other.body !== '') expect(JSON.parse(ours.body)).to.deep.equal(JSON.parse(other.body));
    };

    it('ask the same of the server', async () => {
      await adapter().send({ ...MESSAGE, expiresAt: NOW + 90_500 });
      await theirs().batches.sendTextMessage({
        sendSMSRequestBody: {
          from: 'BANK',
          to: [MESSAGE.to],
          body: MESSAGE.text,
          client_reference: MESSAGE.alertId,
          delivery_report: 'per_recipient',
          callback_url: RECEIPT_URL,
          expire_at: new Date(NOW + 90_000),
        },
      });
      alike();
    });

    it('ask the same for the list of batches and for a report', async () => {
      provider.behave(json(200, { count: 0, page: 0, page_size: 1, batches: [] }));
      await adapter().lookup?.(where);
      await theirs().batches.list({
        client_reference: MESSAGE.alertId,
        start_date: new Date(NOW - 180_000),
        page_size: 1,
      });
      alike();
      provider.asked.length = 0;
      provider.behave(json(200, reportOf('Delivered', 0)));
      await adapter().lookup?.({ ...where, providerId: ID });
      await theirs().deliveryReports.getForNumber({ batch_id: ID, phone_number: encodeURIComponent(MESSAGE.to) });
      alike();
    });

    it('agree on signatures, whatever letters the body holds', () => {
      const validator = new SmsCallbackWebhooks(SECRET);
      for (const text of ['STOP', 'õnnestus 😀', '{"a":"."}']) {
        const genuine = reply({ body: text });
        const headers = genuine.headers as Record<string, string>;
        expect(validator.validateAuthenticationHeader(headers, genuine.body.toString(), '', '')).to.equal(true);
        expect(adapter().inbound?.(genuine)).to.have.length(1);
        const altered = { ...genuine, body: Buffer.from(genuine.body.toString().replace('in-1', 'in-2')) };
        expect(validator.validateAuthenticationHeader(headers, altered.body.toString(), '', '')).to.equal(false);
        expect(() => adapter().inbound?.(altered)).to.throw(CallbackRefused);
      }
    });

    it('know the same kinds of callbacks', () => {
      const validator = new SmsCallbackWebhooks();
      expect(validator.parseEvent(reportOf('Delivered', 0))).to.have.property('status', 'Delivered');
      expect(validator.parseEvent(replyOf())).to.have.property('body', 'STOP õ');
    });
  });
});
