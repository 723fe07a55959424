/** Condition trees: their shape first, then each comparison. The library accepts several shapes that do not mean what they look like. */
import type { LeafCondition } from '../../contracts/rule.js';
import type { Report } from './lint-report.js';
import { suggest } from './nearest.js';
import { isObject } from './read-messages.js';
import type { Place } from './rule-file.js';

export interface TreeScope {
  report: Report;
  /** Names in conditions.json. */
  shared: readonly string[];
  leaf(leaf: LeafCondition, place: Place): void;
}

const SHAPES = ['all', 'any', 'not', 'condition', 'fact'];
const KEYS: Readonly<Record<string, readonly string[]>> = {
  all: ['all', 'name', 'priority'],
  any: ['any', 'name', 'priority'],
  not: ['not', 'name', 'priority'],
  condition: ['condition'],
  fact: ['fact', 'path', 'params', 'operator', 'value', 'name', 'priority'],
};
const DEEPEST = 32;

export function lintConditions(condition: unknown, place: Place, scope: TreeScope, depth = 0): void {
  const { report } = scope;
  if (!isObject(condition)) {
    report(place, {
      code: 'condition-unclear',
      message: 'a condition must be an object',
      fix: 'Write { "all": [ ... ] }',
    });
    return;
  }
  if (depth > DEEPEST) {
    report(place, {
      code: 'conditions-too-deep',
      message: `nested deeper than ${DEEPEST}`,
      fix: 'Flatten the conditions',
    });
    return;
  }
  const shapes = SHAPES.filter((shape) => Object.hasOwn(condition, shape));
  const shape = shapes[0];
  if (shape === undefined || shapes.length > 1) {
    reportShape(shapes, condition, place, report);
    return;
  }
  reportUnknownKeys(condition, shape, place, report);
  if (shape === 'all' || shape === 'any') lintList(shape, condition[shape], [...place, shape], scope, depth);
  else if (shape === 'not') lintConditions(condition.not, [...place, 'not'], scope, depth + 1);
  else if (shape === 'condition') lintNamed(condition.condition, [...place, 'condition'], scope);
  else lintLeaf(condition, place, scope);
}

function lintList(shape: 'all' | 'any', list: unknown, place: Place, scope: TreeScope, depth: number): void {
  if (!Array.isArray(list)) {
    scope.report(place, {
      code: 'condition-unclear',
      message: `"${shape}" must be a list`,
      fix: `Write "${shape}": [ ... ]`,
    });
    return;
  }
  if (list.length === 0) {
    const message = `"${shape}" is empty: json-rules-engine would let it always fire`;
    scope.report(place, { code: 'conditions-empty', message, fix: 'Add a condition, or set "enabled": false' });
  }
  list.forEach((child, index) => {
    lintConditions(child, [...place, index], scope, depth + 1);
  });
}

function lintNamed(name: unknown, place: Place, { shared, report }: TreeScope): void {
  if (typeof name === 'string' && shared.includes(name)) return;
  report(place, {
    code: 'condition-unknown',
    message: `conditions.json has no ${JSON.stringify(name)}`,
    fix: shared.length === 0 ? 'Add it to conditions.json' : suggest(String(name), shared),
  });
}

function lintLeaf(condition: Record<string, unknown>, place: Place, { report, leaf }: TreeScope): void {
  const missing = ['operator', 'value'].filter((key) => !Object.hasOwn(condition, key));
  for (const key of missing) {
    report(place, { code: 'key-missing', message: `the condition has no "${key}"`, fix: `Add "${key}"` });
  }
  if (missing.length === 0) leaf(condition as unknown as LeafCondition, place);
}

function reportShape(shapes: string[], condition: Record<string, unknown>, place: Place, report: Report): void {
  if (shapes.length === 0) {
    const slip = Object.keys(condition)[0];
    const fix = slip === undefined ? 'Write "fact", "operator" and "value"' : suggest(slip, SHAPES);
    report(place, { code: 'condition-unclear', message: 'a condition needs all, any, not, condition or fact', fix });
    return;
  }
  const [first, second] = shapes;
  report([...place, second ?? ''], {
    code: first === 'all' && second === 'any' ? 'all-beside-any' : 'condition-mixed',
    message: `"${first}" beside "${second}": json-rules-engine would ignore one of them`,
    fix: `Nest them: { "all": [ { "${first}": ... }, { "${second}": ... } ] }`,
  });
}

function reportUnknownKeys(condition: Record<string, unknown>, shape: string, place: Place, report: Report): void {
  const known = KEYS[shape] ?? [];
  for (const key of Object.keys(condition)) {
    if (known.includes(key)) continue;
    report([...place, key], {
      code: 'key-unknown',
      message: `"${key}" is not a key of a condition with "${shape}"; it would be ignored`,
      fix: suggest(key, known),
    });
  }
}
