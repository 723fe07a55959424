import { expect } from 'chai';
import library from 'twilio';
import twilio, { type TwilioConfig } from '../../adapters/sms/twilio/index.js';
import type { CallbackRequest, SmsMessage } from '../../src/contracts/adapter.js';
import { post, withHeader } from './callback-contract.js';
import { type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, NOW, toolsFor } from './sms-contract.js';

const ACCOUNT = `AC${'a1'.repeat(16)}`;
const SERVICE = `MG${'5e'.repeat(16)}`;
const SID = `SM${'0b'.repeat(16)}`;
const OTHER = `SM${'0c'.repeat(16)}`;
const TOKEN = 'auth tökén & more';
const PUBLIC = 'https://alerts.bank.example/v1/receipts/twilio?alert=al_7f3a&token=a_b-C';
const INBOUND = 'https://alerts.bank.example/v1/inbound/twilio';

const config = (baseUrl: string): TwilioConfig => ({ accountSid: ACCOUNT, authToken: TOKEN, baseUrl });
const twilioTime = (at: number) => new Date(at).toUTCString().replace('GMT', '+0000');
const message = (own: object = {}) => ({
  sid: SID,
  account_sid: ACCOUNT,
  to: MESSAGE.to,
  from: MESSAGE.from,
  body: MESSAGE.text,
  direction: 'outbound-api',
  status: 'queued',
  error_code: null,
  messaging_service_sid: null,
  date_created: twilioTime(NOW - 119_000),
  ...own,
});
const made = (own: object = {}, status = 201) => ({ status, body: JSON.stringify(message(own)) });
const list = (messages: object[], own: object = {}) => ({
  status: 200,
  body: JSON.stringify({ messages, page: 0, next_page_uri: null, ...own }),
});
const error = (status: number, code: number) => ({
  status,
  body: JSON.stringify({ code, message: `The 'To' number ${MESSAGE.to} is refused`, more_info: '', status }),
});
const refused = (status: number, number: number, code: string, scope?: 'account') => ({
  answer: error(status, number),
  code,
  scope,
});
const found = (status: string, state: 'accepted' | 'delivered' | 'failed' | 'unknown', error?: number) => ({
  title: `${status} ${error ?? ''}`,
  request: { providerId: SID },
  answer: made({ status, error_code: error ?? null }, 200),
  outcome: { status: 'found' as const, state, providerId: SID, code: String(error ?? status.replace('_', '-')) },
});

/** A callback as Twilio makes it, signed by Twilio's own library. */
const signed = (fields: Record<string, string>, address = PUBLIC, token = TOKEN): CallbackRequest =>
  post(address, new URLSearchParams(fields), {
    'x-twilio-signature': library.getExpectedTwilioSignature(token, address, fields),
  });
const status = (MessageStatus: string, own: Record<string, string> = {}) => ({
  AccountSid: ACCOUNT,
  From: '+12015550100',
  MessageSid: SID,
  MessageStatus,
  SmsSid: SID,
  To: MESSAGE.to,
  ...own,
});
const receipt = (
  MessageStatus: string,
  state: 'accepted' | 'delivered' | 'failed' | 'unknown',
  ErrorCode?: string,
) => ({
  title: `${MessageStatus} ${ErrorCode ?? ''}`,
  request: signed(status(MessageStatus, ErrorCode === undefined ? {} : { ErrorCode })),
  news: [
    {
      alertId: 'al_7f3a',
      providerId: SID,
      state,
      code: ErrorCode ?? MessageStatus.replace('_', '-'),
      ...(ErrorCode === '30005' && { numberGone: true }),
    },
  ],
});
const incoming = (own: Record<string, string> = {}) => ({
  AccountSid: ACCOUNT,
  Body: 'STOPP & muu: 50% õ=1',
  From: '+12015550123',
  MessageSid: OTHER,
  NumMedia: '0',
  To: '+12015550100',
  ...own,
});

describeSmsAdapter({
  name: 'twilio',
  definition: twilio,
  config,
  secrets: [TOKEN, 'tökén', Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')],
  success: [
    { answer: made(), providerId: SID },
    { answer: made({ status: 'accepted', from: null, messaging_service_sid: SERVICE }), providerId: SID },
    { answer: made({ status: 'sent' }), providerId: SID },
  ],
  rejected: [
    refused(400, 21211, 'twilio-21211'),
    refused(400, 21610, 'twilio-21610'),
    refused(400, 21614, 'twilio-21614'),
    refused(400, 21617, 'twilio-21617'),
    refused(400, 90007, 'twilio-90007'),
    refused(401, 20003, 'twilio-20003-authentication', 'account'),
    refused(404, 20404, 'twilio-20404-account-not-found', 'account'),
    refused(403, 20005, 'twilio-20005-no-credit', 'account'),
    refused(400, 30002, 'twilio-30002-no-credit', 'account'),
    refused(400, 21408, 'twilio-21408-country-not-enabled', 'account'),
    refused(400, 21606, 'twilio-21606-sender', 'account'),
    refused(400, 21663, 'twilio-21663-sender-region', 'account'),
    refused(400, 21608, 'twilio-21608-trial-account', 'account'),
    { answer: { status: 401, body: '' }, code: 'twilio-401-authentication', scope: 'account' },
    { answer: { status: 400, body: `<h1>${MESSAGE.to}</h1>` }, code: 'twilio-400-refused' },
    { answer: made({ status: 'failed', error_code: 30006 }), code: 'twilio-30006' },
    { answer: made({ status: 'failed', error_code: 30002 }), code: 'twilio-30002-no-credit', scope: 'account' },
    { answer: made({ status: 'undelivered' }), code: 'twilio-undelivered' },
  ],
  retryable: [
    { answer: error(429, 20429), code: 'twilio-429-too-many' },
    { answer: { status: 429, body: '' }, code: 'twilio-429-too-many' },
    { answer: error(400, 21611), code: 'twilio-21611-queue-full' },
    { answer: error(400, 30001), code: 'twilio-30001-queue-full' },
  ],
  busy: { ...error(429, 20429), headers: { 'retry-after': '7' } },
  unreadable: [
    made({ sid: undefined }),
    made({ sid: `SM${MESSAGE.to}` }),
    made({ status: 'received' }),
    made({ status: 'Welcome' }),
    { status: 201, body: '' },
    error(500, 20500),
    error(503, 20503),
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const form = new URLSearchParams(body);
    const receiptUrl = form.get('StatusCallback') ?? '';
    return {
      to: form.get('To') ?? '',
      from: form.get('From') ?? '',
      text: form.get('Body') ?? '',
      validityMs: form.has('ValidityPeriod') ? Number(form.get('ValidityPeriod')) * 1_000 : undefined,
      reference: /[?&]alert=([^&]*)/.exec(receiptUrl)?.[1] ?? '',
      receiptUrl,
    };
  },
  validityUnitMs: 1_000,
  validityMostMs: 36_000_000,
  processesIn: [
    { own: {}, places: ['US'] },
    { own: { region: 'us1' }, places: ['US'] },
    { own: { region: 'ie1' }, places: ['IE'] },
    { own: { region: 'au1' }, places: ['AU'] },
  ],
  receipts: {
    genuine: [
      receipt('delivered', 'delivered'),
      receipt('read', 'delivered'),
      receipt('queued', 'accepted'),
      receipt('sending', 'accepted'),
      receipt('sent', 'accepted'),
      receipt('accepted', 'accepted'),
      receipt('scheduled', 'accepted'),
      receipt('partially_delivered', 'unknown'),
      receipt('undelivered', 'failed', '30003'),
      receipt('undelivered', 'failed', '30005'),
      receipt('undelivered', 'failed', '30036'),
      receipt('failed', 'failed', '30006'),
      receipt('failed', 'failed'),
      receipt('canceled', 'failed'),
      {
        title: 'signed with the port that the address leaves out',
        request: withHeader(
          signed(status('sent')),
          'x-twilio-signature',
          library.getExpectedTwilioSignature(TOKEN, PUBLIC.replace('.example', '.example:443'), status('sent')),
        ),
        news: receipt('sent', 'accepted').news,
      },
      {
        title: 'signed without the port that the address has',
        request: {
          ...signed(status('sent')),
          publicUrl: PUBLIC.replace('.example', '.example:8443'),
        },
        news: receipt('sent', 'accepted').news,
      },
    ],
    malformed: [
      { title: 'no state', request: signed({ AccountSid: ACCOUNT, MessageSid: SID }) },
      { title: 'a state of no outgoing message', request: signed(status('received')) },
      { title: 'a state that is none', request: signed(status('__proto__')) },
      { title: 'no message', request: signed({ AccountSid: ACCOUNT, MessageStatus: 'sent' }) },
      { title: 'a message that is none', request: signed(status('sent', { MessageSid: MESSAGE.to })) },
    ],
    forged: [
      { title: 'of another account', request: signed(status('sent', { AccountSid: `AC${'b2'.repeat(16)}` })) },
      { title: 'signed with another token', request: signed(status('sent'), PUBLIC, 'another token') },
      { title: 'signed for another alert', request: { ...signed(status('sent')), publicUrl: `${PUBLIC}x` } },
    ],
    proof: { header: 'x-twilio-signature', address: true },
  },
  inbound: {
    genuine: [
      {
        title: 'a text with letters that forms escape',
        request: signed(incoming(), INBOUND),
        news: [{ providerId: OTHER, from: '+12015550123', to: '+12015550100', text: 'STOPP & muu: 50% õ=1' }],
      },
      {
        title: 'an empty text, to a short code',
        request: signed(incoming({ Body: '', To: '12345' }), INBOUND),
        news: [{ providerId: OTHER, from: '+12015550123', to: '12345', text: '' }],
      },
    ],
    malformed: [
      { title: 'from no number', request: signed(incoming({ From: 'BANK' }), INBOUND) },
      { title: 'no recipient', request: signed(incoming({ To: '' }), INBOUND) },
      { title: 'no id', request: signed(incoming({ MessageSid: '' }), INBOUND) },
    ],
    proof: { header: 'x-twilio-signature' },
  },
  lookup: {
    answers: [
      found('queued', 'accepted'),
      found('sent', 'accepted'),
      found('delivered', 'delivered'),
      found('undelivered', 'failed', 30003),
      found('failed', 'failed', 30008),
      found('partially_delivered', 'unknown'),
      {
        title: 'without its id, the one made when the request left',
        answer: list([
          message({ sid: OTHER, date_created: twilioTime(NOW - 60_000) }),
          message({ status: 'delivered' }),
          message({ sid: OTHER, date_created: twilioTime(NOW - 600_000) }),
        ]),
        outcome: { status: 'found', state: 'delivered', providerId: SID, code: 'delivered' },
      },
      { title: 'the list is empty', answer: list([]), outcome: { status: 'absent' } },
      {
        title: 'the list ends and none was made at that time',
        answer: list([message({ date_created: twilioTime(NOW - 3_600_000) }), message({ direction: 'inbound' })]),
        outcome: { status: 'absent' },
      },
      {
        title: 'the request may still be under way',
        request: { sentAt: NOW - 10_000 },
        answer: list([]),
        outcome: { status: 'unclear', code: 'twilio-not-found' },
      },
      {
        title: 'the list goes on',
        answer: list([], { next_page_uri: '/2010-04-01/...' }),
        outcome: { status: 'unclear', code: 'twilio-not-found' },
      },
      {
        title: 'two with its text were made at that time',
        answer: list([message(), message({ sid: OTHER })]),
        outcome: { status: 'unclear', code: 'twilio-several' },
      },
      {
        title: "a neighbour's was made at that time as well",
        answer: list([message({ sid: OTHER, body: 'Another text' }), message({ status: 'delivered' })]),
        outcome: { status: 'found', state: 'delivered', providerId: SID, code: 'delivered' },
      },
      {
        title: "only a neighbour's was made at that time",
        answer: list([message({ sid: OTHER, body: 'Another text' })]),
        outcome: { status: 'unclear', code: 'twilio-another-text' },
      },
      {
        title: 'one was made at that time, and our text can no longer be read',
        request: { text: undefined },
        answer: list([message()]),
        outcome: { status: 'unclear', code: 'twilio-another-text' },
      },
    ],
    unclear: [
      error(404, 20404),
      list([message({ date_created: 'yesterday' })]),
      { status: 200, body: '{"messages":{}}' },
    ],
    asks: ({ method, path }) =>
      expect(`${method} ${path}`).to.equal(`GET /2010-04-01/Accounts/${ACCOUNT}/Messages/${SID}.json`),
  },
});

describe("what the Twilio adapter asks, beside Twilio's own library", () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave(made());
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  /** The library, with its requests turned to the server of the test. */
  const theirs = (own: Partial<TwilioConfig> = {}) => {
    const hosts: string[] = [];
    const httpClient = new library.RequestClient();
    const request = httpClient.request.bind(httpClient);
    httpClient.request = (options) => {
      const { host, pathname } = new URL(options.uri);
      hosts.push(host);
      return request({ ...options, uri: `${provider.baseUrl}${pathname}` });
    };
    const edges = { us1: undefined, ie1: 'dublin', au1: 'sydney' };
    const { region = 'us1', apiKeySid = ACCOUNT, apiKeySecret = TOKEN } = own;
    const client = library(apiKeySid, apiKeySecret, {
      accountSid: ACCOUNT,
      httpClient,
      ...(region !== 'us1' && { region, edge: edges[region] }),
    });
    return { client, hosts };
  };
  const ours = (own: Partial<TwilioConfig> = {}) =>
    twilio.create({ ...config(provider.baseUrl), ...own }, toolsFor({ receiptUrl: () => PUBLIC }));
  const asked = () =>
    provider.asked.map(({ method, path, query, headers, body }) => ({
      method,
      path,
      query: Object.fromEntries(query),
      authorization: headers.authorization,
      accept: headers.accept,
      type: headers['content-type'],
      form: Object.fromEntries(new URLSearchParams(body)),
    }));
  const same = () => {
    const [mine, yours] = asked();
    expect(mine).to.deep.equal(yours);
  };
  const common = { to: MESSAGE.to, statusCallback: PUBLIC, smartEncoded: false };

  it('is the same request, letter by letter', async () => {
    const own: SmsMessage = {
      ...MESSAGE,
      text: 'Makse õnnestus: 20 € & 5 % = 😀 +',
      encoding: 'ucs-2',
      expiresAt: NOW + 90_500,
    };
    await ours().send(own);
    await theirs().client.messages.create({ ...common, from: own.from, body: own.text, validityPeriod: 90 });
    same();
  });

  it('is the same through a Messaging Service, which picks the sender, and with an API key', async () => {
    const own = { messagingServiceSid: SERVICE, apiKeySid: `SK${'2b'.repeat(16)}`, apiKeySecret: 'kéy' };
    await ours(own).send(MESSAGE);
    await theirs(own).client.messages.create({ ...common, messagingServiceSid: SERVICE, body: MESSAGE.text });
    same();
    expect(asked()[0]?.form).not.to.have.property('From');
  });

  it('is the same when it asks about a message', async () => {
    await ours().lookup?.({ alertId: 'a', providerId: SID, to: MESSAGE.to, from: MESSAGE.from, sentAt: NOW });
    await theirs().client.messages(SID).fetch();
    same();
  });

  it('is the same when it lists the messages to a number', async () => {
    provider.behave(list([message()]));
    await ours().lookup?.({ alertId: 'a', to: MESSAGE.to, from: MESSAGE.from, sentAt: NOW });
    await theirs().client.messages.list({ to: MESSAGE.to, from: MESSAGE.from, pageSize: 20, limit: 1 });
    provider.behave(made());
    same();
  });

  for (const region of ['us1', 'ie1', 'au1'] as const) {
    it(`goes to the same host in the region ${region}`, async () => {
      const urls: string[] = [];
      const http = (request: { url: string }) => {
        urls.push(request.url);
        return Promise.resolve({ kind: 'not-sent' as const, code: 'host-not-found' });
      };
      await twilio.create({ accountSid: ACCOUNT, authToken: TOKEN, region }, toolsFor({ http })).send(MESSAGE);
      const { client, hosts } = theirs({ region });
      await client.messages.create({ ...common, from: MESSAGE.from, body: MESSAGE.text });
      expect(urls.map((url) => new URL(url).host)).to.deep.equal(hosts);
      expect(urls[0]).to.match(/^https:/);
    });
  }

  it('asks for no receipt where none can reach us', async () => {
    await twilio.create(config(provider.baseUrl), toolsFor({ receiptUrl: () => undefined })).send(MESSAGE);
    expect(asked()[0]?.form).not.to.have.property('StatusCallback');
  });

  it('answers a callback with an empty TwiML document', () => {
    expect(ours().callbackAnswer).to.deep.equal({ status: 200, contentType: 'text/xml', body: '<Response/>' });
    expect(new library.twiml.MessagingResponse().toString()).to.match(/<Response\/>$/);
  });

  it("agrees with Twilio's library about which callbacks are genuine", () => {
    const fields = status('delivered');
    const addresses = [PUBLIC, PUBLIC.replace('.example', '.example:443'), PUBLIC.replace('.example', '.example:8443')];
    const others = [PUBLIC.replace('al_7f3a', 'al_7f3b'), PUBLIC.replace('https', 'http'), `${PUBLIC}&more=1`, INBOUND];
    for (const signedFor of [...addresses, ...others]) {
      for (const calledAt of [...addresses, ...others]) {
        for (const token of [TOKEN, 'another']) {
          const callback = { ...signed(fields, signedFor, token), publicUrl: calledAt };
          const signature = callback.headers['x-twilio-signature'] as string;
          const theirVerdict = library.validateRequest(TOKEN, signature, calledAt, fields);
          expect(verdict(callback), `${signedFor} called at ${calledAt}`).to.equal(theirVerdict);
        }
      }
    }
  });

  const verdict = (callback: CallbackRequest): boolean => {
    try {
      return ours().receipts?.(callback).length === 1;
    } catch {
      return false;
    }
  };
});
