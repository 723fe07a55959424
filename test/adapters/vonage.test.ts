import { createHash, createHmac } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import { expect } from 'chai';
import vonage, { type VonageConfig } from '../../adapters/sms/vonage/index.js';
import { CallbackRefused, type CallbackRequest, type Receipt, type SmsMessage } from '../../src/contracts/adapter.js';
import { describeCallbacks, post } from './callback-contract.js';
import { type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const KEY = 'abcd1234';
const SECRET = 'api sécret & more';
const SIGNATURE_SECRET = 'signature sécret';
const ID = '0A0000001234567B';
const ADDRESS = 'https://alerts.bank.example/v1/receipts/vonage';
const INBOUND = 'https://alerts.bank.example/v1/inbound/vonage';
const TOLERANCE_MS = 25 * 3_600_000;

const config = (baseUrl: string): VonageConfig => ({
  apiKey: KEY,
  apiSecret: SECRET,
  signatureSecret: SIGNATURE_SECRET,
  reportsUrl: baseUrl,
  baseUrl,
});
const part = (status: string, own: object = {}) => ({
  to: '12015550123',
  'message-id': ID,
  status,
  'remaining-balance': '3.14159265',
  'message-price': '0.03330000',
  network: '12345',
  ...own,
});
const answer = (...messages: object[]) => ({
  status: 200,
  body: JSON.stringify({ 'message-count': String(messages.length), messages }),
});
const refused = (status: string, code: string, scope?: 'account') => ({
  answer: answer({ status, 'error-text': `Non White-listed Destination ${MESSAGE.to}` }),
  code,
  scope,
});

type Fields = Record<string, string>;
/** As Vonage's page on signing describes it, with the digits in upper case, as in its example. */
const withSig = (fields: Fields, method = 'sha256', secret = SIGNATURE_SECRET): Fields => {
  const text = Object.keys(fields)
    .sort()
    .map((name) => `&${name}=${(fields[name] as string).replaceAll('&', '_').replaceAll('=', '_')}`);
  return { ...fields, sig: createHmac(method, secret).update(text.join('')).digest('hex').toUpperCase() };
};
const signedForm = (fields: Fields, address = ADDRESS) => post(address, new URLSearchParams(withSig(fields)));
const signedJson = (fields: Fields, address = ADDRESS) => post(address, JSON.stringify(withSig(fields)));
const seconds = (at: number) => String(Math.floor(at / 1000));
const receipt = (status: string, own: Fields = {}): Fields => ({
  'api-key': KEY,
  'client-ref': 'al_7f3a',
  'err-code': '0',
  'message-timestamp': '2026-01-15 12:00:00',
  messageId: ID,
  msisdn: '12015550123',
  'network-code': '12345',
  nonce: 'ec11dd3e-1e7f-4db5-9467-82b02cd223b9',
  price: '0.03330000',
  scts: '2601151200',
  status,
  timestamp: seconds(NOW),
  to: 'A&B=C',
  ...own,
});
const incoming = (own: Fields = {}): Fields => ({
  'api-key': KEY,
  keyword: 'STOPP',
  'message-timestamp': '2026-01-15 12:00:00',
  messageId: ID,
  msisdn: '12015550123',
  nonce: 'aaaaaaaa-bbbb-cccc-dddd-0123456789ab',
  text: 'STOPP & muu: 50% õ=1',
  timestamp: seconds(NOW),
  to: '12015550100',
  type: 'unicode',
  ...own,
});
const STATES: [string, string, Receipt['state'], string][] = [
  ['accepted', '0', 'accepted', 'accepted'],
  ['buffered', '0', 'accepted', 'buffered'],
  ['delivered', '0', 'delivered', 'delivered'],
  ['expired', '2', 'failed', 'expired-2'],
  ['failed', '1', 'failed', 'failed-1'],
  ['undelivered', '99', 'failed', 'undelivered-99'],
  ['rejected', '6', 'failed', 'rejected-6'],
  ['deleted', '0', 'failed', 'deleted'],
  ['unknown', '1', 'unknown', 'unknown-1'],
];
const news = (state: Receipt['state'], code: string): Receipt[] => [
  { alertId: 'al_7f3a', providerId: ID, state, code },
];
const record = (own: object = {}) => ({
  account_id: KEY,
  message_id: ID,
  client_ref: MESSAGE.alertId,
  direction: 'outbound',
  to: '12015550123',
  status: 'delivered',
  error_code: '0',
  ...own,
});
const records = (...all: object[]) => ({
  status: 200,
  body: JSON.stringify({ request_id: 'x', request_status: 'SUCCESS', items_count: all.length, records: all }),
});
const malformed = (sign: (fields: Fields) => CallbackRequest) => [
  { title: 'a state that is none', request: sign(receipt('Delivered')) },
  { title: 'an inherited name as a state', request: sign(receipt('__proto__')) },
  { title: 'no message', request: sign(receipt('delivered', { messageId: '' })) },
  { title: 'a message that is none', request: sign(receipt('delivered', { messageId: 'a b' })) },
];

describeSmsAdapter({
  name: 'vonage',
  definition: vonage,
  config,
  secrets: [SECRET, 'sécret', SIGNATURE_SECRET, Buffer.from(`${KEY}:${SECRET}`).toString('base64')],
  success: [
    { answer: answer(part('0')), providerId: ID },
    { answer: answer(part('0'), part('0', { 'message-id': '0A0000001234567C' })), providerId: ID },
    { answer: answer(part('0', { status: 0 })), providerId: ID },
  ],
  rejected: [
    refused('2', 'vonage-2-parameter-missing'),
    refused('3', 'vonage-3-parameter-invalid'),
    refused('4', 'vonage-4-authentication', 'account'),
    refused('6', 'vonage-6-message-invalid'),
    refused('7', 'vonage-7-number-barred'),
    refused('8', 'vonage-8-account-barred', 'account'),
    refused('9', 'vonage-9-no-credit', 'account'),
    refused('11', 'vonage-11-account-not-enabled', 'account'),
    refused('12', 'vonage-12-too-long'),
    refused('14', 'vonage-14-authentication', 'account'),
    refused('15', 'vonage-15-sender', 'account'),
    refused('22', 'vonage-22-network-code'),
    refused('23', 'vonage-23-callback-url'),
    refused('29', 'vonage-29-demo-account', 'account'),
    refused('32', 'vonage-32-authentication', 'account'),
    refused('33', 'vonage-33-number-deactivated'),
    { answer: { status: 401, body: '' }, code: 'vonage-401-authentication', scope: 'account' },
    { answer: { status: 402, body: '' }, code: 'vonage-402-no-credit', scope: 'account' },
    { answer: { status: 422, body: MESSAGE.to }, code: 'vonage-422-refused' },
  ],
  retryable: [
    { answer: answer({ status: '1', 'error-text': 'Throughput Rate Exceeded' }), code: 'vonage-1-throttled' },
    { answer: answer({ status: '10' }), code: 'vonage-10-too-many-binds' },
    { answer: { status: 429, body: '' }, code: 'vonage-429-too-many' },
  ],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    answer(),
    answer(part('0'), part('1')),
    answer(part('9'), part('0')),
    answer({ status: '5', 'error-text': 'Internal Error' }),
    answer({ status: '13' }),
    answer({ status: MESSAGE.to }),
    answer({ status: '0' }),
    answer(part('0', { 'message-id': '' })),
    answer({}),
    { status: 200, body: '{"messages":{"status":"0"}}' },
    { status: 201, body: answer(part('0')).body },
    { status: 503, body: '' },
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const form = new URLSearchParams(body);
    return {
      to: `+${form.get('to')}`,
      from: form.get('from') ?? '',
      text: form.get('text') ?? '',
      encoding: form.get('type') === 'text' ? 'gsm-7' : 'ucs-2',
      validityMs: form.has('ttl') ? Number(form.get('ttl')) : undefined,
      reference: form.get('client-ref') ?? '',
      receiptUrl: form.get('callback') ?? undefined,
    };
  },
  validityUnitMs: 1,
  validityLeastMs: 20_000,
  validityMostMs: 604_800_000,
  processesIn: [
    { own: {}, places: ['EU', 'SG', 'US'] },
    { own: { processesIn: ['EU'] }, places: ['EU'] },
  ],
  receipts: {
    genuine: [
      ...STATES.flatMap(([status, error, state, code]) => [
        {
          title: `${status} ${error}, a form`,
          request: signedForm(receipt(status, { 'err-code': error })),
          news: news(state, code),
        },
        {
          title: `${status} ${error}, JSON`,
          request: signedJson(receipt(status, { 'err-code': error })),
          news: news(state, code),
        },
      ]),
      {
        title: 'a number that is no longer active',
        request: signedForm(receipt('failed', { 'err-code': '3' })),
        news: [{ alertId: 'al_7f3a', providerId: ID, state: 'failed', code: 'failed-3', numberGone: true }],
      },
      {
        title: 'without our reference',
        request: signedForm(receipt('delivered', { 'client-ref': '' })),
        news: [{ providerId: ID, state: 'delivered', code: 'delivered' }],
      },
      {
        title: 'at an address that names another alert, which nothing signs',
        request: signedForm(receipt('delivered'), `${ADDRESS}?alert=al_other`),
        news: news('delivered', 'delivered'),
      },
    ],
    malformed: [...malformed(signedForm), ...malformed(signedJson)],
    forged: [
      { title: 'of another account', request: signedForm(receipt('delivered', { 'api-key': 'other' })) },
      { title: 'no JSON at all', request: post(ADDRESS, '{"status":') },
      { title: 'nothing', request: post(ADDRESS, '') },
      {
        title: 'signed with another secret',
        request: post(ADDRESS, new URLSearchParams(withSig(receipt('delivered'), 'sha256', 'other'))),
      },
      {
        title: 'signed in a weaker way than the configured one',
        request: post(ADDRESS, new URLSearchParams(withSig(receipt('delivered'), 'md5'))),
      },
      {
        title: 'two fields written as one with the same signed text',
        request: post(ADDRESS, new URLSearchParams(joined(withSig({ a: '1', aa: '2', ...receipt('delivered') })))),
      },
      { title: 'without a time', request: signedForm(receipt('delivered', { timestamp: '' })) },
    ],
    proof: {
      parameter: 'sig',
      signedAt: (at) => signedForm(receipt('delivered', { timestamp: seconds(at) })),
      toleranceMs: TOLERANCE_MS,
    },
  },
  inbound: {
    genuine: [
      {
        title: 'a form',
        request: signedForm(incoming(), INBOUND),
        news: [{ providerId: ID, from: '+12015550123', to: '12015550100', text: 'STOPP & muu: 50% õ=1' }],
      },
      {
        title: 'JSON, with a text that is empty',
        request: signedJson(incoming({ text: '' }), INBOUND),
        news: [{ providerId: ID, from: '+12015550123', to: '12015550100', text: '' }],
      },
      {
        title: 'a binary message holds nothing to read',
        request: signedForm(incoming({ type: 'binary', data: '00ff', text: '' }), INBOUND),
        news: [],
      },
    ],
    malformed: [
      { title: 'from no number', request: signedForm(incoming({ msisdn: 'BANK' }), INBOUND) },
      { title: 'no recipient', request: signedForm(incoming({ to: '' }), INBOUND) },
      { title: 'no id', request: signedForm(incoming({ messageId: '' }), INBOUND) },
    ],
    proof: { parameter: 'sig' },
  },
  lookup: {
    answers: [
      ...STATES.map(([status, error, state, code]) => ({
        title: `${status} ${error}`,
        answer: records(record({ status, error_code: error })),
        outcome: { status: 'found' as const, state, providerId: ID, code },
      })),
      {
        title: 'by its id',
        request: { providerId: ID },
        answer: records(record({ client_ref: null, status: 'buffered' })),
        outcome: { status: 'found', state: 'accepted', providerId: ID, code: 'buffered' },
      },
      {
        title: 'one of two parts is under way',
        answer: records(record(), record({ message_id: '0A0000001234567C', status: 'accepted' })),
        outcome: { status: 'found', state: 'accepted', providerId: ID, code: 'accepted' },
      },
      {
        title: 'one of two parts failed',
        answer: records(record(), record({ message_id: '0A0000001234567C', status: 'failed', error_code: '1' })),
        outcome: { status: 'found', state: 'failed', providerId: ID, code: 'failed-1' },
      },
      {
        title: 'the records are of other messages',
        answer: records(record({ client_ref: 'al_other' })),
        outcome: { status: 'unclear', code: 'vonage-not-found' },
      },
      { title: 'there are no records', answer: records(), outcome: { status: 'unclear', code: 'vonage-not-found' } },
    ],
    unclear: [
      records(record({ status: 'DELIVERED' })),
      records(record({ message_id: '' })),
      { status: 403, body: '{}' },
    ],
    asks: ({ method, path, query }) => {
      expect(`${method} ${path}`).to.equal('GET /v2/reports/records');
      expect(Object.fromEntries(query)).to.deep.equal({
        account_id: KEY,
        product: 'SMS',
        direction: 'outbound',
        date_start: new Date(NOW - 180_000).toISOString(),
        date_end: new Date(NOW - 60_000).toISOString(),
      });
    },
  },
});

/** `a` and `aa` as one field, named so that the signed text stays the same. */
function joined({ a, aa, ...others }: Fields): Fields {
  return { ...others, [`a=${a}&aa`]: aa as string };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (body: string, own: object = {}, header: object = {}, secret = SIGNATURE_SECRET): string => {
  const claims = {
    iat: NOW / 1000,
    jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
    iss: 'Vonage',
    payload_hash: createHash('sha256').update(body).digest('hex'),
    api_key: KEY,
    ...own,
  };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT', ...header })}.${base64url(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
};
const withToken = (fields: object, own: object = {}, header: object = {}, secret = SIGNATURE_SECRET) => {
  const body = JSON.stringify(fields);
  return post(ADDRESS, body, { authorization: `Bearer ${jwt(body, own, header, secret)}` });
};
const jwtAdapter = vonage.create({ ...config('http://127.0.0.1:1'), signatureMethod: 'jwt' }, toolsFor());

describe('the Vonage adapter with tokens', () => {
  describeCallbacks(
    'receipts',
    {
      genuine: [{ title: 'delivered', request: withToken(receipt('delivered')), news: news('delivered', 'delivered') }],
      malformed: [
        ...malformed(withToken),
        { title: 'a field that is no text', request: withToken({ ...receipt('delivered'), price: { a: 1 } }) },
        { title: 'no document', request: withToken([]) },
      ],
      forged: [
        { title: 'not signed at all', request: withToken(receipt('delivered'), {}, { alg: 'none' }) },
        { title: 'of another algorithm', request: withToken(receipt('delivered'), {}, { alg: 'HS512' }) },
        { title: 'of another account', request: withToken(receipt('delivered'), { api_key: 'other' }) },
        { title: 'of another body', request: withToken(receipt('delivered'), { payload_hash: '00' }) },
        { title: 'of no body', request: withToken(receipt('delivered'), { payload_hash: undefined }) },
        { title: 'without a time', request: withToken(receipt('delivered'), { iat: undefined }) },
        { title: 'signed with another secret', request: withToken(receipt('delivered'), {}, {}, 'other') },
        { title: 'with a sig instead', request: signedForm(receipt('delivered')) },
      ],
      proof: {
        header: 'authorization',
        signedAt: (at) => withToken(receipt('delivered'), { iat: at / 1000 }),
        toleranceMs: TOLERANCE_MS,
      },
    },
    (request) => jwtAdapter.receipts?.(request) ?? [],
    NOW,
  );

  it("agrees with Vonage's own library about which tokens are signed", () => {
    const verdict = (request: CallbackRequest): boolean => {
      try {
        return jwtAdapter.receipts?.(request).length === 1;
      } catch {
        return false;
      }
    };
    for (const header of [{}, { alg: 'none' }]) {
      for (const secret of [SIGNATURE_SECRET, 'other']) {
        const request = withToken(receipt('delivered'), {}, header, secret);
        const token = (request.headers.authorization as string).slice('Bearer '.length);
        expect(verdict(request)).to.equal(verifySignature(token, SIGNATURE_SECRET));
      }
    }
  });
});

describe('how the Vonage adapter reads the parameter sig', () => {
  /** The secret `secret`, the fields a=1, b=2 and the time; Vonage's Python library is tested with the same. */
  const KNOWN: [VonageConfig['signatureMethod'], string][] = [
    ['md5', 'c15c21ced558c93a226c305f58f902f2'],
    ['sha1', '3e19a4e6880fdc2c1426bfd0587c98b9532f0210'],
    ['sha256', 'a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd24'],
    [
      'sha512',
      '812a18f76680fa0fe1b8bd9ee1625466ceb1bd96242e4d050d2cfd9a7b40166c63ed26ec9702168781b6edcf1633db8ff95af9341701004eec3fcf9550572ee8',
    ],
  ];
  const SIGNED_AT = 1_461_605_396_000;
  const codeOf = (signatureMethod: VonageConfig['signatureMethod'], sig: string) => {
    const own = { ...config('http://127.0.0.1:1'), signatureSecret: 'secret', signatureMethod };
    const adapter = vonage.create(own, toolsFor({ now: () => SIGNED_AT }));
    const fields = new URLSearchParams({ a: '1', b: '2', timestamp: '1461605396', sig });
    try {
      return adapter.receipts?.(post(ADDRESS, fields));
    } catch (error) {
      return (error as CallbackRefused).code;
    }
  };

  for (const [method, sig] of KNOWN) {
    it(`takes the known signature with ${method}, in digits of either case, and no other`, () => {
      // Genuine, and then found to be no receipt.
      expect(codeOf(method, sig)).to.equal('callback-malformed');
      expect(codeOf(method, sig.toUpperCase())).to.equal('callback-malformed');
      for (const [other, wrong] of KNOWN)
        if (other !== method) expect(codeOf(method, wrong)).to.equal('callback-unverified');
    });
  }

  it('takes the plain MD5 hash with no method', () => {
    for (const [method] of KNOWN)
      expect(codeOf(method, '6af838ef94998832dbfc29020b564830')).to.equal('callback-unverified');
  });

  it('takes no GET, which would put texts into addresses', () => {
    const adapter = vonage.create(config('http://127.0.0.1:1'), toolsFor());
    expect(() => adapter.receipts?.({ ...signedForm(receipt('delivered')), method: 'GET' }))
      .to.throw(CallbackRefused)
      .with.property('code', 'callback-malformed');
  });
});

describe('what the Vonage adapter asks', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave(answer(part('0')));
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  const ask = async (own: Partial<VonageConfig> = {}, message: Partial<SmsMessage> = {}, receiptUrl?: string) => {
    const tools = toolsFor(receiptUrl === undefined ? {} : { receiptUrl: () => receiptUrl });
    await vonage.create({ ...config(provider.baseUrl), ...own }, tools).send({ ...MESSAGE, ...message });
    const { method, path, headers, body } = provider.asked.at(-1) as FakeProvider['asked'][number];
    return { method, path, headers, form: Object.fromEntries(new URLSearchParams(body)) };
  };

  it('is the form that Vonage documents, with the key and secret in the header alone', async () => {
    const { method, path, headers, form } = await ask({}, { expiresAt: NOW + 90_500 });
    expect({ method, path }).to.deep.equal({ method: 'POST', path: '/sms/json' });
    expect(headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(headers.authorization).to.equal(`Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`);
    expect(form).to.deep.equal({
      from: 'BANK',
      to: '12015550123',
      text: MESSAGE.text,
      type: 'text',
      'client-ref': MESSAGE.alertId,
      ttl: '90500',
      callback: 'https://bank.example/v1/receipts/here',
    });
  });

  it('writes numbers without +, as a sender too', async () => {
    expect((await ask({}, { from: '+12015550100' })).form).to.include({ from: '12015550100', to: '12015550123' });
    expect((await ask({}, { from: '17011' })).form).to.include({ from: '17011' });
    expect((await ask({}, { from: 'Bank 24+' })).form).to.include({ from: 'Bank 24+' });
  });

  it('names the address of receipts only where it is short enough to be taken, and receipts can be verified', async () => {
    const long = `https://alerts.bank.example/${'v'.repeat(72)}`;
    expect((await ask({}, {}, `${long}?alert=a&token=b`)).form.callback).to.equal(long);
    expect((await ask({}, {}, `${long}w?alert=a&token=b`)).form).not.to.have.property('callback');
    expect((await ask({ signatureSecret: undefined })).form).not.to.have.property('callback');
  });

  it('takes callbacks only with a signature secret, and looks up only with the address of reports', () => {
    const { signatureSecret: _, reportsUrl: __, ...bare } = config(provider.baseUrl);
    const adapter = vonage.create(bare, toolsFor());
    expect(adapter).to.have.all.keys('send');
    expect(vonage.create(config(provider.baseUrl), toolsFor()).callbacks).to.equal('signature');
  });

  it('asks for a message whose id is known by that', async () => {
    provider.behave(records(record()));
    const adapter = vonage.create(config(provider.baseUrl), toolsFor());
    await adapter.lookup?.({ alertId: 'a', providerId: ID, to: MESSAGE.to, from: MESSAGE.from, sentAt: NOW });
    provider.behave(answer(part('0')));
    expect(Object.fromEntries(provider.asked[0]?.query ?? [])).to.deep.equal({
      account_id: KEY,
      product: 'SMS',
      direction: 'outbound',
      id: ID,
    });
  });

  it('goes to Vonage where no other address is configured', async () => {
    const urls: string[] = [];
    const http = (request: { url: string }) => {
      urls.push(request.url);
      return Promise.resolve({ kind: 'not-sent' as const, code: 'host-not-found' });
    };
    await vonage.create({ apiKey: KEY, apiSecret: SECRET }, toolsFor({ http })).send(MESSAGE);
    expect(urls).to.deep.equal(['https://rest.nexmo.com/sms/json']);
  });
});
