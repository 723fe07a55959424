/** `loan`: what was decided of a loan, or which instalment of it is due or paid. */
import { statedAmount } from '../event/stated-amount.js';
import type { FactDefinition } from '../rules/frame.js';
import { fromData, money } from './data.js';

export const loan: FactDefinition = {
  name: 'loan',
  description: 'The loan of this event: the decision on it, or the instalment that is due or paid',
  paths: {
    amount: 'money',
    currency: 'text',
    decision: 'text',
    reason: 'text',
    documents: 'list',
    nextStep: 'text',
    validUntil: 'text',
    dueDate: 'text',
    product: 'text',
    loanId: 'text',
    instalmentId: 'text',
  },
  open: true,
  accessor: (request) =>
    request.path.join('.') === 'amount'
      ? money(({ event }) => (event.type.startsWith('loan.') ? statedAmount(event, 'amount', 'currency') : undefined))
      : fromData('loan.', request),
};
