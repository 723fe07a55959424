import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { array, constantFrom, assert as holds, property, record, string, tuple } from 'fast-check';
import plivo, { type PlivoConfig } from '../../adapters/sms/plivo/index.js';
import { CallbackRefused, type CallbackRequest, type ReceiptState } from '../../src/contracts/adapter.js';
import { elsewhere, post } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

/** What is used of Plivo's own package, which has no types. */
interface PlivoPackage {
  Client: new (
    id: string,
    token: string,
    options: { url: string },
  ) => {
    messages: {
      create(src: string, dst: string, text: string, own: object): Promise<unknown>;
      get(id: string): Promise<unknown>;
    };
  };
  validateV3Signature(
    method: string,
    uri: string,
    nonce: string,
    token: string,
    signature: string,
    params?: Record<string, string>,
  ): boolean;
}
const theirs = createRequire(import.meta.url)('plivo') as PlivoPackage;

const AUTH_ID = 'MAXXXXXXXXXXXXXXXXXX';
const TOKEN = 'auth-t0ken-s3cr3t';
const ID = 'db3ce55a-7f1d-11e1-8ea7-1231380bc196';
const ADDRESS = `https://bank.example/v1/receipts/plivo?alert=${MESSAGE.alertId}&token=Zm9v-_8`;
const INBOUND = 'https://bank.example/v1/inbound/plivo';
const NONCE = '05429567804466091622';

const config = (baseUrl: string): PlivoConfig => ({ baseUrl, authId: AUTH_ID, authToken: TOKEN });
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const queued = json(202, { message: 'message(s) queued', message_uuid: [ID], api_id: 'db342550' });
const refusal = (status: number, error: string) => json(status, { api_id: 'db342550', error });

/** By hand, for the address of our receipts: sorted parameters, the form's fields run together, the nonce. */
const sign = (request: CallbackRequest, header = 'x-plivo-signature-v3', token = TOKEN): CallbackRequest => {
  const form = [...new URLSearchParams(request.body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = form.map(([name, value]) => name + value).join('');
  const separator = request.publicUrl.includes('?') ? '.' : '?';
  const signed = `${request.publicUrl}${separator}${fields}.${NONCE}`;
  const signature = createHmac('sha256', token).update(signed).digest('base64');
  return { ...request, headers: { ...request.headers, [header]: signature, 'x-plivo-signature-v3-nonce': NONCE } };
};
const STATUS = { From: 'BANK', MCC: '310', MessageUUID: ID, Sequence: '1', To: '12015550123', Units: '1' };
const form = (own: Record<string, string>, address = ADDRESS) =>
  post(address, new URLSearchParams({ ...STATUS, ...own }));
const report = (Status: string, ErrorCode?: string) => sign(form({ Status, ...(ErrorCode && { ErrorCode }) }));
const read = (state: ReceiptState, code: string) => ({ providerId: ID, state, code, alertId: MESSAGE.alertId });
const REPLY = { From: '12015550199', MessageUUID: 'in-1', Text: 'STOP õ & more', To: '12015550100', Type: 'sms' };
const reply = (own: Record<string, string> = {}) => {
  const fields = new URLSearchParams({ ...REPLY, ...own });
  for (const [name, value] of Object.entries(own)) if (value === '') fields.delete(name);
  return sign(post(INBOUND, fields), 'x-plivo-signature-ma-v3');
};

describeSmsAdapter({
  name: 'plivo',
  definition: plivo,
  config,
  secrets: [TOKEN, 's3cr3t', Buffer.from(`${AUTH_ID}:${TOKEN}`).toString('base64')],
  success: [{ answer: queued, providerId: ID }],
  rejected: [
    { answer: refusal(401, 'authentication failed'), code: 'plivo-authentication', scope: 'account' },
    { answer: refusal(400, 'Insufficient Credit'), code: 'plivo-no-credit', scope: 'account' },
    { answer: refusal(402, 'payment'), code: 'plivo-no-credit', scope: 'account' },
    { answer: refusal(403, 'not permitted'), code: 'plivo-403-not-permitted', scope: 'account' },
    { answer: refusal(404, 'not found'), code: 'plivo-404-account', scope: 'account' },
    { answer: refusal(400, 'dst 12015550123 is not valid'), code: 'plivo-400-invalid' },
    { answer: refusal(405, 'method'), code: 'plivo-405-refused' },
    { answer: json(202, { message_uuid: [], invalid_number: ['12015550123'] }), code: 'plivo-invalid-number' },
  ],
  retryable: [
    { answer: { status: 429, body: '' }, code: 'plivo-429-too-many' },
    { answer: { status: 503, body: '' }, code: 'plivo-503-unavailable' },
  ],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    json(202, { message: 'message(s) queued', api_id: 'db342550' }),
    json(202, { message_uuid: [] }),
    json(202, { message_uuid: ID }),
    refusal(500, 'server error'),
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const sent = JSON.parse(body) as Record<string, string> & { message_expiry?: number };
    return {
      to: `+${sent.dst}`,
      from: sent.src as string,
      text: sent.text as string,
      validityMs: sent.message_expiry === undefined ? undefined : sent.message_expiry * 1000,
      receiptUrl: sent.url,
    };
  },
  validityUnitMs: 1000,
  validityLeastMs: 5000,
  validityMostMs: 10_799_000,
  processesIn: [
    { own: {}, places: ['US'] },
    { own: { processesIn: ['DE', 'US'] }, places: ['DE', 'US'] },
  ],
  receipts: {
    genuine: [
      { title: 'delivered', request: report('delivered'), news: [read('delivered', 'delivered')] },
      { title: 'queued', request: report('queued'), news: [read('accepted', 'queued')] },
      { title: 'sent', request: report('sent'), news: [read('accepted', 'sent')] },
      { title: 'failed', request: report('failed', '420'), news: [read('failed', 'failed-420')] },
      { title: 'undelivered', request: report('undelivered', '80'), news: [read('failed', 'undelivered-80')] },
      { title: 'rejected', request: report('rejected'), news: [read('failed', 'rejected')] },
      {
        title: 'a destination that is gone',
        request: report('undelivered', '70'),
        news: [{ ...read('failed', 'undelivered-70'), numberGone: true }],
      },
      {
        title: "the main account's signature",
        request: sign(form({ Status: 'delivered' }), 'x-plivo-signature-ma-v3'),
        news: [read('delivered', 'delivered')],
      },
      {
        title: 'one of several signatures',
        request: severalSignatures(report('delivered')),
        news: [read('delivered', 'delivered')],
      },
    ],
    malformed: [
      { title: 'no state', request: sign(form({})) },
      { title: 'an undocumented state', request: report('teleported') },
      { title: 'no id', request: sign(form({ Status: 'delivered', MessageUUID: '' })) },
    ],
    forged: [
      { title: 'signed with another token', request: sign(form({ Status: 'sent' }), 'x-plivo-signature-v3', 'other') },
      { title: 'another nonce', request: withNonce(report('delivered'), '1') },
      { title: 'no nonce', request: withNonce(report('delivered'), undefined) },
      { title: 'no signature at all', request: form({ Status: 'delivered' }) },
      { title: 'at the address of another alert', request: elsewhere(report('delivered'), `${ADDRESS}&alert=other`) },
    ],
    proof: { header: 'x-plivo-signature-v3', address: true },
  },
  inbound: {
    genuine: [
      {
        title: 'an answer',
        request: reply(),
        news: [{ providerId: 'in-1', from: '+12015550199', to: '12015550100', text: 'STOP õ & more' }],
      },
      { title: 'a picture, which is none', request: reply({ Type: 'mms' }), news: [] },
      {
        title: 'one without id and type',
        request: reply({ MessageUUID: '', Type: '' }),
        news: [{ from: '+12015550199', to: '12015550100', text: 'STOP õ & more' }],
      },
    ],
    malformed: [
      { title: 'no sender', request: reply({ From: '' }) },
      { title: 'a sender that is no number', request: reply({ From: 'BANK' }) },
      { title: 'no recipient', request: reply({ To: '' }) },
      { title: 'no text', request: reply({ Text: '' }) },
    ],
    proof: { header: 'x-plivo-signature-ma-v3' },
  },
  lookup: {
    request: { providerId: ID },
    answers: [
      {
        title: 'delivered',
        answer: json(200, { message_uuid: ID, message_state: 'delivered', error_code: '000' }),
        outcome: { status: 'found', state: 'delivered', code: 'delivered', providerId: ID },
      },
      {
        title: 'undelivered',
        answer: json(200, { message_uuid: ID, message_state: 'undelivered', error_code: '30' }),
        outcome: { status: 'found', state: 'failed', code: 'undelivered-30', providerId: ID },
      },
      {
        title: 'queued',
        answer: json(200, { message_uuid: ID, message_state: 'queued', error_code: null }),
        outcome: { status: 'found', state: 'accepted', code: 'queued', providerId: ID },
      },
      {
        title: 'without its id it cannot be asked',
        request: { providerId: undefined },
        answer: queued,
        outcome: { status: 'unclear', code: 'plivo-lookup-no-id' },
      },
    ],
    unclear: [refusal(404, 'not found'), json(200, { message_state: 'teleported' })],
    asks: ({ method, path, headers }) => {
      expect({ method, path }).to.deep.equal({ method: 'GET', path: `/Account/${AUTH_ID}/Message/${ID}/` });
      expect(headers.authorization).to.match(/^Basic /);
    },
  },
});

function severalSignatures(request: CallbackRequest): CallbackRequest {
  const own = request.headers['x-plivo-signature-v3'] as string;
  return { ...request, headers: { ...request.headers, 'x-plivo-signature-v3': `b3RoZXI=, ${own}` } };
}

function withNonce(request: CallbackRequest, nonce: string | undefined): CallbackRequest {
  return { ...request, headers: { ...request.headers, 'x-plivo-signature-v3-nonce': nonce } };
}

describe('the Plivo adapter', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave(queued);
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });
  const adapter = (own: Partial<PlivoConfig> = {}, tools = toolsFor()) =>
    plivo.create({ ...config(provider.baseUrl), ...own }, tools);
  const sent = () => JSON.parse(provider.asked[0]?.body ?? '') as Record<string, unknown>;

  it('keeps neither number nor text in the logs of Plivo unless it is told to', async () => {
    await adapter().send(MESSAGE);
    expect(sent()).to.have.property('log', 'false');
    provider.asked.length = 0;
    await adapter({ log: 'number_only' }).send(MESSAGE);
    expect(sent()).to.have.property('log', 'number_only');
  });

  it('writes numbers without plus, and names as they are', async () => {
    await adapter().send({ ...MESSAGE, from: '+12015550100' });
    expect(sent()).to.include({ src: '12015550100', dst: '12015550123' });
  });

  it('names no address where receipts cannot reach us', async () => {
    await adapter({}, toolsFor({ receiptUrl: () => undefined })).send(MESSAGE);
    expect(sent()).not.to.have.any.keys('url', 'method');
  });

  it('answers callbacks with XML that sends nothing back', () => {
    expect(adapter().callbackAnswer).to.deep.equal({
      status: 200,
      contentType: 'application/xml',
      body: '<Response></Response>',
    });
  });

  it('takes the signature of any token that is configured, and of no other', () => {
    const signed = sign(form({ Status: 'sent' }), 'x-plivo-signature-v3', 'main-token');
    expect(adapter({ callbackTokens: ['older', 'main-token'] }).receipts?.(signed)).to.have.length(1);
    expect(() => adapter({ callbackTokens: ['older'] }).receipts?.(signed)).to.throw(CallbackRefused);
  });

  it('reads what is called by GET as well', () => {
    const url = `${INBOUND}?${new URLSearchParams({ ...REPLY, Text: 'STOP' })}`;
    const query = new URL(url).searchParams;
    const sorted = [...query].map(([name, value]) => `${name}=${value}`).join('&');
    const signature = createHmac('sha256', TOKEN).update(`${INBOUND}?${sorted}.${NONCE}`).digest('base64');
    const headers = { 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': NONCE };
    const request = { method: 'GET', url, publicUrl: url, query, headers, body: Buffer.alloc(0) };
    expect(adapter().inbound?.(request)).to.have.length(1);
    expect(() => adapter().inbound?.(elsewhere(request, url.replace('STOP', 'STAY')))).to.throw(CallbackRefused);
  });

  it('relies on the address alone where it is told so', () => {
    const own = adapter({ callbacks: 'address' });
    expect(own.callbacks).to.equal('address');
    expect(adapter().callbacks).to.equal('signature');
    expect(own.receipts?.(form({ Status: 'delivered' }))).to.deep.equal([read('delivered', 'delivered')]);
  });

  it('takes other errors for a number that is gone where it is told so', () => {
    const gone = (goneErrors: string[] | undefined) =>
      adapter({ goneErrors }).receipts?.(report('undelivered', '50'))[0]?.numberGone;
    expect(gone(undefined)).to.equal(undefined);
    expect(gone(['50'])).to.equal(true);
  });

  describe("and Plivo's own package", () => {
    const client = () => new theirs.Client(AUTH_ID, TOKEN, { url: `${provider.baseUrl}/Account/${AUTH_ID}` });
    const alike = () => {
      const [ours, other] = provider.asked as [Asked, Asked];
      expect({ method: ours.method, path: ours.path }).to.deep.equal({ method: other.method, path: other.path });
      expect(ours.headers.authorization).to.equal(other.headers.authorization);
      return { ours, other };
    };

    it('ask the same of the server', async () => {
      await adapter().send({ ...MESSAGE, expiresAt: NOW + 90_500 });
      await client().messages.create('BANK', '12015550123', MESSAGE.text, {
        type: 'sms',
        log: 'false',
        message_expiry: 90,
        url: toolsFor().receiptUrl(MESSAGE.alertId),
        method: 'POST',
      });
      const { ours, other } = alike();
      expect(JSON.parse(ours.body)).to.deep.equal(JSON.parse(other.body));
      expect(ours.headers['content-type']).to.equal(other.headers['content-type']);
    });

    it('ask the same about a message', async () => {
      await adapter().lookup?.({ ...MESSAGE, providerId: ID, sentAt: NOW });
      await client()
        .messages.get(ID)
        .catch(() => undefined);
      alike();
    });

    it('agree on the signature of a receipt', () => {
      const genuine = report('undelivered', '70');
      const fields = Object.fromEntries(new URLSearchParams(genuine.body.toString()));
      const signature = genuine.headers['x-plivo-signature-v3'] as string;
      expect(theirs.validateV3Signature('POST', ADDRESS, NONCE, TOKEN, signature, fields)).to.equal(true);
    });

    it('agree on signatures over any address and form', () => {
      const name = string({ minLength: 1, maxLength: 5, unit: constantFrom(...'abcABC_-') });
      const value = string({ maxLength: 8, unit: constantFrom(...'abc019-_.~ õ€😀&=+%/') });
      const host = constantFrom('https://bank.example', 'https://bank.example:8443', 'http://127.0.0.1:8080');
      const path = constantFrom('/v1/receipts/plivo', '/a/b/', '/x');
      const pairs = array(tuple(name, value), { maxLength: 5 });
      holds(
        property(
          record({ host, path, query: pairs, fields: pairs, nonce: name }),
          ({ host, path, query, fields, nonce }) => {
            const search = new URLSearchParams(Object.entries(Object.fromEntries(query))).toString();
            const address = `${host}${path}${search && '?'}${search}`;
            const params = Object.fromEntries(fields);
            const request = post(address, new URLSearchParams(params));
            for (const good of [true, false]) {
              const signature = ourSignature(request, nonce) + (good ? '' : 'A');
              const verdict = theirs.validateV3Signature('POST', address, nonce, TOKEN, signature, params);
              expect(verdict, `${address} ${JSON.stringify(params)}`).to.equal(good);
            }
          },
        ),
      );
    });

    /** Signed by hand, and taken for genuine by the adapter. */
    function ourSignature(request: CallbackRequest, nonce: string): string {
      const { protocol, host, pathname, searchParams } = new URL(request.publicUrl);
      const sorted = (all: URLSearchParams) => [...all].sort(([a], [b]) => (a < b ? -1 : 1));
      const query = sorted(searchParams).map(([name, value]) => `${name}=${value}`);
      const fields = sorted(new URLSearchParams(request.body.toString())).map(([name, value]) => name + value);
      const dot = query.length > 0 && fields.length > 0 ? '.' : '';
      const mark = query.length + fields.length > 0 ? '?' : '';
      const signed = `${protocol}//${host}${pathname}${mark}${query.join('&')}${dot}${fields.join('')}.${nonce}`;
      const signature = createHmac('sha256', TOKEN).update(signed).digest('base64');
      const headers = { 'x-plivo-signature-v3': signature, 'x-plivo-signature-v3-nonce': nonce };
      // genuine to the adapter, though of no form that it can read
      expect(() => adapter().receipts?.({ ...request, headers }))
        .to.throw(CallbackRefused)
        .with.property('code', 'callback-malformed');
      return signature;
    }
  });
});
