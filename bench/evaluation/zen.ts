/**
 * GoRules ZEN: a decision a type, with one expression that lists whether each rule holds. Of a decision table, an expression
 * a rule, a list, and each of them through an engine or as a ready decision, this was the fastest.
 */
import type { ZenDecision, ZenEngine } from '@gorules/zen-engine';
import type { Rule, Tree } from '../world/rules.js';
import { type Evaluator, plainFacts, rulesByType, type World } from './contestants.js';

const OPERATORS = { equal: '==', notEqual: '!=', in: 'in', lessThan: '<', greaterThanInclusive: '>=' } as const;

/** Undefined where there is no prebuilt engine for this platform. */
export async function findZen(): Promise<((world: World) => Evaluator) | undefined> {
  try {
    const { ZenEngine: Zen } = await import('@gorules/zen-engine');
    return (world) => zen(new Zen(), world);
  } catch {
    return undefined;
  }
}

function zen(engine: ZenEngine, { rules, events }: World): Evaluator {
  const byType = rulesByType(rules);
  const decisions = new Map<string, { decision: ZenDecision; names: string[] }>();
  for (const [type, own] of byType) {
    decisions.set(type, { decision: engine.createDecision(graphOf(own)), names: own.map(({ name }) => name) });
  }
  const facts = events.map(plainFacts);
  return {
    name: 'GoRules ZEN 0.54',
    asynchronous: true,
    async match(event) {
      const found = decisions.get(events[event]?.type ?? '');
      if (found === undefined) return [];
      const { result } = await found.decision.evaluate(facts[event]);
      const holds: boolean[] = result.holds;
      return found.names.filter((_, at) => holds[at]);
    },
  };
}

function graphOf(rules: readonly Rule[]): object {
  const value = `[${rules.map(({ conditions }) => toExpression(conditions)).join(', ')}]`;
  const at = { position: { x: 0, y: 0 } };
  return {
    contentType: 'application/vnd.gorules.decision',
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', ...at },
      {
        id: 'rules',
        name: 'rules',
        type: 'expressionNode',
        ...at,
        content: { expressions: [{ id: 'holds', key: 'holds', value }] },
      },
      { id: 'out', name: 'out', type: 'outputNode', ...at },
    ],
    edges: [
      { id: 'first', sourceId: 'in', targetId: 'rules', type: 'edge' },
      { id: 'second', sourceId: 'rules', targetId: 'out', type: 'edge' },
    ],
  };
}

function toExpression(tree: Tree): string {
  if ('all' in tree) return `(${tree.all.map(toExpression).join(' and ')})`;
  if ('any' in tree) return `(${tree.any.map(toExpression).join(' or ')})`;
  if ('not' in tree) return `(not ${toExpression(tree.not)})`;
  return `(${tree.path} ${OPERATORS[tree.operator]} ${JSON.stringify(tree.value)})`;
}
