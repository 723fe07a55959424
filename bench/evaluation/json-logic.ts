/** json-logic-engine 5: one compiled function a rule, grouped by event type. */
import { LogicEngine } from 'json-logic-engine';
import type { Tree } from '../world/rules.js';
import { type Evaluator, plainFacts, type World } from './contestants.js';

const OPERATORS = { equal: '===', notEqual: '!==', in: 'in', lessThan: '<', greaterThanInclusive: '>=' } as const;

type Test = (facts: unknown) => boolean;

export function jsonLogic({ rules, events }: World): Evaluator {
  const engine = new LogicEngine();
  const byType = new Map<string, { name: string; test: Test }[]>();
  for (const { name, type, conditions } of rules) {
    const list = byType.get(type) ?? [];
    list.push({ name, test: engine.build(toLogic(conditions)) as Test });
    byType.set(type, list);
  }
  const facts = events.map(plainFacts);
  return {
    name: 'json-logic-engine 5, compiled',
    asynchronous: false,
    match(event) {
      const matches: string[] = [];
      for (const { name, test } of byType.get(events[event]?.type ?? '') ?? [])
        if (test(facts[event])) matches.push(name);
      return matches;
    },
  };
}

function toLogic(tree: Tree): object {
  if ('all' in tree) return { and: tree.all.map(toLogic) };
  if ('any' in tree) return { or: tree.any.map(toLogic) };
  if ('not' in tree) return { '!': toLogic(tree.not) };
  return { [OPERATORS[tree.operator]]: [{ var: tree.path }, tree.value] };
}
