/** Turns condition trees into nodes; equal comparisons of all rules become one leaf. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Condition, LeafCondition, Parameter } from '../../contracts/rule.js';
import type { SeriesSpec } from '../profile/series.js';
import { compileLeaf, isReference, type Leaf } from './leaf.js';
import { leafOf, listOf, type Node, notOf } from './node.js';

export interface RuleScope {
  parameters: Readonly<Record<string, Parameter>>;
  topic: string;
}

const DEPTH = 32;

export class ConditionCompiler {
  private readonly leaves = new Map<string, Leaf>();
  private readonly conditions: Readonly<Record<string, Condition>>;
  private readonly series: (params: Readonly<Record<string, unknown>>) => SeriesSpec;

  constructor(
    conditions: Readonly<Record<string, Condition>>,
    series: (params: Readonly<Record<string, unknown>>) => SeriesSpec,
  ) {
    this.conditions = conditions;
    this.series = series;
  }

  get leafCount(): number {
    return this.leaves.size;
  }

  /** @throws LedgerbellError naming what the analyst has to mend */
  compile(condition: Condition, scope: RuleScope, depth = 0): Node {
    if (depth > DEPTH) {
      throw new LedgerbellError(
        'conditions-too-deep',
        `conditions are nested deeper than ${DEPTH}, or refer to themselves`,
      );
    }
    if ('all' in condition && 'any' in condition) {
      throw new LedgerbellError(
        'all-beside-any',
        '"all" beside "any": the library would ignore one of them; nest them',
      );
    }
    if ('all' in condition) return this.list('all', condition.all, scope, depth);
    if ('any' in condition) return this.list('any', condition.any, scope, depth);
    if ('not' in condition) return notOf(this.compile(condition.not, scope, depth + 1));
    if ('condition' in condition) return this.reference(condition.condition, scope, depth);
    return this.leaf(condition, scope);
  }

  private list(kind: 'all' | 'any', conditions: Condition[], scope: RuleScope, depth: number): Node {
    if (!Array.isArray(conditions) || conditions.length === 0) {
      throw new LedgerbellError('conditions-empty', `"${kind}" is empty: the library would let it always fire`);
    }
    return listOf(
      kind,
      conditions.map((child) => this.compile(child, scope, depth + 1)),
    );
  }

  private reference(name: string, scope: RuleScope, depth: number): Node {
    const condition = Object.hasOwn(this.conditions, name) ? this.conditions[name] : undefined;
    if (condition === undefined) {
      throw new LedgerbellError('condition-unknown', `there is no shared condition "${name}" in conditions.json`);
    }
    return this.compile(condition, scope, depth + 1);
  }

  private leaf(condition: LeafCondition, scope: RuleScope): Node {
    const key = JSON.stringify([
      condition.fact,
      condition.path ?? '',
      condition.params ?? {},
      condition.operator,
      condition.value,
      parameterKey(condition, scope),
    ]);
    let leaf = this.leaves.get(key);
    if (leaf === undefined) {
      leaf = compileLeaf(condition, this.leaves.size, {
        series: this.series,
        parameter: (name) => (Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined),
        topic: scope.topic,
      });
      this.leaves.set(key, leaf);
    }
    return leafOf(leaf);
  }
}

/** Two rules may give one parameter name different meanings. */
function parameterKey(condition: LeafCondition, scope: RuleScope): unknown {
  const references = [condition, ...(isReference(condition.value) ? [condition.value] : [])];
  const names = references.filter(({ fact }) => fact === 'parameter').map(({ params }) => String(params?.name));
  return names.length === 0 ? '' : [scope.topic, ...names.map((name) => scope.parameters[name] ?? '')];
}
