import { createRequire } from 'node:module';
import { expect } from 'chai';
import africastalking, { type AfricasTalkingConfig } from '../../adapters/sms/africastalking/index.js';
import type { HttpRequest } from '../../src/contracts/adapter.js';
import { post } from './callback-contract.js';
import { type Answer, type Asked, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, toolsFor } from './sms-contract.js';

const config = (baseUrl: string): AfricasTalkingConfig => ({ username: 'bank', apiKey: 'atsk_s3cr3t', baseUrl });
const ID = 'ATXid_03cb5ecf11ce748794c0f9a85c276259';
const recipient = (statusCode: number, status: string, messageId = 'None') => ({
  statusCode,
  number: MESSAGE.to,
  status,
  cost: 'KES 0.8000',
  messageId,
});
const processed = (recipients: object[], message = 'Sent to 1/1 Total Cost: KES 0.8000'): Answer => ({
  status: 201,
  body: JSON.stringify({ SMSMessageData: { Message: message, Recipients: recipients } }),
});
const refused = (statusCode: number, status: string) => processed([recipient(statusCode, status)]);
const account = 'account' as const;

const RECEIPTS = 'https://bank.example/v1/receipts/africastalking?token=a%2Fb';
const report = (own: object) =>
  post(RECEIPTS, new URLSearchParams({ id: ID, phoneNumber: '+254711000111', networkCode: '63902', ...own }));
const reported = (status: string, state: string, code: string, failureReason?: string) => ({
  title: failureReason ?? status,
  request: report({ status, ...(failureReason && { failureReason }) }),
  news: [
    {
      providerId: ID,
      state: state as 'failed',
      code,
      ...(failureReason === 'UserDoesNotExist' && { numberGone: true }),
    },
  ],
});
const INBOUND = 'https://bank.example/v1/inbound/africastalking?token=a%2Fb';
const REPLY = {
  date: '2026-01-15 12:00:00',
  from: '+254711000222',
  id: 'in-1',
  linkId: 'l-1',
  text: 'Hapana, siyo mimi',
  to: '22334',
  networkCode: '63902',
};
const reply = (own: object) => post(INBOUND, new URLSearchParams({ ...REPLY, ...own }));

describeSmsAdapter({
  name: 'africastalking',
  definition: africastalking,
  config,
  secrets: ['atsk_s3cr3t'],
  success: [
    { answer: processed([recipient(101, 'Success', ID)]), providerId: ID },
    { answer: processed([recipient(100, 'Processed', ID)]), providerId: ID },
    { answer: processed([recipient(102, 'Queued', ID)]), providerId: ID },
    { answer: processed([recipient(102, 'Queued')]) },
    { answer: processed([recipient(101, 'Success', 'to +12015550123')]) },
  ],
  rejected: [
    { answer: refused(401, 'RiskHold'), code: 'africastalking-risk-hold', scope: account },
    { answer: refused(402, 'InvalidSenderId'), code: 'africastalking-invalid-sender-id', scope: account },
    { answer: refused(403, 'InvalidPhoneNumber'), code: 'africastalking-invalid-phone-number' },
    { answer: refused(404, 'UnsupportedNumberType'), code: 'africastalking-unsupported-number-type' },
    { answer: refused(405, 'InsufficientBalance'), code: 'africastalking-no-credit', scope: account },
    { answer: refused(406, 'UserInBlacklist'), code: 'africastalking-user-in-blacklist' },
    { answer: refused(407, 'CouldNotRoute'), code: 'africastalking-could-not-route', scope: account },
    { answer: refused(409, 'DoNotDisturbRejection'), code: 'africastalking-do-not-disturb' },
    { answer: refused(502, 'RejectedByGateway'), code: 'africastalking-rejected-by-gateway' },
    { answer: processed([], 'InvalidSenderId'), code: 'africastalking-invalid-sender-id', scope: account },
    { answer: processed([], 'InsufficientBalance'), code: 'africastalking-no-credit', scope: account },
    { answer: processed([], 'InvalidPhoneNumber'), code: 'africastalking-invalid-phone-number' },
    {
      answer: { status: 401, body: 'The supplied authentication is invalid' },
      code: 'africastalking-authentication',
      scope: account,
    },
    { answer: { status: 400, body: "Request is missing 'to'" }, code: 'africastalking-400-refused' },
  ],
  retryable: [
    { answer: refused(500, 'InternalServerError'), code: 'africastalking-internal-server-error' },
    { answer: refused(501, 'GatewayError'), code: 'africastalking-gateway-error' },
    { answer: { status: 429, body: '' }, code: 'africastalking-429-too-many' },
  ],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [
    { ...processed([recipient(101, 'Success', ID)]), status: 200 },
    processed([recipient(500, 'InternalServerError', ID)]),
    processed([recipient(501, 'GatewayError', ID)]),
    processed([recipient(999, 'Something', ID)]),
    processed([recipient(101, 'Success', ID), recipient(101, 'Success', ID)]),
    processed([], 'Sent to 0/1 Total Cost: 0'),
    { status: 201, body: '{"SMSMessageData":{}}' },
    { status: 503, body: '' },
    { status: 408, body: '' },
  ],
  read: ({ body }) => {
    const form = new URLSearchParams(body);
    return { to: form.get('to') ?? '', from: form.get('from') ?? '', text: form.get('message') ?? '' };
  },
  processesIn: [
    { own: {}, places: ['KE'] },
    { own: { processesIn: ['DE'] }, places: ['DE'] },
  ],
  receipts: {
    genuine: [
      reported('Success', 'delivered', 'success'),
      reported('Sent', 'accepted', 'sent'),
      reported('Submitted', 'accepted', 'submitted'),
      reported('Buffered', 'accepted', 'buffered'),
      reported('Rejected', 'failed', 'rejected-user-in-black-list', 'UserInBlackList'),
      reported('Failed', 'failed', 'failed-user-does-not-exist', 'UserDoesNotExist'),
      reported('Failed', 'failed', 'failed-user-is-inactive', 'UserIsInactive'),
      reported('Failed', 'failed', 'failed-user-account-suspended', 'UserAccountSuspended'),
      reported('AbsentSubscriber', 'failed', 'absent-subscriber'),
      reported('Expired', 'failed', 'expired'),
      reported('Failed', 'failed', 'failed', 'of +12015550123'),
    ],
    malformed: [
      { title: 'a status that is not documented', request: report({ status: 'Lost' }) },
      { title: 'no message', request: report({ id: '', status: 'Success' }) },
      { title: 'nothing', request: post(RECEIPTS, new URLSearchParams()) },
    ],
  },
  inbound: {
    genuine: [
      {
        title: 'a reply',
        request: reply({}),
        news: [{ providerId: 'in-1', from: REPLY.from, to: REPLY.to, text: REPLY.text }],
      },
      {
        title: 'a reply without a text',
        request: reply({ text: '', id: '' }),
        news: [{ from: REPLY.from, to: REPLY.to, text: '' }],
      },
    ],
    malformed: [
      { title: 'from a name', request: reply({ from: 'BANK' }) },
      { title: 'to nobody', request: reply({ to: '' }) },
      { title: 'a report', request: report({ status: 'Success' }) },
    ],
  },
});

type TheirPackage = (options: { username: string; apiKey: string }) => {
  SMS: { send(wanted: object): Promise<object> };
};

describe("what the Africa's Talking adapter asks", () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave(processed([recipient(101, 'Success', ID)]));
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  const ask = async (own: Partial<AfricasTalkingConfig> = {}): Promise<Asked> => {
    await africastalking.create({ ...config(provider.baseUrl), ...own }, toolsFor()).send(MESSAGE);
    return provider.asked[0] as Asked;
  };

  it('is a form with the key of the app in a header', async () => {
    const { method, path, headers, body } = await ask();
    expect({ method, path }).to.deep.equal({ method: 'POST', path: '/version1/messaging' });
    expect(headers).to.include({ apikey: 'atsk_s3cr3t', accept: 'application/json' });
    expect(Object.fromEntries(new URLSearchParams(body))).to.deep.equal({
      username: 'bank',
      to: MESSAGE.to,
      from: 'BANK',
      message: MESSAGE.text,
      bulkSMSMode: '1',
    });
  });

  for (const [enqueue, written] of [
    [true, '1'],
    [false, '0'],
  ] as const) {
    it(`says that it may be queued: ${enqueue}`, async () => {
      expect(new URLSearchParams((await ask({ enqueue })).body).get('enqueue')).to.equal(written);
    });
  }

  const addresses: [string, string][] = [
    ['bank', 'https://api.africastalking.com/version1/messaging'],
    ['sandbox', 'https://api.sandbox.africastalking.com/version1/messaging'],
  ];
  for (const [username, address] of addresses) {
    it(`goes to ${address} for the username "${username}"`, async () => {
      let asked: HttpRequest | undefined;
      const http = async (request: HttpRequest) => {
        asked = request;
        return { kind: 'not-sent' as const, code: 'test' };
      };
      await africastalking.create({ username, apiKey: 'k' }, toolsFor({ http })).send(MESSAGE);
      expect(asked?.url).to.equal(address);
    });
  }

  it("is what Africa's Talking's own package asks", async () => {
    const require = createRequire(import.meta.url);
    const addressesOf = require('africastalking/lib/common.js') as { SMS_URL: string };
    const theirs = (require('africastalking') as TheirPackage)({ username: 'bank', apiKey: 'atsk_s3cr3t' });
    const ours = await ask({ enqueue: true });
    const original = addressesOf.SMS_URL;
    addressesOf.SMS_URL = `${provider.baseUrl}${new URL(original).pathname}`;
    try {
      await theirs.SMS.send({ to: MESSAGE.to, from: MESSAGE.from, message: MESSAGE.text, enqueue: true });
    } finally {
      addressesOf.SMS_URL = original;
    }
    const again = provider.asked[1] as Asked;
    expect({ method: again.method, path: again.path }).to.deep.equal({ method: ours.method, path: ours.path });
    for (const name of ['apikey', 'accept'] as const) expect(again.headers[name]).to.equal(ours.headers[name]);
    expect(again.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/);
    const fields = (asked: Asked) => [...new URLSearchParams(asked.body)].sort();
    expect(fields(again)).to.deep.equal(fields(ours));
  });
});
