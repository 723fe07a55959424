/**
 * Asked when a rule's conditions hold: why should this recipient nevertheless not be told? The first reason wins.
 * The gates asked again before a message leaves are in `send.ts`.
 */
import type { SuppressionReason } from '../../contracts/decision.js';
import type { LedgerEvent } from '../../contracts/event.js';
import type { CustomerStatus, HolderRole } from '../../contracts/rule.js';
import type { Recipient } from '../context.js';
import type { RuleState, TransactionState } from '../profile/profile.js';
import { isStopped } from '../replies/stops.js';
import type { CompiledRule } from '../rules/rule-set.js';
import type { Standing } from '../schedule/loans.js';

export interface DecideInput {
  rule: CompiledRule;
  event: LedgerEvent;
  /** Absent where nobody holds the account, and for the bank itself. */
  recipient?: Recipient;
  state: RuleState;
  transaction?: TransactionState;
  isReversal: boolean;
  late: boolean;
  /** How it stands with the payment that the event is about. */
  payment?: Standing['kind'];
  /** Epoch milliseconds. */
  now: number;
}

interface Gate {
  reason: SuppressionReason;
  /** Gates that look at a customer are not asked when the bank is told. */
  customerOnly: boolean;
  closes(input: DecideInput): boolean;
}

export const REACHED_ROLES: readonly HolderRole[] = ['owner', 'authorised-user'];
const REACHED_STATUSES: readonly CustomerStatus[] = ['active', 'restricted'];

export const DECIDE_GATES: readonly Gate[] = [
  { reason: 'late', customerOnly: false, closes: ({ rule, late }) => late && rule.document.fires === 'edge' },
  {
    reason: 'reversed',
    customerOnly: false,
    closes: ({ transaction, isReversal }) => !isReversal && transaction?.reversed === true,
  },
  { reason: 'paid', customerOnly: false, closes: ({ payment }) => payment === 'paid' },
  { reason: 'no-longer-due', customerOnly: false, closes: ({ payment }) => payment === 'no-longer-due' },
  { reason: 'no-recipient', customerOnly: true, closes: ({ recipient }) => recipient === undefined },
  { reason: 'already-told', customerOnly: false, closes: wasTold },
  {
    reason: 'role',
    customerOnly: true,
    closes: ({ rule, recipient }) =>
      recipient !== undefined && !(rule.topic.roles ?? REACHED_ROLES).includes(recipient.role),
  },
  { reason: 'status', customerOnly: true, closes: ({ rule, recipient }) => !statusAllows(rule, recipient) },
  { reason: 'opted-out', customerOnly: true, closes: ({ rule, recipient }) => isUnwanted(rule, recipient) },
  { reason: 'no-consent', customerOnly: true, closes: ({ rule, recipient }) => lacksConsent(rule, recipient) },
  { reason: 'stopped', customerOnly: true, closes: ({ rule, recipient }) => isStopped(rule, recipient?.stops) },
  { reason: 'no-phone', customerOnly: true, closes: ({ recipient }) => recipient?.phone === undefined },
  { reason: 'missed', customerOnly: false, closes: isMissed },
  { reason: 'stale', customerOnly: false, closes: isStale },
  { reason: 'not-rearmed', customerOnly: false, closes: ({ state }) => state.armed === false },
  { reason: 'cooldown', customerOnly: false, closes: isCoolingDown },
];

/** The first reason not to tell, or undefined. */
export function suppressionReason(input: DecideInput): SuppressionReason | undefined {
  const toBank = input.rule.document.notify === 'bank';
  return DECIDE_GATES.find((gate) => !(toBank && gate.customerOnly) && gate.closes(input))?.reason;
}

/** Asked again when the message leaves: statuses change. */
export function statusAllows(
  { topic }: Pick<CompiledRule, 'topic'>,
  recipient: Pick<Recipient, 'status'> | undefined,
): boolean {
  return recipient !== undefined && (topic.statuses ?? REACHED_STATUSES).includes(recipient.status);
}

export function isUnwanted(
  { topic, document }: Pick<CompiledRule, 'topic' | 'document'>,
  recipient: Pick<Recipient, 'preferences'> | undefined,
): boolean {
  if (topic.consent === 'mandatory') return false;
  return recipient?.preferences.topics?.[document.topic]?.wanted === false;
}

/** Marketing always needs a consent on record, whatever its topic says. */
export function lacksConsent(
  { topic, document, lane }: Pick<CompiledRule, 'topic' | 'document' | 'lane'>,
  recipient: Pick<Recipient, 'consents'> | undefined,
): boolean {
  if (topic.consent !== 'opt-in' && lane !== 'marketing') return false;
  return recipient?.consents[document.topic] !== true;
}

function wasTold({ rule, recipient, transaction }: DecideInput): boolean {
  if (rule.document.repeatPerTransaction === true || transaction === undefined) return false;
  const told = recipient?.customerId ?? 'bank';
  return transaction.alerted.some((alerted) => alerted.rule === rule.name && alerted.recipient === told);
}

/** What the calendar brings is of use until a moment; the service may have been away until after it. */
function isMissed({ event, now }: DecideInput): boolean {
  const until = usefulUntil(event);
  return until !== undefined && now >= Date.parse(until);
}

/** RFC 3339; only what the calendar brings has such an end. */
export function usefulUntil({ type, data }: LedgerEvent): string | undefined {
  return type.startsWith('schedule.') && typeof data.until === 'string' ? data.until : undefined;
}

function isStale({ rule, event, now }: DecideInput): boolean {
  return rule.expiresMs !== undefined && now - event.time > rule.expiresMs;
}

/** Event time since the last decision that was an alert; exactly the period later tells again. */
function isCoolingDown({ rule, event, state }: DecideInput): boolean {
  if (rule.cooldownMs === undefined || state.alertedAt === undefined) return false;
  return event.time - state.alertedAt < rule.cooldownMs;
}
