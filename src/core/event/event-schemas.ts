/** The event types' JSON Schemas, compiled once, and what follows from their annotations: which fields are money, which are sensitive. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import accountBalance from '../../../schemas/events/account.balance.json' with { type: 'json' };
import accountClosed from '../../../schemas/events/account.closed.json' with { type: 'json' };
import accountOpened from '../../../schemas/events/account.opened.json' with { type: 'json' };
import accountUpdated from '../../../schemas/events/account.updated.json' with { type: 'json' };
import common from '../../../schemas/events/common.json' with { type: 'json' };
import customerContactChanged from '../../../schemas/events/customer.contact-changed.json' with { type: 'json' };
import customerCreated from '../../../schemas/events/customer.created.json' with { type: 'json' };
import customerLogin from '../../../schemas/events/customer.login.json' with { type: 'json' };
import customerPasswordChanged from '../../../schemas/events/customer.password-changed.json' with { type: 'json' };
import customerUpdated from '../../../schemas/events/customer.updated.json' with { type: 'json' };
import alertUndelivered from '../../../schemas/events/internal/alert.undelivered.json' with { type: 'json' };
import challengeRequested from '../../../schemas/events/internal/challenge.requested.json' with { type: 'json' };
import scheduleBalanceDigest from '../../../schemas/events/internal/schedule.balance-digest.json' with { type: 'json' };
import scheduleInactive from '../../../schemas/events/internal/schedule.inactive.json' with { type: 'json' };
import scheduleLowBalanceAhead from '../../../schemas/events/internal/schedule.low-balance-ahead.json' with {
  type: 'json',
};
import schedulePaymentDue from '../../../schemas/events/internal/schedule.payment-due.json' with { type: 'json' };
import schedulePaymentOverdue from '../../../schemas/events/internal/schedule.payment-overdue.json' with {
  type: 'json',
};
import scheduleSecurityTip from '../../../schemas/events/internal/schedule.security-tip.json' with { type: 'json' };
import loanDecided from '../../../schemas/events/loan.decided.json' with { type: 'json' };
import loanInstalmentDue from '../../../schemas/events/loan.instalment-due.json' with { type: 'json' };
import loanPaid from '../../../schemas/events/loan.paid.json' with { type: 'json' };
import transactionAuthorised from '../../../schemas/events/transaction.authorised.json' with { type: 'json' };
import transactionDeclined from '../../../schemas/events/transaction.declined.json' with { type: 'json' };
import transactionPosted from '../../../schemas/events/transaction.posted.json' with { type: 'json' };
import transactionReversed from '../../../schemas/events/transaction.reversed.json' with { type: 'json' };
import type { EventType } from '../../contracts/event.js';
import { identifierFault } from './identifier.js';
import { parseInstant } from './instant.js';
import { type Annotated, annotationsOf, type Sensitivity } from './schema-annotations.js';

export type { Sensitivity };

/** One schema an event type; adding a type means a file and a line. */
const SCHEMAS: Record<EventType, Annotated> = {
  'transaction.posted': transactionPosted,
  'transaction.authorised': transactionAuthorised,
  'transaction.declined': transactionDeclined,
  'transaction.reversed': transactionReversed,
  'account.opened': accountOpened,
  'account.updated': accountUpdated,
  'account.balance': accountBalance,
  'account.closed': accountClosed,
  'customer.created': customerCreated,
  'customer.updated': customerUpdated,
  'customer.contact-changed': customerContactChanged,
  'customer.login': customerLogin,
  'customer.password-changed': customerPasswordChanged,
  'loan.decided': loanDecided,
  'loan.instalment-due': loanInstalmentDue,
  'loan.paid': loanPaid,
  'schedule.inactive': scheduleInactive,
  'schedule.payment-due': schedulePaymentDue,
  'schedule.payment-overdue': schedulePaymentOverdue,
  'schedule.low-balance-ahead': scheduleLowBalanceAhead,
  'schedule.balance-digest': scheduleBalanceDigest,
  'schedule.security-tip': scheduleSecurityTip,
  'alert.undelivered': alertUndelivered,
  'challenge.requested': challengeRequested,
};
const TYPES = Object.keys(SCHEMAS) as EventType[];

/** `strictRequired` is off because what is required is stated beside the shared properties, not among them. */
const ajv = new Ajv2020({ strict: true, strictRequired: false, verbose: true });
ajv.addKeyword({
  keyword: 'x-sensitivity',
  schemaType: 'string',
  metaSchema: { enum: ['balance', 'payee', 'debt', 'personal'] },
});
ajv.addFormat('identifier', (text: string) => identifierFault(text) === undefined);
ajv.addFormat('date', (text: string) => isDate(text));
ajv.addFormat('instant', (text: string) => isInstant(text));
// An amount can be judged only beside its currency, and both by one place: money.ts, after the schema.
ajv.addFormat('money', true);
ajv.addFormat('currency', true);
ajv.addSchema(common);

const VALIDATORS = new Map<string, ValidateFunction>(TYPES.map((type) => [type, ajv.compile(SCHEMAS[type])]));
const ANNOTATIONS = new Map(TYPES.map((type) => [type, annotationsOf(SCHEMAS[type], common)]));

/** Event type to the data paths (`balanceAfter`) whose value is an amount written as text. */
export const moneyPaths: ReadonlyMap<EventType, readonly string[]> = new Map(
  TYPES.map((type) => [type, ANNOTATIONS.get(type)?.money ?? []]),
);

/** Every data path that is an amount in some event type. */
export const allMoneyPaths: ReadonlySet<string> = new Set([...moneyPaths.values()].flat());

/** The compiled schema of the type's data, or undefined for a type nobody knows. */
export function eventValidator(type: string): ValidateFunction | undefined {
  return VALIDATORS.get(type);
}

/**
 * How sensitive a data path is (`counterparty.name`, with or without `$.`): what it says of itself, else what holds it says.
 * Without a type, the answer of whichever type marks the path.
 */
export function sensitivityOf(path: string, type?: EventType): Sensitivity | undefined {
  const types = type === undefined ? TYPES : [type];
  for (
    let at = path.startsWith('$.') ? path.slice(2) : path;
    at !== '';
    at = at.slice(0, Math.max(at.lastIndexOf('.'), 0))
  ) {
    for (const one of types) {
      const found = ANNOTATIONS.get(one)?.sensitivity.get(at);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A day that the calendar has, without a time. */
function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && isInstant(`${text}T00:00:00Z`);
}

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
