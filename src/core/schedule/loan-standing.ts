/** How a customer stands with a loan or a standing order: what is due when, what of it is paid, and what is open. */
import { formatMinor } from '../event/money.js';
import { inOrder, type Loan, openOf, type PaymentKind } from './loans.js';

export interface LoanStanding {
  loanId: string;
  /** The newest schedule that was named; absent where none was. */
  scheduleVersion?: number;
  /** Nothing is owed any more, whatever was paid. */
  settled: boolean;
  /** Paid on the loan as a whole, for what comes later. */
  credit?: { amount: string; currency: string };
  /** The earliest first; without what was withdrawn. */
  instalments: InstalmentStanding[];
}

/** Amounts are decimal texts. */
export interface InstalmentStanding {
  instalmentId: string;
  kind: PaymentKind;
  dueDate: string;
  amount: string;
  currency: string;
  /** In the same currency; settled for less, it is less than the amount although nothing is open. */
  paid: string;
  open: string;
  accountId?: string;
  product?: string;
}

export function standingOfLoan(loan: Loan): LoanStanding {
  const { id, version, settled, credit } = loan;
  return {
    loanId: id,
    ...(version === 0 ? {} : { scheduleVersion: version }),
    settled: settled === true,
    ...(credit === undefined || credit.minor === 0
      ? {}
      : { credit: { amount: formatMinor(credit), currency: credit.currency } }),
    instalments: inOrder(loan).flatMap((one): InstalmentStanding[] => {
      const open = openOf(loan, one);
      if (one.plan === undefined || open === undefined) return [];
      const { due, amount, kind, accountId, product } = one.plan;
      const { currency } = amount;
      const paid = one.paid?.currency === currency ? one.paid : { minor: 0, currency };
      return [
        {
          instalmentId: one.id,
          kind,
          dueDate: due,
          amount: formatMinor(amount),
          currency,
          paid: formatMinor(paid),
          open: formatMinor(open),
          ...(accountId === undefined ? {} : { accountId }),
          ...(product === undefined ? {} : { product }),
        },
      ];
    }),
  };
}
