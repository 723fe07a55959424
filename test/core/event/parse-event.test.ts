import { expect } from 'chai';
import { EXTERNAL_EVENT_TYPES, INTERNAL_EVENT_TYPES } from '../../../src/contracts/event.js';
import { EVENT_REFUSAL_CODES, EventRefused } from '../../../src/core/event/event-refusal.js';
import { type EventLimits, parseEvent } from '../../../src/core/event/parse-event.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const OUTSIDE: EventLimits = { now: NOW, futureToleranceMs: 300_000, origin: 'outside' };
const INSIDE: EventLimits = { ...OUTSIDE, origin: 'inside' };
const POSTED = { accountId: '704', direction: 'debit', amount: '1000.00', currency: 'CZK', kind: 'cash-withdrawal' };
const INSTALMENT = {
  loanId: 'l-1',
  customerId: '2',
  instalmentId: '3',
  dueDate: '2026-06-15',
  amount: '120.00',
  currency: 'EUR',
};

const event = (changes: object = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: 'core/one',
  type: 'transaction.posted',
  time: '2026-06-01T13:59:00+02:00',
  data: { ...POSTED },
  ...changes,
});
const posted = (data: object) => event({ data: { ...POSTED, ...data } });

function refusal(input: unknown, limits: EventLimits = OUTSIDE): EventRefused {
  try {
    parseEvent(input, limits);
  } catch (error) {
    if (error instanceof EventRefused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

describe('parseEvent', () => {
  it('makes a ledger event of a posted transaction', () => {
    const parsed = parseEvent(
      posted({ balanceAfter: '-200.00', customerId: '2', transactionId: 't-1', odd: { own: [1] } }),
      OUTSIDE,
    );
    expect(parsed).to.deep.include({
      entity: 'default',
      source: 'core/one',
      id: 'e-1',
      type: 'transaction.posted',
      time: Date.parse('2026-06-01T11:59:00Z'),
      profile: 'account:704',
      accountId: '704',
      customerId: '2',
      transactionId: 't-1',
      amount: { minor: 100_000, currency: 'CZK' },
      balanceAfter: { minor: -20_000, currency: 'CZK' },
      learn: false,
    });
    expect(parsed.data.odd).to.deep.equal({ own: [1] });
  });

  it('semantics line two: one profile an event, the account where there is one, else the customer', () => {
    expect(parseEvent(posted({ customerId: '2' }), OUTSIDE).profile).to.equal('account:704');
    const login = event({ type: 'customer.login', data: { customerId: '2', accountId: '704', device: { id: 'd' } } });
    expect(parseEvent(login, OUTSIDE))
      .to.include({ profile: 'customer:2', customerId: '2' })
      .and.not.have.property('accountId');
    const quiet = { after: 'P90D', since: '2026-01-01T00:00:00Z' };
    const inactive = event({ type: 'schedule.inactive', data: { customerId: '2', ...quiet } });
    expect(parseEvent(inactive, INSIDE).profile).to.equal('customer:2');
    const account = event({ type: 'schedule.inactive', data: { customerId: '2', accountId: '704', ...quiet } });
    expect(parseEvent(account, INSIDE).profile).to.equal('account:704');
  });

  it('semantics line seventeen: keeps ids byte for byte, whatever their script, quotes or SQL, and the entity', () => {
    for (const id of ['🦊', `'; DROP TABLE lb_events; --`, 'a'.repeat(255), '🦊'.repeat(255), 'Ä"\\é', ' a ']) {
      expect(parseEvent(event({ id, entity: 'Bank.ee' }), OUTSIDE)).to.include({ id, entity: 'Bank.ee' });
      expect(parseEvent(posted({ accountId: id }), OUTSIDE).profile).to.equal(`account:${id}`);
    }
  });

  it('semantics line eighteen: optional and null are the same, absent, at every level; unknown keys are kept', () => {
    const nulls = {
      customerId: null,
      merchant: { name: 'Rimi', mcc: null },
      own: { a: null, list: [1, null, { b: null }] },
    };
    const parsed = parseEvent({ ...posted(nulls), entity: null, learn: null }, OUTSIDE);
    expect(parsed.data).to.deep.equal({ ...POSTED, merchant: { name: 'Rimi' }, own: { list: [1, {}] } });
    expect(refusal(posted({ kind: null }))).to.include({ code: 'data-invalid', path: '/data/kind' });
  });

  it('semantics line twenty-two: redacts card numbers and authentication data', () => {
    const { data } = parseEvent(posted({ cardId: '4111 1111 1111 1111', cvv: '123' }), OUTSIDE);
    expect(data).to.include({ cardId: '**** 1111', cvv: '[redacted]' });
  });

  it('semantics line nineteen: what schedules and outcomes make never comes from outside', () => {
    const undelivered = {
      type: 'alert.undelivered',
      data: { accountId: '704', alertId: 'a', rule: 'low-balance', recipient: '2', firedAt: '2026-05-01T00:00:00Z' },
    };
    expect(parseEvent(event(undelivered), INSIDE).profile).to.equal('account:704');
    const numeric = { ...undelivered, data: { ...undelivered.data, recipient: '4111111111111111' } };
    expect(parseEvent(event(numeric), INSIDE).data.recipient).to.equal('4111111111111111');
    for (const type of ['schedule.inactive', 'alert.undelivered', 'schedule.anything']) {
      expect(refusal(event({ ...undelivered, type })).code).to.equal('type-reserved');
    }
    expect(parseEvent(event(), INSIDE).type).to.equal('transaction.posted');
  });

  it('semantics line nine: takes `learn` from the event or from the batch', () => {
    expect(parseEvent(event({ learn: true }), OUTSIDE).learn).to.equal(true);
    expect(parseEvent(event({ learn: 'true' }), OUTSIDE).learn).to.equal(true);
    expect(parseEvent(event(), { ...OUTSIDE, learn: true }).learn).to.equal(true);
    expect(parseEvent(event({ learn: 'false' }), OUTSIDE).learn).to.equal(false);
    expect(refusal(event({ learn: 'yes' })).code).to.equal('learn-malformed');
  });

  it('takes the entity that a secret fixes for events that name none', () => {
    expect(parseEvent(event(), { ...OUTSIDE, entity: 'ee' }).entity).to.equal('ee');
  });

  it('takes the least that each external type needs, and refuses it without', () => {
    const least: Record<string, object> = {
      'transaction.posted': POSTED,
      'transaction.authorised': POSTED,
      'transaction.declined': { ...POSTED, reason: 'insufficient-funds' },
      'transaction.reversed': { accountId: '704', reverses: 't-1' },
      'account.balance': { accountId: '704', balance: '-0.50', currency: 'EUR' },
      'loan.decided': { loanId: 'l-1', customerId: '2', decision: 'declined' },
      'loan.instalment-due': INSTALMENT,
      'loan.paid': INSTALMENT,
    };
    for (const type of EXTERNAL_EVENT_TYPES) {
      const data = least[type] ?? (type.startsWith('customer.') ? { customerId: '2' } : { accountId: '704' });
      expect(parseEvent(event({ type, data }), OUTSIDE).type).to.equal(type);
      expect(refusal(event({ type, data: {} })).code, type).to.equal('data-invalid');
    }
    for (const type of INTERNAL_EVENT_TYPES)
      expect(refusal(event({ type, data: {} }), INSIDE).code).to.equal('data-invalid');
  });

  it('keeps what is told of a loan with the customer alone, also where it names an account', () => {
    const parsed = parseEvent(event({ type: 'loan.paid', data: { ...INSTALMENT, accountId: '704' } }), OUTSIDE);
    expect(parsed).to.include({ profile: 'customer:2', customerId: '2' }).and.not.have.any.keys('accountId', 'amount');
  });

  it('takes only days that the calendar has', () => {
    for (const dueDate of ['2026-02-29', '2026-13-01', '2026-6-15', '15.06.2026', '2026-06-15T00:00:00Z']) {
      const refused = refusal(event({ type: 'loan.paid', data: { ...INSTALMENT, dueDate } }));
      expect([refused.code, refused.path], dueDate).to.deep.equal(['data-invalid', '/data/dueDate']);
      expect(refused.message).to.contain('is not a date such as');
    }
    const leap = { ...INSTALMENT, dueDate: '2028-02-29' };
    expect(parseEvent(event({ type: 'loan.paid', data: leap }), OUTSIDE).data.dueDate).to.equal('2028-02-29');
  });

  it('reads an amount in the currency of the merchant with the decimals of that currency', () => {
    const abroad = { ...POSTED, originalAmount: '1500', originalCurrency: 'JPY' };
    expect(parseEvent(event({ data: abroad }), OUTSIDE).amount?.currency).to.equal('CZK');
    const faults = {
      'amount-decimals': { originalAmount: '1500.50', originalCurrency: 'JPY' },
      'currency-unknown': { originalAmount: '1500', originalCurrency: 'JPX' },
      'data-invalid': { originalAmount: '1500' },
      'amount-malformed': { originalAmount: '-1500', originalCurrency: 'JPY' },
    };
    for (const [code, fields] of Object.entries(faults)) {
      expect(refusal(event({ data: { ...POSTED, ...fields } })).code).to.equal(code);
    }
  });

  it('reads the balance that account.balance states', () => {
    const data = { accountId: '704', balance: '-0.50', currency: 'EUR' };
    const parsed = parseEvent(event({ type: 'account.balance', data }), OUTSIDE);
    expect(parsed.balanceAfter).to.deep.equal({ minor: -50, currency: 'EUR' });
    expect(parsed.amount).to.equal(undefined);
  });

  it('takes a reversal with either reference, and an amount where it comes with a currency', () => {
    const reversed = (data: object) => event({ type: 'transaction.reversed', data: { accountId: '704', ...data } });
    expect(parseEvent(reversed({ transactionId: 't-1' }), OUTSIDE)).to.include({ transactionId: 't-1' });
    expect(parseEvent(reversed({ reverses: 't-1', amount: '1', currency: 'JPY' }), OUTSIDE).amount?.minor).to.equal(1);
    expect(refusal(reversed({})).message).to.contain('`transactionId` or `reverses`');
    expect(refusal(reversed({ reverses: 't-1', amount: '1' })).path).to.equal('/data/currency');
  });

  const REFUSED: [code: string, path: string, input: unknown][] = [
    ['not-an-event', '', null],
    ['not-an-event', '', [event()]],
    ['not-an-event', '', 'text'],
    ['specversion-unsupported', '/specversion', {}],
    ['specversion-unsupported', '/specversion', event({ specversion: '0.3' })],
    ['type-unknown', '/type', event({ type: 'transaction.imagined' })],
    ['type-unknown', '/type', event({ type: 'constructor' })],
    ['type-unknown', '/type', event({ type: 7 })],
    ['id-missing', '/id', event({ id: '' })],
    ['id-missing', '/id', event({ id: undefined })],
    ['id-too-long', '/id', event({ id: 'x'.repeat(10_000) })],
    ['id-too-long', '/id', event({ id: '🦊'.repeat(256) })],
    ['id-malformed', '/id', event({ id: 'a\u0000b' })],
    ['id-malformed', '/id', event({ id: '\ud83e' })],
    ['id-malformed', '/id', event({ id: 12 })],
    ['source-missing', '/source', event({ source: null })],
    ['source-too-long', '/source', event({ source: 'x'.repeat(256) })],
    ['source-malformed', '/source', event({ source: 'a\nb' })],
    ['time-missing', '/time', event({ time: undefined })],
    ['time-malformed', '/time', event({ time: 'yesterday' })],
    ['time-malformed', '/time', event({ time: NOW })],
    ['time-without-offset', '/time', event({ time: '2026-06-01T12:00:00' })],
    ['time-before-1970', '/time', event({ time: '1969-12-31T23:59:59Z' })],
    ['time-in-future', '/time', event({ time: '2026-06-01T12:05:00.001Z' })],
    ['entity-malformed', '/entity', event({ entity: 'a b' })],
    ['data-missing', '/data', event({ data: null })],
    ['data-missing', '/data', event({ data: [] })],
    ['data-missing', '/data', event({ data: 'text' })],
    ['data-not-json', '/data_base64', event({ data: undefined, data_base64: 'e30=' })],
    ['data-not-json', '/datacontenttype', event({ datacontenttype: 'text/xml' })],
    ['data-invalid', '/data/direction', posted({ direction: 'sideways' })],
    ['data-invalid', '/data/accountId', posted({ accountId: 704 })],
    ['data-invalid', '/data/accountId', posted({ accountId: '' })],
    ['data-invalid', '/data/kind', posted({ kind: 'Cash Withdrawal' })],
    ['data-invalid', '/data/location/latitude', posted({ location: { latitude: 91, longitude: 0 } })],
    ['data-invalid', '/data/location/longitude', posted({ location: { latitude: 1 } })],
    ['data-invalid', '/data/merchant/mcc', posted({ merchant: { mcc: '54111' } })],
    ['data-invalid', '/data/own/1', posted({ own: [1, Number.POSITIVE_INFINITY] })],
    ['data-invalid', '/data/own', posted({ own: new Date(0) })],
    ['data-invalid', '/data/own', posted({ own: 1n })],
    ['id-too-long', '/data/accountId', posted({ accountId: 'x'.repeat(10_000) })],
    ['id-malformed', '/data/device/id', posted({ device: { id: 'a\tb' } })],
    ['amount-malformed', '/data/amount', posted({ amount: '12abc' })],
    ['amount-malformed', '/data/amount', posted({ amount: '1e400' })],
    ['amount-malformed', '/data/amount', posted(JSON.parse('{"amount":1e400}'))],
    ['amount-malformed', '/data/amount', posted({ amount: '-0' })],
    ['amount-malformed', '/data/amount', posted({ amount: -0 })],
    ['amount-malformed', '/data/amount', posted({ amount: '-5.00' })],
    ['amount-malformed', '/data/amount', posted({ amount: '1,000.00' })],
    ['amount-malformed', '/data/amount', posted({ amount: 12.5 })],
    ['amount-malformed', '/data/balanceAfter', posted({ balanceAfter: 'much' })],
    ['amount-decimals', '/data/amount', posted({ amount: '1.005' })],
    ['amount-decimals', '/data/amount', posted({ amount: '1.0', currency: 'JPY' })],
    ['amount-too-large', '/data/amount', posted({ amount: '90071992547409.93' })],
    ['currency-unknown', '/data/currency', posted({ currency: 'ZZZ' })],
    ['currency-unknown', '/data/currency', posted({ currency: 978 })],
    [
      'currency-unknown',
      '/data/currency',
      event({ type: 'account.opened', data: { accountId: '1', currency: 'euro' } }),
    ],
    ['forbidden-key', '/__proto__', { ...JSON.parse('{"__proto__":{"a":1}}'), ...event() }],
    ['forbidden-key', '/data/__proto__', event({ data: JSON.parse('{"__proto__":{"amount":"1"}}') })],
    ['forbidden-key', '/data/own/constructor', posted(JSON.parse('{"own":{"constructor":{"prototype":{}}}}'))],
    ['too-deep', '/data/own', posted(JSON.parse(`{"own":${'['.repeat(500)}${']'.repeat(500)}}`))],
  ];
  for (const [code, path, input] of REFUSED) {
    it(`refuses with ${code} at "${path}": ${describeInput(input)}`, () => {
      expect(refusal(input)).to.include({ code, path });
    });
  }

  it('takes an event exactly as far ahead as clocks may differ, and 32 levels of data', () => {
    expect(parseEvent(event({ time: '2026-06-01T12:05:00Z' }), OUTSIDE).time).to.equal(NOW + 300_000);
    expect(parseEvent(posted(JSON.parse(`{"own":${'['.repeat(31)}${']'.repeat(31)}}`)), OUTSIDE).id).to.equal('e-1');
  });

  it('never says in a message or a path what a field held', () => {
    const secret = 'Zq93-hidden';
    for (const field of ['accountId', 'direction', 'amount', 'currency', 'kind', 'merchant', 'location', 'device']) {
      for (const value of [`${secret}\u0001!`, [secret], { name: [secret], id: [secret], country: secret }]) {
        const { message, path } = refusal(posted({ [field]: value }));
        expect(message + path).to.not.contain(secret);
      }
    }
    for (const field of ['specversion', 'type', 'time', 'entity', 'learn', 'data', 'datacontenttype']) {
      expect(refusal(event({ [field]: `${secret} ` })).message).to.not.contain(secret);
    }
  });

  it('names the field and the kind of what was found', () => {
    expect(refusal(posted({ direction: 'x' })).message).to.equal(
      '`data.direction` must be "credit" or "debit"; text was found.',
    );
    expect(refusal(posted({ amount: 5 })).message).to.equal(
      '`data.amount` must be text (amounts are written in quotes: "1000.00"); a number was found.',
    );
    expect(refusal(posted({ kind: undefined })).message).to.equal('`data.kind` is required in transaction.posted.');
  });

  it('has an explanation for every code, and a vector for every code that one event can cause', () => {
    const seen = new Set([...REFUSED.map(([code]) => code), 'type-reserved', 'learn-malformed']);
    expect([...seen].sort()).to.deep.equal(Object.keys(EVENT_REFUSAL_CODES).sort());
  });
});

function describeInput(input: unknown): string {
  const text =
    JSON.stringify(input, (_key, value) => (typeof value === 'bigint' ? 'a bigint' : value)) ?? String(input);
  return text.replace(JSON.stringify(POSTED).slice(0, -1), '{...').slice(0, 110);
}
