/**
 * The heart: what one event does to one profile, and who must be told. Pure: no I/O, no clock, no randomness; live
 * traffic, a rule's own examples, backtests and the explanation of an old decision all run this same function.
 */
import type { Decision, DecisionCounts } from '../contracts/decision.js';
import type { LedgerEvent } from '../contracts/event.js';
import type { Context } from './context.js';
import { decideRule } from './decide-rule.js';
import { parseDuration } from './event/duration.js';
import { foldEvent, isLate } from './profile/fold.js';
import { isReversal, type LifecycleView, lifecycleId, viewLifecycle } from './profile/lifecycle.js';
import { ownKey, type Profile, type RuleState, type TransactionState } from './profile/profile.js';
import { emptySeries } from './profile/series.js';
import type { Frame } from './rules/frame.js';
import type { Test } from './rules/node.js';
import type { Selection } from './rules/rule-index.js';
import type { CompiledRule, RuleSet } from './rules/rule-set.js';
import { giveBack } from './rules/rule-state.js';

const NO_STATES: Readonly<Record<string, RuleState>> = {};

export interface StepResult {
  /** The profile after the event; the one passed in is unchanged. */
  profile: Profile;
  decisions: Decision[];
  counts: DecisionCounts;
  /** Alerts of a transaction that was taken back: those that have not left yet are to be cancelled. */
  cancel: string[];
}

/** `now` is epoch milliseconds. Never throws for what a rule does: an error in one rule stays in that rule. */
export function step(
  ruleSet: RuleSet,
  profile: Profile,
  event: LedgerEvent,
  context: Context,
  now: number,
): StepResult {
  const ready = withSeries(ruleSet, profile, event);
  const lifecycle = viewLifecycle(ready, event, ruleSet.series);
  const frame = frameOf(ready, event, context, now, lifecycle);
  const { active, selection } = rulesAtHand(ruleSet, frame);
  // Those that the index leaves out were evaluated by it: all at once, and false.
  const counts: DecisionCounts = { active, evaluated: active, held: 0, failed: 0 };
  const decisions: Decision[] = [];
  const late = isLate(ready, event);
  let rules = ready.rules;
  ruleSet.scratch.nextEvent();
  for (let at = 0; at < selection.count; at++) {
    const rule = selection.rules[at] as CompiledRule;
    const test = selection.tests[at] as Test;
    const states = rules[rule.name] ?? NO_STATES;
    const outcome = decideRule(rule, { frame, lifecycle, late, scratch: ruleSet.scratch, states, test });
    if (outcome.held) counts.held += 1;
    if (outcome.failed) counts.failed += 1;
    if (outcome.states !== states) rules = withStates(rules, rule.name, outcome.states);
    decisions.push(...outcome.decisions);
  }
  const folded = foldEvent(ready, event, ruleSet.stages);
  const next: Profile = {
    ...folded,
    series: lifecycle.kept,
    rules: event.type === 'alert.undelivered' ? withGivenBack(rules, event) : rules,
    transactions: withTransaction(ready.transactions, lifecycle, decisions),
  };
  return { profile: next, decisions, counts, cancel: cancelled(lifecycle) };
}

/** The rules that listen to this event, in their order, whether they hold or not. */
export function listeningTo(ruleSet: RuleSet, { event, profile }: Frame): readonly CompiledRule[] {
  const rules = ruleSet.byType.get(typeFor(event))?.rules ?? [];
  return event.type === 'schedule.inactive' ? rules.filter((rule) => isDue(rule, profile, event)) : rules;
}

/** How many rules listen to this event, and those among them that may hold. */
function rulesAtHand(ruleSet: RuleSet, frame: Frame): { active: number; selection: Readonly<Selection<CompiledRule>> } {
  const index = ruleSet.byType.get(typeFor(frame.event));
  if (index === undefined) return { active: 0, selection: { count: 0, rules: [], tests: [] } };
  if (frame.event.type !== 'schedule.inactive') return { active: index.rules.length, selection: index.select(frame) };
  const due = [...listeningTo(ruleSet, frame)];
  const selection = { count: due.length, rules: due, tests: due.map(({ node }) => node.test) };
  return { active: due.length, selection };
}

/** A posting that takes another back is a reversal to the rules. */
function typeFor(event: LedgerEvent): string {
  return isReversal(event) ? 'transaction.reversed' : event.type;
}

/** Not for rules of other stages, nor where the account moved again between the tick and now. */
function isDue(rule: CompiledRule, profile: Profile, event: LedgerEvent): boolean {
  const isQuiet = profile.closed !== true && Date.parse(String(event.data.since)) === profile.activeAt;
  return isQuiet && (rule.stages?.includes(parseDuration(event.data.after)) ?? true);
}

/** A series that is new to a profile with a past starts warming up, unless the store filled it before. */
export function withSeries(ruleSet: RuleSet, profile: Profile, event: LedgerEvent): Profile {
  if (profile.seriesKey === ruleSet.seriesKey) return profile;
  const isNew = profile.sequence === 0;
  const series = Object.fromEntries(
    ruleSet.series.map(({ id }) => {
      const known = profile.series[id];
      return [id, known ?? (isNew ? emptySeries() : { ...emptySeries(), warmingSince: event.time })];
    }),
  );
  return { ...profile, series, seriesKey: ruleSet.seriesKey };
}

export function frameOf(
  profile: Profile,
  event: LedgerEvent,
  context: Context,
  now: number,
  lifecycle: LifecycleView,
): Frame {
  const currency = event.amount?.currency ?? event.balanceAfter?.currency ?? context.account?.currency;
  return {
    event,
    profile,
    context,
    now,
    recipient: undefined,
    before: lifecycle.before,
    after: lifecycle.after,
    currency: currency ?? profile.balance?.currency ?? context.settings.rates.base,
  };
}

function withStates(
  rules: Profile['rules'],
  name: string,
  states: Readonly<Record<string, RuleState>>,
): Profile['rules'] {
  return { ...rules, [name]: states };
}

function withTransaction(
  transactions: Profile['transactions'],
  { id, next }: LifecycleView,
  decisions: readonly Decision[],
): Profile['transactions'] {
  if (id === undefined || next === undefined) return transactions;
  const alerted: TransactionState['alerted'] = decisions
    .filter(({ outcome }) => outcome === 'alert')
    .map(({ rule, recipient, alertId, alert }) => ({
      rule,
      recipient: recipient ?? '',
      alertId,
      ...(alert?.corrects === undefined ? {} : { correction: true }),
    }));
  return { ...transactions, [id]: alerted.length === 0 ? next : { ...next, alerted: [...next.alerted, ...alerted] } };
}

function cancelled({ isReversal: reverses, transaction }: LifecycleView): string[] {
  return reverses && transaction !== undefined && !transaction.reversed
    ? transaction.alerted.map(({ alertId }) => alertId)
    : [];
}

function withGivenBack(rules: Profile['rules'], { data }: LedgerEvent): Profile['rules'] {
  const rule = String(data.rule);
  const recipient = ownKey(String(data.recipient));
  const state = rules[rule]?.[recipient];
  if (state === undefined) return rules;
  return withStates(rules, rule, { ...rules[rule], [recipient]: giveBack(state, String(data.alertId)) });
}

export { lifecycleId };
