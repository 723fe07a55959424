import { expect } from 'chai';
import { EXTERNAL_EVENT_TYPES, INTERNAL_EVENT_TYPES } from '../../../src/contracts/event.js';
import { eventValidator, moneyPaths, sensitivityOf } from '../../../src/core/event/event-schemas.js';

describe('the event schemas', () => {
  it('exist for every event type, and for nothing else', () => {
    for (const type of [...EXTERNAL_EVENT_TYPES, ...INTERNAL_EVENT_TYPES])
      expect(eventValidator(type)).to.be.a('function');
    expect(eventValidator('__proto__')).to.equal(undefined);
  });

  it('say which data paths are amounts', () => {
    expect(moneyPaths.get('transaction.posted')).to.deep.equal(['amount', 'originalAmount', 'balanceAfter']);
    expect(moneyPaths.get('loan.decided')).to.deep.equal(['amount']);
    expect(moneyPaths.get('account.balance')).to.deep.equal(['balance']);
    expect(moneyPaths.get('customer.login')).to.deep.equal([]);
  });

  it('semantics line twenty-six: fields carry a sensitivity, and what is inside one shares it', () => {
    expect(sensitivityOf('balanceAfter')).to.equal('balance');
    expect(sensitivityOf('$.balance')).to.equal('balance');
    expect(sensitivityOf('counterparty')).to.equal('payee');
    expect(sensitivityOf('counterparty.name')).to.equal('payee');
    expect(sensitivityOf('merchant.own.key')).to.equal('payee');
    expect(sensitivityOf('phone')).to.equal('personal');
    expect(sensitivityOf('amount', 'transaction.posted')).to.equal(undefined);
    for (const path of ['amount', 'decision', 'reason', 'documents', 'nextStep']) {
      expect(sensitivityOf(path, 'loan.decided'), path).to.equal('debt');
    }
    expect(sensitivityOf('amount', 'loan.instalment-due')).to.equal('debt');
    expect(sensitivityOf('balance', 'customer.login')).to.equal(undefined);
    expect(sensitivityOf('')).to.equal(undefined);
  });
});
