/** The values a message text may use. What comes from outside is made harmless before a template sees it. */
import type { JsonObject } from '../../contracts/json.js';
import type { CurrencyMap } from '../../contracts/rule.js';
import { formatMinor } from '../event/money.js';
import { openAmount } from '../facts/data.js';
import { location } from '../facts/location.js';
import { accessParameter } from '../facts/parameter.js';
import type { Frame } from '../rules/frame.js';
import type { CompiledRule } from '../rules/rule-set.js';
import { moneySince } from '../schedule/flows-of-money.js';
import { outsideScope } from './outside-scope.js';
import { MASKED_VERIFY_CODE } from './verify-code.js';

/** What stands for a code wherever it is not on its way to the phone: explanations, backtests, evidence. */
const MASKED_CODE = '******';

/**
 * `transaction` (or `login`, `customer`, `loan`, `schedule`, `challenge`): the event's data; `event.time` (the day
 * alone where the hour is not known), `event.type`; `account.id`, `account.balance`
 * and `account.balanceAfter` with `account.currency`; `parameter.<name>`; `location.distanceFromHome`. Absent values are
 * absent: a text that names one is refused when it is rendered.
 */
export function messageScope(rule: CompiledRule, frame: Frame, neutral: string): object {
  const { event, profile } = frame;
  const data = outsideScope(event.data, { neutral }) as JsonObject;
  const balance = event.balanceAfter ?? profile.balance;
  return {
    ...(event.type.startsWith('transaction.') ? { transaction: data } : {}),
    ...(event.type === 'customer.login' ? { login: data } : {}),
    ...(event.type.startsWith('customer.') ? { customer: data } : {}),
    ...(event.type.startsWith('loan.') ? { loan: data } : {}),
    ...(event.type.startsWith('schedule.')
      ? { schedule: { ...data, ...openPart(frame), ...digestPart(rule, frame) } }
      : {}),
    ...(event.type.startsWith('challenge.')
      ? { challenge: { ...data, code: frame.context.secrets?.code ?? MASKED_CODE } }
      : {}),
    event: { time: event.data.dateOnly ?? event.time, type: event.type },
    account: defined({
      ...(outsideScope(defined({ id: event.accountId }) as JsonObject, { neutral }) as object),
      balance: profile.balance && formatMinor(profile.balance),
      balanceAfter: event.balanceAfter && formatMinor(event.balanceAfter),
      currency: balance?.currency ?? frame.context.account?.currency,
    }),
    parameter: parametersOf(rule, frame),
    verify: { code: MASKED_VERIFY_CODE },
    location: locationOf(frame, neutral),
  };
}

/** A payment's amount as it is open now: some of it may have been paid since the calendar brought it up. */
function openPart(frame: Frame): object {
  const open = openAmount(frame);
  return open === undefined ? {} : { amount: formatMinor(open), currency: open.currency };
}

/** Money in and out since the digest before; absent where the measure is not complete. */
function digestPart({ flows }: CompiledRule, frame: Frame): object {
  const { event } = frame;
  if (flows === undefined || event.type !== 'schedule.balance-digest') return {};
  const since = Date.parse(String(event.data.since));
  const [moneyIn, moneyOut] = [moneySince(frame, flows.in, since), moneySince(frame, flows.out, since)];
  if (moneyIn === undefined || moneyOut === undefined) return {};
  return { moneyIn: formatMinor(moneyIn), moneyOut: formatMinor(moneyOut), currency: frame.currency };
}

function parametersOf(rule: CompiledRule, frame: Frame): object {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(rule.document.parameters ?? {})) {
    const value = accessParameter(definition, rule.document.topic, name).read(frame);
    // A limit is shown in the event's own currency where it has one, else not at all: a converted limit is nobody's wording.
    values[name] = definition.type === 'money' ? (value as CurrencyMap)[frame.currency] : value;
  }
  return defined(values);
}

function locationOf(frame: Frame, neutral: string): object {
  const read = (name: string) =>
    location
      .accessor({ path: [name], params: {}, topic: '', series: neverCalled, parameter: () => undefined })
      .read(frame);
  const kilometres = (value: unknown) => (typeof value === 'number' ? Math.round(value) : undefined);
  return defined({
    ...(outsideScope(defined({ country: read('country') as string | undefined }) as JsonObject, { neutral }) as object),
    distanceFromHome: kilometres(read('distanceFromHome')),
    distanceFromLast: kilometres(read('distanceFromLast')),
  });
}

function neverCalled(): never {
  throw new TypeError('location reads no series');
}

function defined(values: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
