/** json-rules-engine as its README shows it (one engine, JSONPath), and at its best (an engine a type, its own path resolver). */
import { Engine, type EngineOptions, type NestedCondition } from 'json-rules-engine';
import type { Comparison, Rule, Tree } from '../world/rules.js';
import { type Evaluator, ownLimit, plainFacts, type World } from './contestants.js';

export function asItsReadmeShows({ rules, events, parameters }: World): Evaluator {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const rule of rules) {
    const isType = { fact: 'type', operator: 'equal', value: rule.type };
    addRule(engine, rule, [isType, ...rule.conditions.all.map((child) => toCondition(child, rule, parameters))]);
  }
  if (parameters) addLimits(engine);
  const facts = events.map((event) => ({ type: event.type, transaction: plainFacts(event) }));
  return { name: 'json-rules-engine, README', asynchronous: true, match: (event) => fired(engine, facts[event]) };
}

export function atItsBest({ rules, events, parameters }: World): Evaluator {
  const engines = new Map<string, Engine>();
  for (const rule of rules) {
    const engine = engines.get(rule.type) ?? new Engine([], { allowUndefinedFacts: true, pathResolver });
    engines.set(rule.type, engine);
    addRule(
      engine,
      rule,
      rule.conditions.all.map((child) => toCondition(child, rule, parameters)),
    );
  }
  if (parameters) for (const engine of engines.values()) addLimits(engine);
  const facts = events.map((event) => ({ type: event.type, transaction: plainFacts(event) }));
  return {
    name: 'json-rules-engine, at its best',
    asynchronous: true,
    match: (event) => {
      const engine = engines.get(events[event]?.type ?? '');
      return engine === undefined ? [] : fired(engine, facts[event]);
    },
  };
}

async function fired(engine: Engine, facts: Record<string, unknown> | undefined): Promise<string[]> {
  const { events } = await engine.run(facts);
  return events.map(({ type }) => type);
}

function addRule(engine: Engine, { name }: Rule, all: NestedCondition[]): void {
  engine.addRule({ conditions: { all }, event: { type: name } });
}

/** The customer's own limit, as a fact of the engine. */
function addLimits(engine: Engine): void {
  engine.addFact('limit', async ({ rule, standard }, almanac) => {
    const transaction = await almanac.factValue<{ customerId: string }>('transaction');
    return ownLimit(transaction.customerId, rule, standard);
  });
}

export function toCondition(tree: Tree, rule: Rule, parameters: boolean): NestedCondition {
  if ('all' in tree) return { all: tree.all.map((child) => toCondition(child, rule, parameters)) };
  if ('any' in tree) return { any: tree.any.map((child) => toCondition(child, rule, parameters)) };
  if ('not' in tree) return { not: toCondition(tree.not, rule, parameters) };
  const { path, operator } = tree;
  return { fact: 'transaction', path: `$.${path}`, operator, value: limitOf(tree, rule, parameters) };
}

function limitOf({ value, parameter }: Comparison, { name }: Rule, parameters: boolean): unknown {
  return parameters && parameter ? { fact: 'limit', params: { rule: name, standard: value } } : value;
}

const paths = new Map<string, string[]>();

const pathResolver: EngineOptions['pathResolver'] = (value, path) => {
  let keys = paths.get(path);
  if (keys === undefined) {
    keys = path.slice(2).split('.');
    paths.set(path, keys);
  }
  let found: unknown = value;
  for (const key of keys) found = (found as Record<string, unknown> | undefined)?.[key];
  return found;
};
