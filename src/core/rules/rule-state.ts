/** One rule's memory for one recipient: edges, rearming and when it last told. */
import type { RuleState } from '../profile/profile.js';
import type { CompiledRule } from './rule-set.js';
import { TRUE, type Truth, UNKNOWN } from './truth.js';

/** Only false to true is an edge: what was unknown starts from what is already true. */
export function isEdge(state: RuleState, truth: Truth): boolean {
  return truth === TRUE && state.edge === false;
}

/** The state after the conditions were seen; unknown leaves it as it is. */
export function afterTruth(state: RuleState, truth: Truth, rearms: boolean): RuleState {
  const edge = truth === UNKNOWN ? state.edge : truth === TRUE;
  const armed = rearms ? undefined : state.armed;
  if (edge === state.edge && armed === state.armed) return state;
  return compact({ ...state, edge, armed });
}

/** The state after an alert; rules without edge and cooldown remember nothing. */
export function afterAlert(state: RuleState, rule: CompiledRule, time: number, alertId: string): RuleState {
  if (rule.document.fires === 'each' && rule.cooldownMs === undefined) return state;
  return compact({
    ...state,
    armed: rule.rearm === undefined ? state.armed : false,
    alertedBefore: state.alertedAt,
    alertedAt: Math.max(state.alertedAt ?? time, time),
    alertId,
  });
}

/** An alert that could not be delivered gives its edge and cooldown back. */
export function giveBack(state: RuleState, alertId: string): RuleState {
  if (state.alertId !== alertId) return state;
  return compact({
    edge: state.edge === undefined ? undefined : false,
    armed: undefined,
    alertedAt: state.alertedBefore,
  });
}

function compact(state: RuleState): RuleState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));
}
