/** What the calendar brings, as events. Their ids say what they are about, so that the same is never decided twice. */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { InternalEventType, Money } from '../../contracts/event.js';
import type { JsonObject } from '../../contracts/json.js';
import { formatMinor } from '../event/money.js';
import type { Plan } from './loans.js';
import type { Stage } from './payment-stages.js';

export const SCHEDULE_SOURCE = 'ledgerbell/schedules';

const TYPES: Readonly<Record<Stage['kind'], InternalEventType>> = {
  due: 'schedule.payment-due',
  overdue: 'schedule.payment-overdue',
  'low-balance': 'schedule.low-balance-ahead',
};

export interface PaymentAsked {
  entity: string;
  customerId: string;
  loanId: string;
  instalmentId: string;
  plan: Plan;
  /** What is open; for a warning of a low balance, with everything that is due before it. */
  amount: Money;
}

/** A CloudEvent as `parseEvent` takes it. Only warnings of a low balance are the account's, which knows the balance. */
export function paymentEvent(asked: PaymentAsked, stage: Stage): object {
  const { entity, customerId, loanId, instalmentId, plan, amount } = asked;
  const { due, accountId, product, kind } = plan;
  return scheduleEvent({
    type: TYPES[stage.kind],
    entity,
    name: [customerId, loanId, instalmentId, due, stage.days],
    at: stage.at,
    data: {
      ...(stage.kind === 'low-balance' && accountId !== undefined ? { accountId } : {}),
      customerId,
      loanId,
      instalmentId,
      kind,
      dueDate: due,
      days: Math.abs(stage.days),
      amount: formatMinor(amount),
      currency: amount.currency,
      until: new Date(stage.until).toISOString(),
      ...(product === undefined ? {} : { product }),
    },
  });
}

export interface ScheduledEvent {
  type: InternalEventType;
  entity: string;
  /** What tells it from every other of its type. */
  name: readonly (string | number)[];
  /** Epoch milliseconds: when it was planned for, not when somebody looked. */
  at: number;
  data: JsonObject;
}

export function scheduleEvent({ type, entity, name, at, data }: ScheduledEvent): object {
  return {
    specversion: '1.0',
    id: `${type.slice('schedule.'.length)}:${bytesToHex(sha256(utf8ToBytes(JSON.stringify(name))))}`,
    source: SCHEDULE_SOURCE,
    type,
    time: new Date(at).toISOString(),
    entity,
    data,
  };
}
