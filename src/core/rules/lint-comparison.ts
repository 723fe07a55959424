/** One comparison of a rule: its facts, paths, operator and value. */
import { RE2JS } from 're2js';
import type { Json } from '../../contracts/json.js';
import type { LeafCondition, ValueReference } from '../../contracts/rule.js';
import { FACTS, findFact } from '../facts/index.js';
import { pathsOf } from './event-paths.js';
import { isReference } from './leaf.js';
import { lintCurrencyMap, lintPlainAmount, looksLikeCurrencyMap } from './lint-amount.js';
import { lintHistory } from './lint-history.js';
import { operandFault } from './lint-operands.js';
import { type Report, tryReport } from './lint-report.js';
import { nearest, suggest } from './nearest.js';
import { COMPARISONS, CUSTOM_OPERATORS } from './operators.js';
import { parsePath } from './path.js';
import type { Place } from './rule-file.js';
import { type Kind, type KindScope, kindOfFact, kindOfValue, plainPath, wordsOf } from './value-kinds.js';

export interface ComparisonScope extends KindScope {
  /** The most decimals of the currencies that the rule set names. */
  decimals?: number;
}

const DECORATORS = ['someFact', 'everyFact', 'someValue', 'everyValue', 'swap', 'not'];
const OPERATORS = [
  ...COMPARISONS,
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  ...CUSTOM_OPERATORS.map(({ name }) => name),
];
const LONGEST_PATTERN = 1000;

export function lintComparison(leaf: LeafCondition, place: Place, scope: ComparisonScope, report: Report): void {
  const factIsKnown = lintReference(leaf, place, scope, report);
  const isRight = isReference(leaf.value) ? lintReference(leaf.value, [...place, 'value'], scope, report) : true;
  const operator = lintOperator(leaf.operator, [...place, 'operator'], report);
  if (factIsKnown && isRight && operator) lintSides(leaf, operator, place, scope, report);
}

/** Returns whether the fact can be looked at further. */
function lintReference(reference: ValueReference, place: Place, scope: ComparisonScope, report: Report): boolean {
  const fact = findFact(reference.fact);
  if (fact === undefined) {
    const names = FACTS.map(({ name }) => name);
    report([...place, 'fact'], {
      code: 'fact-unknown',
      message: `there is no fact "${reference.fact}"`,
      fix: suggest(String(reference.fact), names),
    });
    return false;
  }
  if (reference.fact === 'history') lintHistory(reference.params ?? {}, [...place, 'params'], report);
  if (reference.fact === 'parameter') lintParameterName(reference, place, scope, report);
  return lintPath(reference, place, scope, report);
}

function lintParameterName({ params }: ValueReference, place: Place, scope: ComparisonScope, report: Report): void {
  const name = params?.name;
  if (scope.parameters === undefined || (typeof name === 'string' && Object.hasOwn(scope.parameters, name))) return;
  const known = Object.keys(scope.parameters);
  report([...place, 'params'], {
    code: 'parameter-unknown',
    message: name === undefined ? 'the parameter is not named' : `the rule has no parameter ${JSON.stringify(name)}`,
    fix: known.length === 0 ? 'Declare it under "parameters"' : suggest(String(name ?? ''), known),
  });
}

function lintPath(reference: ValueReference, place: Place, scope: ComparisonScope, report: Report): boolean {
  const fact = findFact(reference.fact);
  const at = [...place, 'path'];
  const fix = 'Write "$.name", "$.name.part" or "$.list[0]"';
  const segments = tryReport(report, at, fix, () => parsePath(reference.path));
  if (fact === undefined || segments === undefined) return false;
  const path = segments.join('.');
  const listed = Object.keys(fact.paths);
  if (listed.length === 0) {
    if (path !== '') {
      const message = `"${fact.name}" has no parts`;
      report(at, { code: 'path-unknown', message, fix: 'Remove "path"; use "params"' });
    }
    return true;
  }
  if (listed.includes(path)) return true;
  const known = fact.open === true ? [...new Set([...listed, ...scope.types.flatMap(pathsOf)])] : listed;
  if (fact.open === true && path !== '') {
    if (!known.includes(plainPath(reference.path))) warnUnlisted(reference, known, at, report);
    return true;
  }
  const message = path === '' ? `"${fact.name}" needs a path` : `"${fact.name}" has no "${reference.path}"`;
  report(path === '' ? place : at, { code: 'path-unknown', message, fix: suggest(path, known) });
  return false;
}

/** Keys of the bank's own are kept and readable, so this is no error; a slip of the finger looks the same. */
function warnUnlisted(reference: ValueReference, known: readonly string[], place: Place, report: Report): void {
  const close = nearest(plainPath(reference.path), known);
  report(place, {
    code: 'path-unlisted',
    severity: close === undefined ? 'warning' : 'error',
    message: `no event schema lists "${reference.path}"`,
    fix:
      close === undefined
        ? "Leave it if it is your core system's own; events without it leave the condition unknown"
        : `Did you mean "$.${close}"?`,
  });
}

function lintOperator(
  written: unknown,
  place: Place,
  report: Report,
): { base: string; decorators: string[] } | undefined {
  const parts = String(written).split(':');
  const base = parts.at(-1) ?? '';
  const decorators = parts.slice(0, -1);
  const unknown = decorators.find((decorator) => !DECORATORS.includes(decorator));
  if (unknown === undefined && OPERATORS.includes(base)) return { base, decorators };
  report(place, {
    code: 'operator-unknown',
    message: `there is no operator "${String(written)}"`,
    fix: unknown === undefined ? suggest(base, OPERATORS) : suggest(unknown, DECORATORS),
  });
  return undefined;
}

function lintSides(
  leaf: LeafCondition,
  { base, decorators }: { base: string; decorators: string[] },
  place: Place,
  scope: ComparisonScope,
  report: Report,
): void {
  const at = [...place, 'value'];
  const constant = !isReference(leaf.value);
  if (constant && leaf.value === null) {
    report(at, { code: 'value-unfit', message: 'null means absent', fix: 'Use "operator": "present", "value": false' });
    return;
  }
  if (base === 'present') {
    if (typeof leaf.value !== 'boolean') {
      report(at, { code: 'value-unfit', message: '"present" takes true or false', fix: 'Write true or false' });
    }
    return;
  }
  if (constant && looksLikeCurrencyMap(leaf.value)) lintCurrencyMap(leaf.value, at, report);
  const left = kindOfFact(leaf, scope);
  const right = constant && looksLikeCurrencyMap(leaf.value) ? 'money' : kindOfValue(leaf.value, scope);
  if (lintDecorators(leaf.operator, decorators, left, right, place, report)) return;
  const sides = decorated(decorators, left, right, leaf.value);
  const fault = operandFault({ ...sides, base, operator: leaf.operator, constant });
  if (fault !== undefined) {
    report(at, fault);
    return;
  }
  if (!constant) return;
  if (base === 'matches') lintPattern(String(leaf.value), at, report);
  const isPlain = typeof leaf.value === 'number' || typeof leaf.value === 'string';
  if (left === 'money' && isPlain) lintPlainAmount(leaf.value as number | string, scope.decimals, at, report);
  if (decorators.every((name) => name === 'not')) lintWords(leaf, base, at, scope, report);
}

/** Returns whether something was wrong with them. */
function lintDecorators(
  operator: string,
  decorators: readonly string[],
  left: Kind,
  right: Kind,
  place: Place,
  report: Report,
): boolean {
  const needsList = decorators.find((name) => name.endsWith('Fact'));
  if (needsList !== undefined && left !== 'list' && left !== 'any') {
    const message = `"${needsList}" goes through a list, and this fact is none`;
    report([...place, 'operator'], { code: 'decorator-unfit', message, fix: `Remove "${needsList}:"` });
    return true;
  }
  const needsValues = decorators.find((name) => name.endsWith('Value'));
  if (needsValues !== undefined && right !== 'list' && right !== 'any') {
    const message = `"${needsValues}" goes through a list, and the value is none`;
    report([...place, 'value'], { code: 'decorator-unfit', message, fix: 'Write a list, or remove the decorator' });
    return true;
  }
  const isMoney = left === 'money' || right === 'money';
  if (isMoney && decorators.some((name) => name !== 'not' && name !== 'swap')) {
    const message = `"${operator}" cannot compare amounts`;
    const fix = 'Use equal, lessThan, greaterThan and their inclusive forms';
    report([...place, 'operator'], { code: 'operator-not-for-money', message, fix });
    return true;
  }
  return false;
}

/** The kinds that reach the operator behind its decorators. */
function decorated(decorators: readonly string[], left: Kind, right: Kind, value: LeafCondition['value']) {
  let sides = { left, right };
  for (const name of decorators) {
    if (name.endsWith('Fact')) sides = { ...sides, left: 'any' };
    else if (name.endsWith('Value')) sides = { ...sides, right: kindOfItems(value) };
    else if (name === 'swap') sides = { left: sides.right, right: sides.left };
  }
  return sides;
}

function kindOfItems(value: LeafCondition['value']): Kind {
  const kinds = Array.isArray(value) ? new Set(value.map((item) => kindOfValue(item, { types: [] }))) : new Set<Kind>();
  return kinds.size === 1 ? ([...kinds][0] as Kind) : 'any';
}

/** A value that the fact can never have: "debt" for "debit". */
function lintWords(leaf: LeafCondition, base: string, place: Place, scope: ComparisonScope, report: Report): void {
  const words = wordsOf(leaf, scope);
  if (words === undefined || !['equal', 'notEqual', 'in', 'notIn'].includes(base)) return;
  const values: Json[] = Array.isArray(leaf.value) ? leaf.value : [leaf.value as Json];
  values.forEach((value, index) => {
    const isPossible = words instanceof RegExp ? words.test(String(value)) : words.includes(String(value));
    if (isPossible) return;
    report(Array.isArray(leaf.value) ? [...place, index] : place, {
      code: 'value-never',
      message: `${leaf.fact} ${leaf.path ?? ''} is never ${JSON.stringify(value)}`,
      fix: words instanceof RegExp ? `It looks like ${words.source}` : suggest(String(value), words),
    });
  });
}

function lintPattern(source: string, place: Place, report: Report): void {
  try {
    if (source.length > LONGEST_PATTERN) throw new RangeError('too long');
    RE2JS.compile(source);
  } catch {
    report(place, {
      code: 'pattern-malformed',
      message: 'this is not a regular expression that can be run safely',
      fix: `Use RE2 syntax, at most ${LONGEST_PATTERN} characters: no lookaround, no back-references`,
    });
  }
}
