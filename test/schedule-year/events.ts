/** Facts as the core system sends them. */
import { decimal, type Fact, type World } from './world.js';

/** Undefined where it is no event: a choice, a consent, a reply. */
export function eventOf(fact: Fact, index: number, { currency }: World): object | undefined {
  const { at, customerId } = fact;
  const event = (type: string, data: object) => ({
    specversion: '1.0',
    id: `${fact.kind}-${index}`,
    source: 'core',
    type,
    time: new Date(at).toISOString(),
    data,
  });
  switch (fact.kind) {
    case 'due': {
      const { loanId, instalmentId, due: dueDate, isOrder, version: scheduleVersion, withdrawn } = fact;
      const kind = isOrder ? 'standing-order' : 'instalment';
      const about = { customerId, loanId, instalmentId, dueDate, kind, amount: decimal(fact.cents), currency };
      return event('loan.instalment-due', { ...about, ...(scheduleVersion && { scheduleVersion }), withdrawn });
    }
    case 'paid': {
      const { loanId, instalmentId, cents, settled } = fact;
      const amount = decimal(cents);
      return event('loan.paid', { customerId, loanId, instalmentId, settled, amount, currency });
    }
    case 'posted':
      return event('transaction.posted', {
        accountId: customerId,
        direction: 'credit',
        amount: '1.00',
        currency,
        kind: fact.byBank ? 'interest' : 'transfer',
        balanceAfter: decimal(fact.balance),
      });
    case 'balance':
      return event('account.balance', { accountId: customerId, balance: decimal(fact.balance), currency });
    case 'offer':
      return event('customer.updated', { customerId, offer: fact.name });
    default:
      return undefined;
  }
}
