/**
 * One message text, tried out: every value that may be missing is left out once, so that a text which needs it is found
 * before a customer misses an alert.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import type { EventType } from '../../contracts/event.js';
import type { RuleDocument, TextPolicy } from '../../contracts/rule.js';
import { sensitivityOf } from '../event/event-schemas.js';
import { type CompiledText, compileText } from '../message/render.js';
import { measureText } from '../message/segments.js';
import type { Report } from './lint-report.js';
import { implies, isFreeText, MESSAGE_ROOTS, namesUnder, presenceOf, sampleOf } from './message-values.js';
import { suggest } from './nearest.js';
import type { Place } from './rule-file.js';

export interface TextScope {
  rule: RuleDocument;
  /** What the conditions make sure of, as texts name it. */
  known: ReadonlySet<string>;
  locale: string;
  /** Links and numbers that the bank lets texts hold. */
  policy: TextPolicy;
}

/** Returns the compiled text, or undefined where it cannot be read. */
export function lintText(source: string, place: Place, scope: TextScope, report: Report): CompiledText | undefined {
  const text = compiled(source, place, report);
  if (text === undefined) return undefined;
  const variables = text.variables().map((name) => name.replace(/\[\d+\].*$/, ''));
  const unknown = [...new Set(variables)].filter((name) => reportUnknown(name, place, scope.rule, report));
  if (unknown.length === 0) {
    for (const type of scope.rule.on) tryOut(text, source, variables, type, place, scope, report);
  }
  return text;
}

function compiled(source: string, place: Place, report: Report): CompiledText | undefined {
  try {
    return compileText(source);
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    report(place, {
      code: error.code,
      message: error.message,
      fix: 'See docs/rules/messages.md for what a text may hold',
    });
    return undefined;
  }
}

/** Returns whether no event can ever have it. */
function reportUnknown(variable: string, place: Place, rule: RuleDocument, report: Report): boolean {
  const [root = '', ...rest] = variable.split('.');
  const names = namesUnder(root, rule);
  const roots = MESSAGE_ROOTS.filter((one) => one !== 'parameter' || rule.parameters !== undefined);
  const isKnown = MESSAGE_ROOTS.includes(root) && (names === undefined || names.includes(rest.join('.')));
  if (isKnown) return false;
  report(place, {
    code: 'variable-unknown',
    message: `no text can show "${variable}"`,
    fix: names === undefined ? suggest(root, roots) : suggest(rest.join('.'), names),
  });
  return true;
}

function tryOut(
  text: CompiledText,
  source: string,
  variables: readonly string[],
  type: EventType,
  place: Place,
  scope: TextScope,
  report: Report,
): void {
  const presences = new Map(variables.map((name) => [name, presenceOf(name, type, scope.rule, scope.known)]));
  const always = variables.filter((name) => presences.get(name) === 'always');
  const maybe = variables.filter((name) => presences.get(name) === 'maybe');
  const full = [...always, ...maybe];
  const reported = new Set<string>();
  const render = (names: readonly string[], values: Readonly<Record<string, unknown>> = {}) => {
    const failure = renderError(text, scopeOf(names, values, type, scope.rule), scope.locale);
    if (failure === undefined) return;
    // The library names the part of the path that is missing.
    const name = variables.find((one) => one === failure.name || one.startsWith(`${failure.name}.`)) ?? failure.name;
    if (reported.has(name)) return;
    reported.add(name);
    report(place, failure.error ?? unguarded(name, type, presences.get(name) === 'never'));
  };
  render(full);
  render(always);
  for (const one of maybe) {
    render(full.filter((name) => !implies(name, one)));
    render([...always, ...maybe.filter((name) => implies(one, name))]);
  }
  for (const literal of literalsIn(source)) {
    const compared = (name: string) => isFreeText(name, type);
    for (const name of full.filter(compared)) render(full, { [name]: literal });
    for (const one of maybe) {
      const without = full.filter((name) => !implies(name, one));
      for (const name of without.filter(compared)) render(without, { [name]: literal });
    }
  }
}

function unguarded(name: string, type: string, isNever: boolean) {
  return isNever
    ? {
        code: 'variable-never',
        message: `${type} never has "${name}", and the text would not be sent`,
        fix: `Put {% if ${name} %}...{% endif %} around it, or take the type out of "on"`,
      }
    : {
        code: 'variable-unguarded',
        message: `"${name}" can be missing on ${type}, and the text would not be sent`,
        fix: `Put {% if ${name} %}...{% endif %} around it, or ask for it in the conditions`,
      };
}

interface Failure {
  name: string;
  error?: { code: string; message: string; fix: string };
}

function renderError(text: CompiledText, values: object, locale: string): Failure | undefined {
  try {
    text.render(values, { locale, timeZone: 'Europe/Tallinn' });
    return undefined;
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    if (error.code === 'text-value-missing' && error.path !== undefined) return { name: error.path };
    const fix = 'See docs/rules/messages.md for filters and what they take';
    return { name: error.message, error: { code: error.code, message: error.message, fix } };
  }
}

function scopeOf(
  names: readonly string[],
  values: Readonly<Record<string, unknown>>,
  type: EventType,
  rule: RuleDocument,
): object {
  const scope: Record<string, unknown> = {};
  // The short ones first, so that what lies inside them is put into them.
  for (const name of [...names].sort((a, b) => a.length - b.length)) {
    const keys = name.split('.');
    const last = keys.pop() ?? name;
    let target = scope;
    for (const key of keys) {
      if (typeof target[key] !== 'object') target[key] = {};
      target = target[key] as Record<string, unknown>;
    }
    target[last] = values[name] ?? sampleOf(name, type, rule.parameters ?? {});
  }
  return scope;
}

/** What a text compares with: each may lead to a part that needs another value. */
function literalsIn(source: string): string[] {
  const tags = source.match(/\{%.*?%\}/gs) ?? [];
  const quoted = tags.flatMap((tag) => tag.match(/'[^']*'|"[^"]*"/g) ?? []).map((text) => text.slice(1, -1));
  return [...new Set(quoted)].slice(0, 20);
}

/** The most parts the text becomes with ordinary values, and its encoding. */
export function measureSample(text: CompiledText, { rule, locale }: Pick<TextScope, 'rule' | 'locale'>) {
  const names = text.variables().map((name) => name.replace(/\[\d+\].*$/, ''));
  let worst = measureText('');
  for (const type of rule.on) {
    try {
      const rendered = text.render(scopeOf(names, {}, type, rule), { locale, timeZone: 'Europe/Tallinn' });
      const measure = measureText(rendered);
      if (measure.parts > worst.parts) worst = measure;
    } catch (error) {
      if (!(error instanceof LedgerbellError)) throw error;
    }
  }
  return worst;
}

/** Values that a discreet text must not show. */
export function sensitiveIn(text: CompiledText, rule: RuleDocument): string[] {
  return text.variables().filter((name) => {
    const [root = '', ...rest] = name.split('.');
    const path = rest.join('.');
    if (root === 'account') return path === 'balance' || path === 'balanceAfter';
    if (!['transaction', 'login', 'customer', 'loan', 'schedule'].includes(root)) return false;
    return rule.on.some((type) => sensitivityOf(path, type) !== undefined);
  });
}
