import { expect } from 'chai';
import kannel, { type KannelConfig } from '../../adapters/sms/kannel/index.js';
import { CallbackRefused, type CallbackRequest, type Receipt } from '../../src/contracts/adapter.js';
import { type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, toolsFor } from './sms-contract.js';

const config = (baseUrl: string): KannelConfig => ({ baseUrl, username: 'ledger', password: 'pa ss&wörd%41' });
const refusal = (status: number, body: string, code: string) => ({ answer: { status, body }, code });

describeSmsAdapter({
  name: 'kannel',
  definition: kannel,
  config,
  secrets: ['pa ss&wörd%41', 'wörd'],
  success: [
    { answer: { status: 202, body: '0: Accepted for delivery' } },
    { answer: { status: 202, body: '3: Queued for later delivery' } },
    { answer: { status: 202, body: 'Sent.' } },
  ],
  rejected: [
    refusal(403, 'Authorization failed for sendsms', 'kannel-403-authorization-failed'),
    refusal(403, 'Not routable. Do not try again.', 'kannel-403-not-routable'),
    refusal(400, 'Number(s) has/have been denied by white- and/or black-lists.', 'kannel-400-number-denied'),
    refusal(400, 'Sender missing and no global set, rejected', 'kannel-400-sender-missing'),
    refusal(400, 'Empty receiver number not allowed, rejected', 'kannel-400-receiver-missing'),
    refusal(400, 'Validity field misformed, rejected', 'kannel-400-field-malformed'),
    refusal(404, '<h1>+12015550123 not found</h1>', 'kannel-404-refused'),
  ],
  retryable: [
    refusal(503, 'Temporal failure, try again later.', 'kannel-503-temporary-failure'),
    refusal(503, 'smsc down', 'kannel-503-temporary-failure'),
    refusal(429, '', 'kannel-429-too-many'),
    refusal(500, 'Sending failed.', 'kannel-500-sending-failed'),
  ],
  busy: { status: 503, body: 'Temporal failure, try again later.', headers: { 'retry-after': '7' } },
  unreadable: [
    { status: 200, body: '0: Accepted for delivery' },
    { status: 202, body: '<html>0: Accepted for delivery</html>' },
    { status: 202, body: '' },
    { status: 202, body: '0: Acc' },
    { status: 500, body: 'Internal error' },
    { status: 408, body: '' },
  ],
  read: ({ query }) => {
    const receiptUrl = query.get('dlr-url') ?? '';
    return {
      to: query.get('to') ?? '',
      from: query.get('from') ?? '',
      text: query.get('text') ?? '',
      encoding: query.get('coding') === '0' ? 'gsm-7' : 'ucs-2',
      validityMs: query.has('validity') ? Number(query.get('validity')) * 60_000 : undefined,
      reference: /[?&]alert=([^&]*)/.exec(receiptUrl)?.[1] ?? '',
      receiptUrl,
    };
  },
  validityUnitMs: 60_000,
});

describe('what the Kannel adapter asks', () => {
  let provider: FakeProvider;
  before(async () => {
    provider = await startFakeProvider();
    provider.behave({ status: 202, body: '0: Accepted for delivery' });
  });
  after(() => provider.stop());
  beforeEach(() => {
    provider.asked.length = 0;
  });

  const ask = async (own: Partial<KannelConfig> = {}, message = MESSAGE, tools = toolsFor()) => {
    await kannel.create({ ...config(provider.baseUrl), ...own }, tools).send(message);
    return provider.asked[0] as FakeProvider['asked'][number];
  };

  it('is a GET of sendsms with the login of the configuration, whatever characters it holds', async () => {
    const { method, path, query } = await ask({ baseUrl: `${provider.baseUrl}/` });
    expect({ method, path }).to.deep.equal({ method: 'GET', path: '/cgi-bin/sendsms' });
    expect(query.get('username')).to.equal('ledger');
    expect(query.get('password')).to.equal('pa ss&wörd%41');
    expect(query.get('charset')).to.equal('UTF-8');
  });

  it('asks for every receipt, doubles the percent signs of our address and leaves those that Kannel fills in', async () => {
    const { query } = await ask();
    expect(query.get('dlr-mask')).to.equal('31');
    expect(query.get('dlr-url')).to.equal(
      'https://bank.example/v1/receipts/here?alert=alert-7f3a&token=a%%2Fb%%D0&type=%d&smsc-id=%F&answer=%A',
    );
  });

  it('asks for no receipt where none can reach us', async () => {
    const { query } = await ask({}, MESSAGE, toolsFor({ receiptUrl: () => undefined }));
    expect(query.has('dlr-mask')).to.equal(false);
    expect(query.has('dlr-url')).to.equal(false);
  });

  it('routes by smsc where one is configured', async () => {
    expect((await ask()).query.has('smsc')).to.equal(false);
    provider.asked.length = 0;
    expect((await ask({ smsc: 'fast' })).query.get('smsc')).to.equal('fast');
  });

  it('gives the lanes Kannel priorities from 3 to 0', async () => {
    const priorities = [];
    for (const lane of ['otp', 'security', 'service', 'marketing'] as const) {
      provider.asked.length = 0;
      priorities.push((await ask({}, { ...MESSAGE, lane })).query.get('priority'));
    }
    expect(priorities).to.deep.equal(['3', '2', '1', '0']);
  });
});

describe('what the Kannel adapter reads from a receipt', () => {
  const read = (query: Record<string, string>, own: Partial<KannelConfig> = {}): Receipt | undefined => {
    const adapter = kannel.create({ ...config('http://127.0.0.1:1'), ...own }, toolsFor());
    const search = new URLSearchParams(query);
    const url = `/?${search}`;
    const request = { method: 'GET', url, publicUrl: url, query: search, headers: {}, body: Buffer.alloc(0) };
    return adapter.receipts?.(request satisfies CallbackRequest)[0];
  };
  const SMPP =
    'id:7 sub:001 dlvrd:000 submit date:2601151200 done date:2601151201 stat:UNDELIV err:001 Text:stat:DELIVRD';

  const states: [string, string, string][] = [
    ['1', 'delivered', 'delivered'],
    ['2', 'failed', 'undelivered'],
    ['4', 'accepted', 'buffered'],
    ['8', 'accepted', 'smsc-accepted'],
    ['16', 'failed', 'smsc-rejected'],
  ];
  for (const [type, state, code] of states) {
    it(`takes type ${type} for ${state}`, () => {
      expect(read({ type, alert: 'a-1', 'smsc-id': '77', answer: '' })).to.deep.equal({
        alertId: 'a-1',
        providerId: '77',
        state,
        code,
      });
    });
  }

  it('keeps the code of a NACK and of an SMPP receipt, and nothing of the text of the message', () => {
    expect(read({ type: '16', alert: 'a', answer: 'NACK/0x0000000B/Invalid Destination' })?.code).to.equal(
      'nack-0x0000000b',
    );
    expect(read({ type: '2', alert: 'a', answer: SMPP })?.code).to.equal('undeliv-001');
    expect(read({ type: '1', alert: 'a', answer: SMPP.replace('UNDELIV err:001', 'DELIVRD err:000') })?.code).to.equal(
      'delivrd',
    );
    expect(read({ type: '8', alert: 'a', answer: 'ACK/' })?.code).to.equal('smsc-accepted');
  });

  it('says that a number is gone only for the error values the operator is known to mean it by', () => {
    expect(read({ type: '2', alert: 'a', answer: SMPP })).not.to.have.property('numberGone');
    expect(read({ type: '2', alert: 'a', answer: SMPP }, { goneErrors: ['001'] })?.numberGone).to.equal(true);
    expect(read({ type: '4', alert: 'a', answer: SMPP }, { goneErrors: ['001'] })).not.to.have.property('numberGone');
  });

  for (const type of ['', '0', '3', '1x', '%d', '__proto__', 'constructor']) {
    it(`refuses the type ${JSON.stringify(type)} as callback-malformed`, () => {
      expect(() => read({ type, alert: 'a' }))
        .to.throw(CallbackRefused)
        .with.property('code', 'callback-malformed');
    });
  }
});
