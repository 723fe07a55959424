/** Our own plan, the way `step` uses it: the index names the candidates, and each candidate's conditions are evaluated. */
import type { LedgerEvent } from '../../src/contracts/event.js';
import type { Recipient } from '../../src/core/context.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { viewLifecycle } from '../../src/core/profile/lifecycle.js';
import { emptyProfile } from '../../src/core/profile/profile.js';
import type { Frame } from '../../src/core/rules/frame.js';
import type { Test } from '../../src/core/rules/node.js';
import { type CompiledRule, compileRuleSet, type RuleSet } from '../../src/core/rules/rule-set.js';
import { TRUE } from '../../src/core/rules/truth.js';
import { frameOf } from '../../src/core/step.js';
import { cloudEvent, type Drawn, decimal } from '../world/banking.js';
import { toSource } from '../world/ledgerbell-rules.js';
import { type Comparison, isComparison, type Rule } from '../world/rules.js';
import { type Evaluator, ownLimit, type World } from './contestants.js';

export const NOW = Date.UTC(2026, 10, 10, 10, 0, 0);

const SETTINGS = { locale: 'en', timeZone: 'UTC', rates: { base: 'EUR' }, holidays: [], contactChangeMs: 0 };

export function ledgerbell(world: World): Evaluator {
  const ruleSet = compileRuleSet(toSource(world.rules, { parameters: world.parameters }));
  const frames = world.events.map((event, at) => frameFor(ruleSet, world, event, at));
  return {
    name: 'Ledgerbell, compiled plan',
    asynchronous: false,
    match: (event) => matching(ruleSet, frames[event] as Frame),
  };
}

export function matching({ byType, scratch }: RuleSet, frame: Frame): string[] {
  const matches: string[] = [];
  const index = byType.get(frame.event.type);
  if (index === undefined) return matches;
  const { count, rules, tests } = index.select(frame);
  if (count === 0) return matches;
  scratch.nextEvent();
  scratch.nextRecipient();
  for (let at = 0; at < count; at++) {
    if ((tests[at] as Test)(frame, scratch) === TRUE) matches.push((rules[at] as CompiledRule).name);
  }
  return matches;
}

export function ledgerEvent(drawn: Drawn, at: number): LedgerEvent {
  const event = cloudEvent(`e-${at}`, NOW, drawn.type, drawn.data);
  return parseEvent(event, { now: NOW, futureToleranceMs: 0, origin: 'outside' });
}

function frameFor(ruleSet: RuleSet, world: World, drawn: Drawn, at: number): Frame {
  const event = ledgerEvent(drawn, at);
  const profile = emptyProfile(event.profile);
  const recipient = holderOf(String(drawn.data.customerId), world);
  const context = { settings: SETTINGS, recipients: [recipient], versions: {} };
  const frame = frameOf(profile, event, context, NOW, viewLifecycle(profile, event, ruleSet.series));
  frame.recipient = recipient;
  return frame;
}

const holders = new Map<string, Recipient>();

function holderOf(customerId: string, { rules, parameters }: World): Recipient {
  const known = holders.get(customerId);
  if (known !== undefined) return known;
  const topics = parameters ? Object.fromEntries(rules.flatMap((rule) => ownTopic(customerId, rule))) : {};
  const recipient: Recipient = {
    customerId,
    role: 'owner',
    status: 'active',
    discreet: false,
    preferences: { topics },
    consents: {},
  };
  holders.set(customerId, recipient);
  return recipient;
}

function ownTopic(customerId: string, { name, conditions }: Rule) {
  const limit = conditions.all.find((one): one is Comparison => isComparison(one) && one.parameter === true);
  if (limit === undefined) return [];
  const own = ownLimit(customerId, name, Number(limit.value));
  return own === limit.value ? [] : [[name, { parameters: { limit: { EUR: decimal(own) } } }] as const];
}
