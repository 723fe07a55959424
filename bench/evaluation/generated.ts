/** Source code written for these very rules, one function an event type: what a compiler could do without an index. */
import type { Rule, Tree } from '../world/rules.js';
import { type Evaluator, plainFacts, rulesByType, type World } from './contestants.js';

const OPERATORS = { equal: '===', notEqual: '!==', lessThan: '<', greaterThanInclusive: '>=' } as const;

type Matcher = (facts: unknown) => string[];

export function generatedCode({ rules, events }: World): Evaluator {
  const byType = rulesByType(rules);
  const matchers = new Map([...byType].map(([type, own]) => [type, generate(own)]));
  const facts = events.map(plainFacts);
  return {
    name: 'code generated for the rules',
    asynchronous: false,
    match: (event) => matchers.get(events[event]?.type ?? '')?.(facts[event]) ?? [],
  };
}

/** V8 does not optimise functions beyond some size: rules go in groups, each a function of its own. */
const RULES_A_FUNCTION = 50;

function generate(rules: readonly Rule[]): Matcher {
  const sets: Set<unknown>[] = [];
  const groups: string[] = [];
  for (let start = 0; start < rules.length; start += RULES_A_FUNCTION) {
    const tests = rules
      .slice(start, start + RULES_A_FUNCTION)
      .map(({ name, conditions }) => `if (${toCode(conditions, sets)}) matches.push(${JSON.stringify(name)});`);
    groups.push(`function group${groups.length}(facts, matches) {\n${tests.join('\n')}\n}`);
  }
  const calls = groups.map((_, at) => `group${at}(facts, matches);`).join(' ');
  const body = `${groups.join('\n')}\nreturn (facts) => { const matches = []; ${calls} return matches; };`;
  return new Function('sets', body)(sets);
}

function toCode(tree: Tree, sets: Set<unknown>[]): string {
  if ('all' in tree) return `(${tree.all.map((child) => toCode(child, sets)).join(' && ')})`;
  if ('any' in tree) return `(${tree.any.map((child) => toCode(child, sets)).join(' || ')})`;
  if ('not' in tree) return `!(${toCode(tree.not, sets)})`;
  const fact = `facts.${tree.path}`;
  if (tree.operator !== 'in') return `${fact} ${OPERATORS[tree.operator]} ${JSON.stringify(tree.value)}`;
  sets.push(new Set(tree.value as string[]));
  return `sets[${sets.length - 1}].has(${fact})`;
}
