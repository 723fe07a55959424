/** Decides one rule for one event: for each recipient, whether it holds, whether that is news, and what closes the way. */
import type { AlertDraft, Decision, SuppressionReason } from '../contracts/decision.js';
import { LedgerbellError } from '../contracts/errors.js';
import { alertId } from './alert-id.js';
import type { Recipient } from './context.js';
import { suppressionReason, usefulUntil } from './gates/decide.js';
import { type ComposedText, composeText } from './message/compose.js';
import type { LifecycleView } from './profile/lifecycle.js';
import { ownKey, type RuleState, type TransactionState } from './profile/profile.js';
import type { Frame } from './rules/frame.js';
import type { Doubt } from './rules/leaf.js';
import { doubtOf, evaluateNode, isMissing, type Test } from './rules/node.js';
import type { CompiledRule } from './rules/rule-set.js';
import { afterAlert, afterTruth, isEdge } from './rules/rule-state.js';
import type { Scratch } from './rules/scratch.js';
import { TRUE, type Truth, UNKNOWN } from './rules/truth.js';
import { standingFor } from './schedule/loans.js';

export interface RuleRun {
  frame: Frame;
  lifecycle: LifecycleView;
  late: boolean;
  scratch: Scratch;
  states: Readonly<Record<string, RuleState>>;
  /** Answers what the rule's conditions do, as far as the index left that open. */
  test: Test;
}

export interface RuleOutcome {
  held: boolean;
  failed: boolean;
  decisions: Decision[];
  states: Readonly<Record<string, RuleState>>;
}

/** Who may be told: a customer, the bank, or nobody (so that the decision says that there was nobody). */
interface Target {
  id?: string;
  recipient?: Recipient;
}

export function decideRule(rule: CompiledRule, run: RuleRun): RuleOutcome {
  const outcome: RuleOutcome = { held: false, failed: false, decisions: [], states: run.states };
  for (const target of targetsOf(rule, run)) decideTarget(rule, run, target, outcome);
  return outcome;
}

function targetsOf(rule: CompiledRule, { frame, lifecycle }: RuleRun): Target[] {
  if (rule.document.notify === 'bank') return [{ id: 'bank' }];
  const recipients = frame.context.recipients;
  if (rule.document.recipients === 'alerted') {
    const told = new Set(originals(lifecycle).map(({ recipient }) => recipient));
    return recipients.filter(({ customerId }) => told.has(customerId)).map(targetOf);
  }
  return recipients.length === 0 ? [{}] : recipients.map(targetOf);
}

/** What was told of the transaction itself; a correction is not corrected in turn. */
function originals({ transaction }: LifecycleView): TransactionState['alerted'] {
  return (transaction?.alerted ?? []).filter(({ correction }) => correction !== true);
}

function targetOf(recipient: Recipient): Target {
  return { id: recipient.customerId, recipient };
}

function decideTarget(rule: CompiledRule, run: RuleRun, target: Target, outcome: RuleOutcome): void {
  const { frame, scratch } = run;
  frame.recipient = target.recipient;
  scratch.nextRecipient();
  const truth = run.test(frame, scratch);
  const key = target.id === undefined ? '' : ownKey(target.id);
  const before = outcome.states[key] ?? {};
  if (truth === TRUE) outcome.held = true;
  // Mostly a fact is missing, and then there is nothing to look for.
  if (truth === UNKNOWN) {
    noteUnknown(rule, run, target, scratch.troubled ? doubtOf(rule.node, frame, scratch) : undefined, outcome);
  }
  let state = before;
  let isNews = truth === TRUE;
  if (rule.document.fires === 'edge') {
    isNews = isEdge(before, truth);
    if (!run.late) state = afterTruth(before, truth, isRearmed(rule, run, before));
  }
  if (isNews && !frame.event.learn) {
    const decisions = decisionsFor(rule, run, target, state);
    outcome.decisions.push(...decisions);
    const told = decisions[0];
    if (told?.outcome === 'alert') state = afterAlert(state, rule, frame.event.time, told.alertId);
  }
  if (state !== before) outcome.states = { ...outcome.states, [key]: state };
}

function isRearmed(rule: CompiledRule, { frame, scratch }: RuleRun, state: RuleState): boolean {
  return rule.rearm !== undefined && state.armed === false && evaluateNode(rule.rearm, frame, scratch) === TRUE;
}

/** A fact that is merely missing is no decision: conditions did not hold. Anything else is said. */
function noteUnknown(
  rule: CompiledRule,
  run: RuleRun,
  target: Target,
  doubt: Doubt | undefined,
  outcome: RuleOutcome,
): void {
  const merelyMissing = doubt === undefined || isMissing(doubt);
  if (rule.document.fires === 'edge' && merelyMissing) return;
  outcome.failed = true;
  if (merelyMissing || run.frame.event.learn) return;
  const reason: SuppressionReason = doubt.code === 'warming-up' ? 'warming-up' : 'rule-error';
  outcome.decisions.push(suppressed(rule, run, target, reason, `${doubt.code}: ${doubt.message}`));
}

function decisionsFor(rule: CompiledRule, run: RuleRun, target: Target, state: RuleState): Decision[] {
  const { frame, lifecycle, late } = run;
  const reason = suppressionReason({
    rule,
    event: frame.event,
    recipient: target.recipient,
    state,
    transaction: lifecycle.transaction,
    isReversal: lifecycle.isReversal,
    late,
    payment: standingFor(frame.profile.loans, frame.event)?.kind,
    now: frame.now,
  });
  if (reason !== undefined) return [suppressed(rule, run, target, reason)];
  try {
    return alertsFor(rule, run, target);
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    return [suppressed(rule, run, target, 'no-text', `${error.code}: ${error.message}`)];
  }
}

function alertsFor(rule: CompiledRule, run: RuleRun, target: Target): Decision[] {
  const { frame, lifecycle } = run;
  const composed =
    rule.document.notify === 'bank' ? { locale: '', text: '', discreet: false } : composedFor(rule, frame);
  const corrects =
    rule.document.recipients === 'alerted'
      ? originals(lifecycle).flatMap(({ recipient, alertId: told }) => (recipient === target.id ? [told] : []))
      : undefined;
  const expiresAt = expiryOf(rule, frame);
  const draft: AlertDraft = {
    ...composed,
    notify: rule.document.notify ?? 'customer',
    topic: rule.document.topic,
    lane: rule.lane,
    priority: rule.document.priority ?? 0,
    fires: rule.document.fires,
    phone: 'current',
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(frame.event.transactionId === undefined ? {} : { transactionId: frame.event.transactionId }),
    ...(corrects === undefined ? {} : { corrects }),
  };
  const decisions = [decided(rule, run, target, draft)];
  if (tellsPreviousNumber(rule, frame, target))
    decisions.push(decided(rule, run, target, { ...draft, phone: 'previous' }));
  return decisions;
}

/** What holds a code is written a second time without it. */
function composedFor(rule: CompiledRule, frame: Frame): ComposedText & { evidence?: string } {
  const composed = composeText(rule, frame);
  if (frame.context.secrets === undefined) return composed;
  const evidence = composeText(rule, { ...frame, context: { ...frame.context, secrets: undefined } });
  return { ...composed, evidence: evidence.text };
}

/** As the rule says; a code is worthless when it dies, and what the calendar brings when its time is over, whatever the rule says. */
function expiryOf({ expiresMs }: CompiledRule, { event }: Frame): number | undefined {
  const own = expiresMs === undefined ? undefined : event.time + expiresMs;
  const end = event.type === 'challenge.requested' ? event.data.expiresAt : usefulUntil(event);
  return end === undefined ? own : Math.min(own ?? Number.POSITIVE_INFINITY, Date.parse(String(end)));
}

/** For a while after a change of number, security alerts go to both (semantics: safety, 24). */
function tellsPreviousNumber(rule: CompiledRule, frame: Frame, { recipient }: Target): boolean {
  const replacedAt = recipient?.phone?.replacedAt;
  if (rule.lane !== 'security' || replacedAt === undefined) return false;
  return frame.now - replacedAt < frame.context.settings.contactChangeMs;
}

function decided(rule: CompiledRule, { frame }: RuleRun, target: Target, alert: AlertDraft): Decision {
  const id = alertId(frame.event, rule.name, target.id ?? '', alert.phone);
  return { alertId: id, rule: rule.name, ruleVersion: rule.version, recipient: target.id, outcome: 'alert', alert };
}

function suppressed(
  rule: CompiledRule,
  { frame }: RuleRun,
  target: Target,
  reason: SuppressionReason,
  detail?: string,
): Decision {
  return {
    alertId: alertId(frame.event, rule.name, target.id ?? ''),
    rule: rule.name,
    ruleVersion: rule.version,
    recipient: target.id,
    outcome: 'suppressed',
    reason,
    ...(detail === undefined ? {} : { detail }),
  };
}

export type { Truth };
