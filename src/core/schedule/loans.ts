/**
 * What a customer is known to owe, by loan and instalment: a fold over `loan.instalment-due` and `loan.paid` in commit order,
 * exact in minor units. Payments may come before what they pay for, and an older word never undoes a newer one.
 */
import type { LedgerEvent, Money } from '../../contracts/event.js';
import { statedAmount } from '../event/stated-amount.js';
import { ownKey } from '../profile/profile.js';

export type PaymentKind = 'instalment' | 'standing-order';

export interface Plan {
  /** `2026-11-22`, wherever the customer is. */
  due: string;
  amount: Money;
  kind: PaymentKind;
  accountId?: string;
  product?: string;
  /** Event time of the first word of this due date, or of the one that asked for more than was paid: what would have been told before that is not planned. */
  since: number;
}

export interface Instalment {
  id: string;
  /** Absent while only payments have been seen, and where it was withdrawn. */
  plan?: Plan;
  /** Event time and schedule version of the latest word on the plan. */
  at: number;
  version: number;
  paid?: Money;
  settled?: true;
  /** The profile's sequence when what is open last changed. */
  changed: number;
}

export interface Loan {
  id: string;
  /** The newest schedule. */
  version: number;
  /** Nothing is owed any more. */
  settled?: true;
  /** Paid on the loan as a whole and not used up yet. */
  credit?: Money;
  instalments: Readonly<Record<string, Instalment>>;
}

/** By `ownKey` of the loan's id. */
export type Loans = Readonly<Record<string, Loan>>;

/** More than 30 years of monthly instalments with their changes; past it the oldest that are closed are forgotten. */
const MOST_INSTALMENTS = 600;

/** The loan an event is about, where what is known of loans is needed to decide or fold it. */
export function loanKeyOf({ type, data }: Pick<LedgerEvent, 'type' | 'data'>): string | undefined {
  return FOLDED.has(type) || PAYMENT_TYPES.has(type) ? ownKey(String(data.loanId)) : undefined;
}

const FOLDED: ReadonlySet<string> = new Set(['loan.instalment-due', 'loan.paid']);
/** Told from what is known of the loan. */
const PAYMENT_TYPES: ReadonlySet<string> = new Set(['schedule.payment-due', 'schedule.payment-overdue']);

/** `sequence`: of the profile with this event. */
export function foldLoans(loans: Loans | undefined, event: LedgerEvent, sequence: number): Loans | undefined {
  if (!FOLDED.has(event.type)) return loans;
  const id = String(event.data.loanId);
  const known: Loan = loans?.[ownKey(id)] ?? { id, version: 0, instalments: {} };
  const folded = event.type === 'loan.paid' ? withPayment(known, event, sequence) : withPlan(known, event, sequence);
  return { ...loans, [ownKey(id)]: trimmed(withCreditUsed(folded, sequence)) };
}

function withPlan(loan: Loan, event: LedgerEvent, sequence: number): Loan {
  const { data, time } = event;
  const version = typeof data.scheduleVersion === 'number' ? data.scheduleVersion : loan.version;
  if (version < loan.version) return loan;
  const current = version > loan.version ? withoutOlder({ ...loan, version }, sequence) : loan;
  const id = String(data.instalmentId);
  const known = current.instalments[ownKey(id)];
  if (known !== undefined && known.version === version && time < known.at) return current;
  const isPaid = known !== undefined && openOf(current, known)?.minor === 0;
  const plan = data.withdrawn === true ? undefined : planOf(event, isPaid ? undefined : known?.plan);
  const same = plan?.amount.minor === known?.plan?.amount.minor && plan?.due === known?.plan?.due;
  const changed = same ? (known?.changed ?? sequence) : sequence;
  const { plan: _before, ...rest } = known ?? { id };
  return withInstalment(current, { ...rest, ...(plan === undefined ? {} : { plan }), at: time, version, changed });
}

function planOf(event: LedgerEvent, before: Plan | undefined): Plan | undefined {
  const { data, time } = event;
  const amount = statedAmount(event, 'amount', 'currency');
  if (amount === undefined) return undefined;
  const due = String(data.dueDate);
  return {
    due,
    amount,
    kind: data.kind === 'standing-order' ? 'standing-order' : 'instalment',
    since: before?.due === due ? Math.min(before.since, time) : time,
    ...(typeof data.accountId === 'string' ? { accountId: data.accountId } : {}),
    ...(typeof data.product === 'string' ? { product: data.product } : {}),
  };
}

/** A new schedule takes the place of all that is open of the one before. */
function withoutOlder(loan: Loan, sequence: number): Loan {
  const instalments = Object.entries(loan.instalments).map(([key, one]) => {
    if (one.version >= loan.version || openOf(loan, one)?.minor === 0) return [key, one] as const;
    const { plan: _withdrawn, ...rest } = one;
    return [key, { ...rest, changed: sequence }] as const;
  });
  return { ...loan, instalments: Object.fromEntries(instalments) };
}

function withPayment(loan: Loan, event: LedgerEvent, sequence: number): Loan {
  const { data, time } = event;
  const amount = statedAmount(event, 'amount', 'currency');
  const settles = data.settled === true;
  if (typeof data.instalmentId !== 'string') {
    const credit = sum(loan.credit, amount);
    return { ...loan, ...(settles ? { settled: true } : {}), ...(credit === undefined ? {} : { credit }) };
  }
  const known: Instalment = loan.instalments[ownKey(data.instalmentId)] ?? {
    id: data.instalmentId,
    at: Math.min(time, 0),
    version: loan.version,
    changed: sequence,
  };
  const paid = sum(known.paid, amount);
  return withInstalment(loan, {
    ...known,
    ...(paid === undefined ? {} : { paid }),
    ...(settles ? { settled: true } : {}),
    changed: sequence,
  });
}

/** What was paid on the loan goes to the instalment that is due first. */
function withCreditUsed(loan: Loan, sequence: number): Loan {
  let used = loan;
  for (const one of inOrder(loan)) {
    const { credit } = used;
    if (credit === undefined || credit.minor === 0) return used;
    const open = openOf(used, one);
    if (open === undefined || open.minor === 0 || open.currency !== credit.currency) continue;
    const minor = Math.min(open.minor, credit.minor);
    const paid = { minor: (one.paid?.minor ?? 0) + minor, currency: credit.currency };
    used = withInstalment(
      { ...used, credit: { ...credit, minor: credit.minor - minor } },
      { ...one, paid, changed: sequence },
    );
  }
  return used;
}

/** Those that are due, the earliest first. */
export function inOrder(loan: Loan): Instalment[] {
  return Object.values(loan.instalments)
    .filter(({ plan }) => plan !== undefined)
    .sort((a, b) => compare(a.plan?.due ?? '', b.plan?.due ?? '') || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withInstalment(loan: Loan, instalment: Instalment): Loan {
  return { ...loan, instalments: { ...loan.instalments, [ownKey(instalment.id)]: instalment } };
}

function trimmed(loan: Loan): Loan {
  const all = Object.values(loan.instalments);
  if (all.length <= MOST_INSTALMENTS) return loan;
  const closed = inOrder(loan).filter((one) => openOf(loan, one)?.minor === 0);
  const forgotten = new Set(closed.slice(0, all.length - MOST_INSTALMENTS).map(({ id }) => id));
  const kept = Object.entries(loan.instalments).filter(([, { id }]) => !forgotten.has(id));
  return { ...loan, instalments: Object.fromEntries(kept) };
}

/** Amounts in different currencies do not add up: the first one's counts. */
function sum(known: Money | undefined, more: Money | undefined): Money | undefined {
  if (known === undefined || more === undefined) return known ?? more;
  return known.currency === more.currency ? { ...known, minor: known.minor + more.minor } : known;
}

/** What is still to be paid, never below zero; undefined where nothing is due. */
export function openOf(loan: Loan, { plan, paid, settled }: Instalment): Money | undefined {
  if (plan === undefined) return undefined;
  const { currency, minor } = plan.amount;
  if (loan.settled || settled) return { currency, minor: 0 };
  const done = paid?.currency === currency ? paid.minor : 0;
  return { currency, minor: Math.max(0, minor - done) };
}

export type Standing = { kind: 'open'; open: Money; plan: Plan; changed: number } | { kind: 'paid' | 'no-longer-due' };

/** How it stands with one instalment that was due on a day; `no-longer-due` where it was withdrawn or moved since. */
export function standingOf(
  loans: Loans | undefined,
  asked: { loanId: string; instalmentId: string; dueDate: string },
): Standing {
  const loan = loans?.[ownKey(asked.loanId)];
  const instalment = loan?.instalments[ownKey(asked.instalmentId)];
  if (loan === undefined || instalment?.plan === undefined) return { kind: 'no-longer-due' };
  if (instalment.plan.due !== asked.dueDate) return { kind: 'no-longer-due' };
  const open = openOf(loan, instalment);
  if (open === undefined || open.minor === 0) return { kind: 'paid' };
  return { kind: 'open', open, plan: instalment.plan, changed: instalment.changed };
}

/** What an event says of the instalment it is about; undefined where it is about none. */
export function standingFor(
  loans: Loans | undefined,
  { type, data }: Pick<LedgerEvent, 'type' | 'data'>,
): Standing | undefined {
  return PAYMENT_TYPES.has(type) ? standingOf(loans, dueOf(data)) : undefined;
}

export function dueOf(data: LedgerEvent['data']): { loanId: string; instalmentId: string; dueDate: string } {
  return { loanId: String(data.loanId), instalmentId: String(data.instalmentId), dueDate: String(data.dueDate) };
}
