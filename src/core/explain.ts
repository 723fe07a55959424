/** Why a rule fired or did not, condition by condition, with the values each saw: made on demand by the very same plan. */
import type { LedgerEvent, Money } from '../contracts/event.js';
import type { Json } from '../contracts/json.js';
import type { Context, Recipient } from './context.js';
import { formatMinor } from './event/money.js';
import { viewLifecycle } from './profile/lifecycle.js';
import { ownKey, type Profile } from './profile/profile.js';
import { type Exact, isExact } from './rules/exact.js';
import { type Frame, WARMING } from './rules/frame.js';
import { isMoney } from './rules/money-value.js';
import { evaluateNode, type Node } from './rules/node.js';
import type { CompiledRule, RuleSet } from './rules/rule-set.js';
import { FALSE, TRUE, type Truth } from './rules/truth.js';
import { frameOf, listeningTo, type StepResult, step, withSeries } from './step.js';

export type Answer = true | false | 'unknown';

export type ConditionTrace =
  | { all: ConditionTrace[]; result: Answer }
  | { any: ConditionTrace[]; result: Answer }
  | { not: ConditionTrace; result: Answer }
  | {
      fact: string;
      path?: string;
      params?: Json;
      operator: string;
      value: Json;
      /** Both sides as they were seen; absent where they were not known. */
      saw: { left?: Json; right?: Json };
      result: Answer;
      because?: string;
    };

export interface RuleTrace {
  rule: string;
  version: string;
  /** Absent where nobody holds the account. */
  recipient?: string;
  held: Answer;
  /** Only a change from false to true is news for an edge rule. */
  fires: 'each' | 'edge';
  heldBefore?: Answer;
  outcome: 'alert' | 'suppressed' | 'silent';
  reason?: string;
  detail?: string;
  alertId?: string;
  conditions: ConditionTrace;
}

export interface Explanation {
  result: StepResult;
  rules: RuleTrace[];
}

/** `profile` as it stood before the event; the rest as it was given to `step` then. */
export function explain(
  ruleSet: RuleSet,
  profile: Profile,
  event: LedgerEvent,
  context: Context,
  now: number,
): Explanation {
  const result = step(ruleSet, profile, event, context, now);
  const ready = withSeries(ruleSet, profile, event);
  const frame = frameOf(ready, event, context, now, viewLifecycle(ready, event, ruleSet.series));
  ruleSet.scratch.nextEvent();
  const rules = listeningTo(ruleSet, frame).flatMap((rule) =>
    targets(rule, context).map((recipient) => traceRule(ruleSet, rule, frame, recipient, result)),
  );
  return { result, rules };
}

function targets(rule: CompiledRule, { recipients }: Context): (Recipient | undefined)[] {
  return rule.document.notify === 'bank' || recipients.length === 0 ? [undefined] : [...recipients];
}

function traceRule(
  { scratch }: RuleSet,
  rule: CompiledRule,
  frame: Frame,
  recipient: Recipient | undefined,
  { decisions }: StepResult,
): RuleTrace {
  frame.recipient = recipient;
  scratch.nextRecipient();
  const held = evaluateNode(rule.node, frame, scratch);
  const told = rule.document.notify === 'bank' ? 'bank' : recipient?.customerId;
  const decision = decisions.find((one) => one.rule === rule.name && one.recipient === told);
  const before = frame.profile.rules[rule.name]?.[told === undefined ? '' : ownKey(told)]?.edge;
  return {
    rule: rule.name,
    version: rule.version,
    ...(told === undefined ? {} : { recipient: told }),
    held: answerOf(held),
    fires: rule.document.fires,
    ...(rule.document.fires === 'edge' ? { heldBefore: before ?? 'unknown' } : {}),
    outcome: decision?.outcome ?? 'silent',
    ...reasonOf(rule, held, decision, before),
    ...(decision === undefined ? {} : { alertId: decision.alertId }),
    conditions: traceNode(rule.node, frame, (node) => evaluateNode(node, frame, scratch)),
  };
}

function reasonOf(
  rule: CompiledRule,
  held: Truth,
  decision: StepResult['decisions'][number] | undefined,
  before: boolean | undefined,
): Pick<RuleTrace, 'reason' | 'detail'> {
  if (decision !== undefined) {
    return {
      ...(decision.reason === undefined ? {} : { reason: decision.reason }),
      ...(decision.detail === undefined ? {} : { detail: decision.detail }),
    };
  }
  if (held === FALSE) return { reason: 'conditions-false' };
  if (held === TRUE && rule.document.fires === 'edge') {
    return {
      reason: before === undefined ? 'no-edge: it was not known whether they held before' : 'no-edge: they held before',
    };
  }
  return held === TRUE ? { reason: 'learning' } : { reason: 'rule-error', detail: 'a value that decides is not known' };
}

function traceNode(node: Node, frame: Frame, evaluate: (node: Node) => Truth): ConditionTrace {
  const result = answerOf(evaluate(node));
  switch (node.kind) {
    case 'all':
      return { all: node.children.map((child) => traceNode(child, frame, evaluate)), result };
    case 'any':
      return { any: node.children.map((child) => traceNode(child, frame, evaluate)), result };
    case 'not':
      return { not: traceNode(node.child, frame, evaluate), result };
    case 'leaf': {
      const { condition } = node.leaf;
      const { left, right } = node.leaf.sides(frame);
      const doubt = node.leaf.doubt(frame);
      return {
        fact: condition.fact,
        ...(condition.path === undefined ? {} : { path: condition.path }),
        ...(condition.params === undefined ? {} : { params: condition.params }),
        operator: condition.operator,
        value: condition.value as Json,
        saw: { ...shown('left', left), ...shown('right', right) },
        result,
        ...(doubt === undefined ? {} : { because: `${doubt.code}: ${doubt.message}` }),
      };
    }
  }
}

function answerOf(truth: Truth): Answer {
  return truth === TRUE ? true : truth === FALSE ? false : 'unknown';
}

function shown(side: 'left' | 'right', value: unknown): Record<string, Json> {
  if (value === undefined) return {};
  return { [side]: showValue(value) };
}

function showValue(value: unknown): Json {
  if (value === WARMING) return 'warming up';
  if (isMoney(value)) return showMoney(value);
  if (isExact(value)) return showExact(value);
  // JSON has no infinity: no time between two places is infinitely fast.
  if (typeof value === 'number' && !Number.isFinite(value)) return 'infinite';
  return value as Json;
}

function showMoney(money: Money): string {
  return `${formatMinor(money)} ${money.currency}`;
}

/** A ratio is shown to four places of the minor unit, for reading only; it was compared exactly. */
function showExact({ num, den, currency, root }: Exact): string {
  const ratio = Number((num * 10_000n) / den) / 10_000;
  const minor = root ? Math.sqrt(ratio) : ratio;
  const exactly = den === 1n && !root ? '' : 'about ';
  return currency === undefined ? `${exactly}${minor}` : `${exactly}${minor} minor units of ${currency}`;
}
