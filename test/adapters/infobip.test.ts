import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import infobip, { type InfobipConfig } from '../../adapters/sms/infobip/index.js';
import { CallbackRefused, type CallbackRequest, type Receipt, type ReceiptState } from '../../src/contracts/adapter.js';
import { compileSchema, findMistakes } from '../../src/registry/schema-check.js';
import { post, withHeader } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, type Submitted, toolsFor } from './sms-contract.js';

/** What is used of Infobip's own package; its types do not say what a message holds. */
interface InfobipPackage {
  AuthType: { ApiKey: unknown };
  Infobip: new (settings: {
    baseUrl: string;
    apiKey: string;
    authType: unknown;
  }) => {
    channels: { sms: { logs: { get(filter: object): Promise<unknown> }; send(message: object): Promise<unknown> } };
  };
}
const theirs = createRequire(import.meta.url)('@infobip-api/sdk') as InfobipPackage;

const KEY = '003026bbc133714df1834b8638bb496e-8f4b3d9a';
const SECRET = 'hm4c-s3cr3t';
const RECEIPT_URL = toolsFor().receiptUrl(MESSAGE.alertId) as string;
const PROFILE = 'https://bank.example/v1/receipts/infobip';

const config = (baseUrl: string): InfobipConfig => ({ baseUrl, apiKey: KEY, processesIn: ['EU'] });
const json = (status: number, body: object): Answer => ({ status, body: JSON.stringify(body) });
const status = (groupName: string, name: string) => ({
  groupId: 1,
  groupName,
  id: 26,
  name,
  description: 'about +12015550123',
});
const answer = (groupName: string, name: string, own: object = {}) =>
  json(200, {
    bulkId: '2034072219640523072',
    messages: [
      {
        messageId: MESSAGE.alertId,
        status: status(groupName, name),
        destination: '12015550123',
        details: { messageCount: 1 },
        ...own,
      },
    ],
  });
const exception = (code: number, messageId: string) =>
  json(code, { requestError: { serviceException: { messageId, text: 'Invalid 12015550123' } } });

const NO_ERROR = { groupId: 0, groupName: 'OK', id: 0, name: 'NO_ERROR', description: 'No Error', permanent: false };
const failure = (name: string, permanent: boolean) => ({ ...NO_ERROR, name, permanent, description: '+12015550123' });
const result = (groupName: string, name: string, error: object = NO_ERROR, own: object = {}) => ({
  bulkId: 'b-1',
  messageId: MESSAGE.alertId,
  to: '12015550123',
  sender: 'BANK',
  sentAt: '2026-01-15T12:00:00.000+0000',
  doneAt: '2026-01-15T12:00:01.000+0000',
  messageCount: 1,
  callbackData: MESSAGE.alertId,
  price: { pricePerMessage: 0.01, currency: 'EUR' },
  status: status(groupName, name),
  error,
  ...own,
});
const batch = (address: string, ...results: unknown[]) => post(address, JSON.stringify({ results }));
const read = (state: ReceiptState, code: string): Receipt => ({
  alertId: MESSAGE.alertId,
  providerId: MESSAGE.alertId,
  state,
  code,
});
const one = (groupName: string, name: string, error?: object, own?: object) =>
  batch(RECEIPT_URL, result(groupName, name, error, own));
const replyOf = (own: object = {}) => ({
  messageId: '817790313235066447',
  from: '12015550199',
  to: '12015550100',
  text: 'STOP õ',
  cleanText: 'õ',
  keyword: 'STOP',
  receivedAt: '2026-01-15T12:00:00.000+0000',
  ...own,
});
const REPLY = { providerId: '817790313235066447', from: '+12015550199', to: '12015550100', text: 'STOP õ' };

const submitted = ({ body }: Asked): Submitted => {
  const message = JSON.parse(body).messages[0];
  const validity = message.options?.validityPeriod;
  if (validity !== undefined) expect(validity.timeUnit).to.equal('SECONDS');
  expect(message.destinations).to.have.length(1);
  expect(message.webhooks.callbackData).to.equal(message.destinations[0].messageId);
  return {
    to: `+${message.destinations[0].to}`,
    from: message.sender,
    text: message.content.text,
    validityMs: validity && validity.amount * 1000,
    reference: message.destinations[0].messageId,
    receiptUrl: message.webhooks.delivery?.url,
  };
};

describeSmsAdapter({
  name: 'infobip',
  definition: infobip,
  config,
  secrets: [KEY],
  success: [
    { answer: answer('PENDING', 'PENDING_ACCEPTED'), providerId: MESSAGE.alertId },
    { answer: answer('PENDING', 'PENDING_ENROUTE'), providerId: MESSAGE.alertId },
    { answer: answer('PENDING', 'MESSAGE_ACCEPTED', { messageId: '2250be2d' }), providerId: '2250be2d' },
    { answer: answer('DELIVERED', 'DELIVERED_TO_OPERATOR'), providerId: MESSAGE.alertId },
  ],
  rejected: [
    { answer: exception(401, 'UNAUTHORIZED'), code: 'infobip-authentication', scope: 'account' },
    { answer: exception(403, 'FORBIDDEN'), code: 'infobip-403-forbidden', scope: 'account' },
    { answer: exception(400, 'BAD_REQUEST'), code: 'infobip-400-bad-request' },
    { answer: json(400, { errorCode: 'E400', description: 'no' }), code: 'infobip-400-e400' },
    { answer: exception(400, '12015550123'), code: 'infobip-400-refused' },
    { answer: { status: 404, body: '<html>' }, code: 'infobip-404-refused' },
    { answer: answer('REJECTED', 'REJECTED_NOT_ENOUGH_CREDITS'), code: 'infobip-no-credit', scope: 'account' },
    { answer: answer('REJECTED', 'REJECTED_PREPAID_PACKAGE_EXPIRED'), code: 'infobip-no-credit', scope: 'account' },
    { answer: answer('REJECTED', 'REJECTED_NETWORK'), code: 'infobip-rejected-network', scope: 'account' },
    { answer: answer('REJECTED', 'REJECTED_SOURCE'), code: 'infobip-rejected-source', scope: 'account' },
    { answer: answer('REJECTED', 'REJECTED_SENDER'), code: 'infobip-rejected-sender', scope: 'account' },
    {
      answer: answer('REJECTED', 'REJECTED_ROUTE_NOT_AVAILABLE'),
      code: 'infobip-rejected-route-not-available',
      scope: 'account',
    },
    {
      answer: answer('REJECTED', 'REJECTED_DESTINATION_NOT_REGISTERED'),
      code: 'infobip-rejected-destination-not-registered',
      scope: 'account',
    },
    { answer: answer('REJECTED', 'REJECTED_DND'), code: 'infobip-rejected-dnd' },
    { answer: answer('REJECTED', 'REJECTED_DESTINATION'), code: 'infobip-rejected-destination' },
    { answer: answer('REJECTED', 'REJECTED_FLOODING_FILTER'), code: 'infobip-rejected-flooding-filter' },
    { answer: answer('REJECTED', 'REJECTED_MESSAGE_TOO_LONG'), code: 'infobip-rejected-message-too-long' },
    { answer: answer('UNDELIVERABLE', 'UNDELIVERABLE_NOT_SENT'), code: 'infobip-undeliverable-not-sent' },
  ],
  retryable: [
    { answer: exception(429, 'TOO_MANY_REQUESTS'), code: 'infobip-429-too-many' },
    { answer: { status: 503, body: '' }, code: 'infobip-503-unavailable' },
    { answer: answer('REJECTED', 'REJECTED_SYSTEM_ERROR'), code: 'infobip-rejected-system-error' },
    {
      answer: answer('REJECTED', 'UNDELIVERABLE_REJECTED_PLATFORM'),
      code: 'infobip-undeliverable-rejected-platform',
    },
  ],
  busy: { ...exception(429, 'TOO_MANY_REQUESTS'), headers: { 'retry-after': '7' } },
  unreadable: [
    json(200, { bulkId: '1', messages: [] }),
    json(200, { messages: [{ messageId: MESSAGE.alertId }] }),
    answer('PENDING', 'PENDING_ACCEPTED', { messageId: null }),
    answer('TELEPORTED', 'TELEPORTED_TO_HANDSET'),
    answer('REJECTED', 'REJECTED_DUPLICATE_MESSAGE_ID'),
    exception(500, 'GENERAL_ERROR'),
    { status: 408, body: '' },
  ],
  read: submitted,
  validityUnitMs: 1000,
  validityMostMs: 48 * 60 * 60 * 1000,
  processesIn: [
    { own: {}, places: ['EU'] },
    { own: { processesIn: ['HR', 'DE'] }, places: ['HR', 'DE'] },
  ],
  receipts: {
    genuine: [
      {
        title: 'delivered',
        request: one('DELIVERED', 'DELIVERED_TO_HANDSET'),
        news: [read('delivered', 'delivered-to-handset')],
      },
      {
        title: 'with the operator, not yet on the phone',
        request: one('DELIVERED', 'DELIVERED_TO_OPERATOR'),
        news: [read('accepted', 'delivered-to-operator')],
      },
      { title: 'on its way', request: one('PENDING', 'PENDING_ENROUTE'), news: [read('accepted', 'pending-enroute')] },
      {
        title: 'an absent subscriber, who is not gone',
        request: one('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', failure('EC_ABSENT_SUBSCRIBER', false)),
        news: [read('failed', 'ec-absent-subscriber')],
      },
      {
        title: 'an unknown subscriber, who is gone',
        request: one('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', failure('EC_UNKNOWN_SUBSCRIBER', true)),
        news: [{ ...read('failed', 'ec-unknown-subscriber'), numberGone: true }],
      },
      {
        title: 'an unknown subscriber, and not for good',
        request: one('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', failure('EC_UNKNOWN_SUBSCRIBER', false)),
        news: [read('failed', 'ec-unknown-subscriber')],
      },
      { title: 'expired', request: one('EXPIRED', 'EXPIRED_EXPIRED'), news: [read('failed', 'expired-expired')] },
      {
        title: 'expired without a report',
        request: one('EXPIRED', 'EXPIRED_DLR_UNKNOWN'),
        news: [read('unknown', 'expired-dlr-unknown')],
      },
      { title: 'rejected', request: one('REJECTED', 'REJECTED_DND'), news: [read('failed', 'rejected-dnd')] },
      {
        title: 'a status of a group that is not documented',
        request: one('TELEPORTED', 'TELEPORTED_TO_HANDSET'),
        news: [read('unknown', 'teleported-to-handset')],
      },
      {
        title: 'a code that might be a number, which is not kept',
        request: one('REJECTED', '+12015550123', failure('12015550123', false)),
        news: [read('failed', 'rejected')],
      },
      {
        title: 'reports of several messages, each with its own id',
        request: batch(
          RECEIPT_URL,
          result('REJECTED', 'REJECTED_DND', NO_ERROR, { messageId: 'other', callbackData: 'other' }),
          result('DELIVERED', 'DELIVERED_TO_HANDSET'),
        ),
        news: [
          { alertId: 'other', providerId: 'other', state: 'failed', code: 'rejected-dnd' },
          read('delivered', 'delivered-to-handset'),
        ],
      },
      {
        title: 'an id of their own, with our reference',
        request: one('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { messageId: '2250be2d' }),
        news: [{ ...read('delivered', 'delivered-to-handset'), providerId: '2250be2d' }],
      },
      {
        title: 'one without our reference, by its id',
        request: one('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { callbackData: undefined }),
        news: [read('delivered', 'delivered-to-handset')],
      },
      { title: 'an empty list', request: batch(RECEIPT_URL), news: [] },
    ],
    malformed: [
      { title: 'no JSON', request: post(RECEIPT_URL, 'results=1') },
      { title: 'no list', request: post(RECEIPT_URL, '{"results":{}}') },
      { title: 'a result that is no object', request: batch(RECEIPT_URL, 'DELIVERED') },
      { title: 'no id', request: one('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { messageId: undefined }) },
      { title: 'no status', request: one('', '', NO_ERROR, { status: undefined }) },
    ],
  },
  inbound: {
    genuine: [
      { title: 'an answer, keyword included', request: batch(PROFILE, replyOf()), news: [REPLY] },
      {
        title: 'several',
        request: batch(PROFILE, replyOf(), replyOf({ messageId: undefined, text: '' })),
        news: [REPLY, { from: REPLY.from, to: REPLY.to, text: '' }],
      },
    ],
    malformed: [
      { title: 'no sender', request: batch(PROFILE, replyOf({ from: undefined })) },
      { title: 'a sender that is no number', request: batch(PROFILE, replyOf({ from: 'BANK' })) },
      { title: 'no recipient', request: batch(PROFILE, replyOf({ to: undefined })) },
      { title: 'no text', request: batch(PROFILE, replyOf({ text: undefined })) },
      { title: 'a report', request: one('DELIVERED', 'DELIVERED_TO_HANDSET') },
    ],
  },
  lookup: {
    answers: [
      {
        title: 'delivered',
        answer: json(200, { results: [result('DELIVERED', 'DELIVERED_TO_HANDSET')] }),
        outcome: {
          status: 'found',
          state: 'delivered',
          code: 'delivered-to-handset',
          providerId: MESSAGE.alertId,
        },
      },
      {
        title: 'pending',
        answer: json(200, { results: [result('PENDING', 'PENDING_ENROUTE')] }),
        outcome: { status: 'found', state: 'accepted', code: 'pending-enroute', providerId: MESSAGE.alertId },
      },
      {
        title: 'rejected, among other messages',
        answer: json(200, {
          results: [
            result('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { messageId: 'other' }),
            result('REJECTED', 'REJECTED_NOT_ENOUGH_CREDITS'),
          ],
        }),
        outcome: {
          status: 'found',
          state: 'failed',
          code: 'rejected-not-enough-credits',
          providerId: MESSAGE.alertId,
        },
      },
      {
        title: 'by the id that Infobip gave',
        request: { providerId: '2250be2d' },
        answer: json(200, {
          results: [result('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { messageId: '2250be2d' })],
        }),
        outcome: { status: 'found', state: 'delivered', code: 'delivered-to-handset', providerId: '2250be2d' },
      },
      {
        title: 'an empty log, which proves nothing',
        answer: json(200, { results: [] }),
        outcome: { status: 'unclear', code: 'infobip-lookup-not-found' },
      },
    ],
    asks: ({ method, path, query, headers }) => {
      expect({ method, path }).to.deep.equal({ method: 'GET', path: '/sms/3/logs' });
      expect(Object.fromEntries(query)).to.deep.equal({ messageId: MESSAGE.alertId, limit: '10' });
      expect(headers.authorization).to.equal(`App ${KEY}`);
    },
  },
});

const hmac = { secret: SECRET, header: 'X-Bank-Signature' };
const sign = (request: CallbackRequest): CallbackRequest =>
  withHeader(request, 'x-bank-signature', createHmac('sha256', SECRET).update(request.body).digest('hex'));
const hundred = Array.from({ length: 100 }, (_, at) =>
  result('DELIVERED', 'DELIVERED_TO_HANDSET', NO_ERROR, { messageId: `al_${at}`, callbackData: `al_${at}` }),
);
const basic = `Basic ${Buffer.from('infobip:pässword').toString('base64')}`;

describeSmsAdapter({
  name: 'infobip with HMAC',
  definition: infobip,
  config: (baseUrl) => ({ ...config(baseUrl), callbackHmac: hmac }),
  secrets: [KEY, SECRET],
  success: [{ answer: answer('PENDING', 'PENDING_ACCEPTED'), providerId: MESSAGE.alertId }],
  rejected: [],
  retryable: [],
  unreadable: [],
  read: (asked) => {
    const { receiptUrl, ...rest } = submitted(asked);
    expect(receiptUrl, 'the notification profile has its own address').to.equal(undefined);
    return rest;
  },
  validityUnitMs: 1000,
  receipts: {
    genuine: [
      {
        title: 'a report at the address of the notification profile',
        request: sign(batch(PROFILE, result('DELIVERED', 'DELIVERED_TO_HANDSET'))),
        news: [read('delivered', 'delivered-to-handset')],
      },
    ],
    malformed: [{ title: 'no list', request: sign(post(PROFILE, '{}')) }],
    proof: { header: 'x-bank-signature' },
  },
  inbound: {
    genuine: [{ title: 'an answer', request: sign(batch(PROFILE, replyOf())), news: [REPLY] }],
    malformed: [{ title: 'no list', request: sign(post(PROFILE, '{}')) }],
    proof: { header: 'x-bank-signature' },
  },
});

describe('the Infobip adapter', () => {
  const adapter = (own: Partial<InfobipConfig> = {}, baseUrl = 'http://127.0.0.1:1') =>
    infobip.create({ ...config(baseUrl), ...own }, toolsFor());

  it('says how callbacks prove themselves', () => {
    expect(adapter().callbacks).to.equal('address');
    expect(adapter({ callbackHmac: hmac }).callbacks).to.equal('signature');
    expect(adapter({ callbackBasic: { username: 'u', password: 'p' } }).callbacks).to.equal('signature');
  });

  it('reads a hundred reports of a signed call, each of its own alert', () => {
    const receipts = adapter({ callbackHmac: hmac }).receipts?.(sign(batch(PROFILE, ...hundred)));
    expect(receipts?.map(({ alertId }) => alertId)).to.deep.equal(hundred.map(({ messageId }) => messageId));
  });

  it('takes a signature in the form that is set up', () => {
    const request = batch(PROFILE, result('DELIVERED', 'DELIVERED_TO_HANDSET'));
    const signature = createHmac('sha512', SECRET).update(request.body).digest('base64');
    const own = adapter({ callbackHmac: { ...hmac, algorithm: 'sha512', encoding: 'base64' } });
    expect(own.receipts?.(withHeader(request, 'x-bank-signature', signature))).to.have.length(1);
    expect(() => own.receipts?.(sign(request))).to.throw(CallbackRefused);
  });

  it('takes the login that is set up, and no other', () => {
    const own = adapter({ callbackBasic: { username: 'infobip', password: 'pässword' } });
    const request = batch(PROFILE, result('DELIVERED', 'DELIVERED_TO_HANDSET'));
    expect(own.receipts?.(withHeader(request, 'authorization', basic))).to.have.length(1);
    for (const value of [undefined, '', 'Basic ', `${basic}=`, [basic, basic], basic.toLowerCase()]) {
      expect(() => own.receipts?.(withHeader(request, 'authorization', value)))
        .to.throw(CallbackRefused)
        .with.property('code', 'callback-unverified');
    }
  });

  it('takes other permanent errors for a number that is gone where it is told so', () => {
    const gone = (goneErrors?: string[]) =>
      adapter({ goneErrors }).receipts?.(
        one('UNDELIVERABLE', 'UNDELIVERABLE_NOT_DELIVERED', failure('EC_ILLEGAL_SUBSCRIBER', true)),
      )?.[0]?.numberGone;
    expect(gone()).to.equal(undefined);
    expect(gone(['EC_ILLEGAL_SUBSCRIBER'])).to.equal(true);
  });

  it('takes a duplicate for unknown: the first one may be on its way, and the log knows', async () => {
    const provider = await startFakeProvider();
    provider.behave(answer('REJECTED', 'REJECTED_DUPLICATE_MESSAGE_ID'));
    expect(await adapter({}, provider.baseUrl).send(MESSAGE)).to.deep.equal({
      status: 'unknown',
      code: 'infobip-rejected-duplicate-message-id',
    });
    await provider.stop();
  });

  it('refuses settings with two proofs, and without an address, a key or a place', () => {
    const mistakes = (own: object) => findMistakes(compileSchema(infobip.configSchema), own);
    const login = { username: 'u', password: 'p' };
    expect(mistakes(config('https://x.api.infobip.com'))).to.be.empty;
    expect(mistakes({ ...config('https://x.api.infobip.com'), callbackBasic: login })).to.be.empty;
    expect(mistakes({ ...config('https://x.api.infobip.com'), callbackBasic: login, callbackHmac: hmac })).not.to.be
      .empty;
    const all = mistakes({}).map(({ path }) => path);
    expect(all).to.have.members(['baseUrl', 'apiKey', 'processesIn']);
  });

  describe("and Infobip's own package, which speaks the version before", () => {
    let provider: FakeProvider;
    before(async () => {
      provider = await startFakeProvider();
    });
    after(() => provider.stop());
    beforeEach(() => {
      provider.asked.length = 0;
    });
    const client = () =>
      new theirs.Infobip({ baseUrl: provider.baseUrl, apiKey: KEY, authType: theirs.AuthType.ApiKey }).channels.sms;

    it('log in alike, and say the same in other words', async () => {
      provider.behave(answer('PENDING', 'PENDING_ACCEPTED'));
      await adapter({}, provider.baseUrl).send({ ...MESSAGE, expiresAt: NOW + 120_000 });
      const to = { to: '12015550123', messageId: MESSAGE.alertId };
      await client().send({
        messages: [
          {
            from: 'BANK',
            destinations: [to],
            text: MESSAGE.text,
            validityPeriod: 2,
            notifyUrl: RECEIPT_URL,
            notifyContentType: 'application/json',
            callbackData: MESSAGE.alertId,
          },
        ],
      });
      const [ours, other] = provider.asked;
      expect({ ours: ours?.path, other: other?.path }).to.deep.equal({
        ours: '/sms/3/messages',
        other: '/sms/2/text/advanced',
      });
      expect(ours?.headers.authorization).to.equal(other?.headers.authorization);
      expect(ours?.headers['content-type']).to.equal(other?.headers['content-type']);
      const v3 = JSON.parse(ours?.body ?? '').messages[0];
      const v2 = JSON.parse(other?.body ?? '').messages[0];
      expect({
        from: v3.sender,
        destinations: v3.destinations,
        text: v3.content.text,
        validityPeriod: v3.options.validityPeriod.amount / 60,
        notifyUrl: v3.webhooks.delivery.url,
        notifyContentType: v3.webhooks.contentType,
        callbackData: v3.webhooks.callbackData,
      }).to.deep.equal(v2);
    });

    it('ask the log for a message alike', async () => {
      provider.behave(json(200, { results: [] }));
      await adapter({}, provider.baseUrl).lookup?.({ ...MESSAGE, sentAt: NOW });
      await client().logs.get({ messageId: MESSAGE.alertId, limit: 10 });
      const [ours, other] = provider.asked;
      expect({ ours: ours?.path, other: other?.path }).to.deep.equal({ ours: '/sms/3/logs', other: '/sms/1/logs' });
      expect(ours?.headers.authorization).to.equal(other?.headers.authorization);
    });
  });
});
