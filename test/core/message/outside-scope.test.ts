import { expect } from 'chai';
import { mask } from '../../../src/core/message/mask.js';
import { outsideScope } from '../../../src/core/message/outside-scope.js';

describe('scope from outside', () => {
  it('semantics line twenty-one: sanitises every string of an event, wherever it is', () => {
    const event = {
      transaction: {
        merchant: { name: 'Call +372 5123 4567' },
        notes: ['see evil.example.com', 'Rimi'],
        counterparty: { name: 'Mari\nMaasikas' },
      },
    };
    expect(outsideScope(event, { neutral: 'a payee' })).to.deep.equal({
      transaction: {
        merchant: { name: 'a payee' },
        notes: ['a payee', 'Rimi'],
        counterparty: { name: 'Mari Maasikas' },
      },
    });
  });

  it('leaves amounts, currencies, times, enumerations, numbers and booleans as they are', () => {
    const event = {
      amount: '1234567.89',
      currency: 'EUR',
      balanceAfter: '-1000000000.00',
      direction: 'debit',
      kind: 'cash-withdrawal',
      date: '2026-11-22',
      time: '2026-11-22T10:00:00.000+02:00',
      limit: { CZK: '25000000.00' },
      location: { latitude: 59.43696 },
      known: true,
      at: 1795341900000,
    };
    expect(outsideScope(event)).to.deep.equal(event);
  });

  it('semantics line twenty-one: takes no digits for an amount or a time where none belongs', () => {
    const hostile = {
      name: '5551234567.00',
      ref: '5551234.00',
      note: '5551234',
      amount: '555-1234-567',
      when: '2026-99-99',
      mcc: '37251234567',
    };
    const expected = Object.fromEntries(Object.keys(hostile).map((key) => [key, '***']));
    expect(outsideScope(hostile)).to.deep.equal(expected);
  });

  it('semantics line twenty-two: shows at most four characters of long account and card numbers', () => {
    expect(
      outsideScope({ account: 'EE382200221020145685', cardId: '4111111111111111', accountId: '704' }),
    ).to.deep.equal({
      account: '**** 5685',
      cardId: '**** 1111',
      accountId: '704',
    });
    expect(outsideScope({ account: 'call +3725551234' })).to.deep.equal({ account: '***' });
    expect(mask('**** 5685')).to.equal('**** 5685');
    expect(mask('EE38 2200 2210 2014 5685')).to.equal('**** 5685');
  });

  it('semantics line eighteen: null is absent', () => {
    expect(outsideScope({ a: null, b: [null, 'x'], c: { d: null } })).to.deep.equal({ b: ['x'], c: {} });
    expect(outsideScope(undefined)).to.equal(undefined);
  });

  it('gives hostile keys no power', () => {
    const safe = outsideScope(JSON.parse('{"__proto__": {"polluted": "x"}, "a": "b"}'));
    expect(safe).to.have.property('a', 'b');
    expect(({} as { polluted?: string }).polluted).to.equal(undefined);
  });
});
