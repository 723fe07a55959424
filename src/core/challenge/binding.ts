/**
 * What a code is bound to, as one canonical text: the same payment always gives the same text ("100.0" is "100.00"), and
 * any other amount, currency, payee or order of payees another one.
 */
import type {
  ChallengePurpose,
  Payee,
  PaymentsToConfirm,
  PaymentToConfirm,
  ToConfirm,
} from '../../contracts/challenge.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { canonicalJson } from '../event/canonical.js';
import { formatMinor, parseAmount } from '../event/money.js';

const BOUND: ReadonlySet<ChallengePurpose> = new Set(['payment', 'loan-acceptance', 'contract-signing']);

/** Whether a purpose confirms something that the customer must see. */
export function isBound(purpose: ChallengePurpose): boolean {
  return BOUND.has(purpose);
}

/**
 * The purpose is part of it: a code for one purpose never passes for another.
 * @throws LedgerbellError `amount-...` or `currency-unknown` where an amount cannot be read; `confirm-needed`; `confirm-unexpected`
 */
export function bindingText(purpose: ChallengePurpose, confirm: ToConfirm | undefined): string {
  if (confirm === undefined) {
    if (isBound(purpose)) throw new LedgerbellError('confirm-needed', `A code for "${purpose}" needs "confirm"`);
    return canonicalJson({ purpose });
  }
  if (!isBound(purpose)) throw new LedgerbellError('confirm-unexpected', `A code for "${purpose}" confirms nothing`);
  return canonicalJson({ purpose, ...canonicalForm(purpose, confirm) });
}

function canonicalForm(purpose: ChallengePurpose, confirm: ToConfirm): object {
  if ('payments' in confirm && purpose === 'payment') return paymentsForm(confirm);
  if ('payee' in confirm && purpose === 'payment') return { ...money(confirm), payee: payeeForm(confirm.payee) };
  if ('reference' in confirm && purpose !== 'payment') {
    const { reference, title, amount, currency } = confirm;
    const sum = amount === undefined || currency === undefined ? {} : money({ amount, currency });
    return { reference, title, ...sum };
  }
  throw new LedgerbellError('confirm-unexpected', `"confirm" is not what a code for "${purpose}" confirms`);
}

function paymentsForm({ currency, payments }: PaymentsToConfirm): object {
  return {
    total: totalOf({ currency, payments }),
    payments: payments.map(({ amount, payee }) => ({ ...money({ amount, currency }), payee: payeeForm(payee) })),
  };
}

/** The sum, as a decimal string of the currency. @throws LedgerbellError where an amount cannot be read or the sum is too large */
export function totalOf({ currency, payments }: PaymentsToConfirm): string {
  const minor = payments.reduce((sum, { amount }) => sum + parseAmount(amount, currency).minor, 0);
  if (!Number.isSafeInteger(minor)) throw new LedgerbellError('amount-too-large', 'The total is too large');
  return formatMinor({ minor, currency });
}

function money({ amount, currency }: Pick<PaymentToConfirm, 'amount' | 'currency'>): object {
  return { amount: formatMinor(parseAmount(amount, currency)), currency };
}

function payeeForm({ name, account }: Payee): object {
  return { name: name.normalize('NFC'), account: account.replace(/\s/g, '').toUpperCase() };
}
