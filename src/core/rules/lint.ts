/** Everything that can be said of a rule set without running it, in the order an analyst would ask: shape, conditions, numbers, texts, cases. */

import { EXTERNAL_EVENT_TYPES } from '../../contracts/event.js';
import type { Condition, RuleDocument, TextPolicy, Topic } from '../../contracts/rule.js';
import { currencyExponent } from '../event/money.js';
import type { Senders } from '../replies/one-way.js';
import { parametersUsed, refersTo, type SharedConditions, treesOf } from './condition-walk.js';
import { type ComparisonScope, lintComparison } from './lint-comparison.js';
import { lintConditions } from './lint-conditions.js';
import { lintMessages } from './lint-messages.js';
import { lintParameters, lintShownTexts } from './lint-parameters.js';
import { lintExceptions, mergedPromotional, type RuleTexts } from './lint-promotional.js';
import { lintReply, lintReplyTexts } from './lint-reply.js';
import { type Report, reporter } from './lint-report.js';
import { lintSchema } from './lint-schema.js';
import { lintTiming } from './lint-timing.js';
import { lintTopicOf, lintTopics } from './lint-topics.js';
import { canHold, knownWhenHolding } from './reach.js';
import { isObject, readMessages } from './read-messages.js';
import { casesOf } from './rule-case.js';
import type { Place, Problem, RuleFile, RuleFileKind } from './rule-file.js';

const PARAMETER = 'parameter.';

interface Whole {
  files: readonly RuleFile[];
  /** Files that are not what their schema says. */
  broken: ReadonlySet<string>;
  rules: readonly RuleDocument[];
  topics: Readonly<Record<string, Topic>>;
  conditions: SharedConditions;
  texts: readonly TextPolicy[];
  /** The most decimals of the currencies that the rule set names; absent where it names none. */
  decimals?: number;
  senders?: Senders;
  problems: Problem[];
}

/** What lies outside the rule files and still decides whether they are right. */
export interface LintOptions {
  /** Who messages come from; what depends on it is left out where absent. */
  senders?: Senders;
}

/** Problems of the files, those of reading them aside; the same fault is not reported twice. */
export function lintRuleSet(files: readonly RuleFile[], options: LintOptions = {}): Problem[] {
  const readable = files.filter(({ value }) => value !== undefined);
  const problems = readable.flatMap(lintSchema);
  const broken = new Set(problems.map(({ file }) => file));
  const sound = readable.filter(({ file, value }) => !broken.has(file) && isObject(value));
  const rules = sound.filter(({ kind }) => kind === 'rule');
  const whole: Whole = {
    files: readable,
    broken,
    rules: rules.map(({ value }) => value as RuleDocument),
    topics: mergedOf(sound, 'topics') as Record<string, Topic>,
    conditions: mergedOf(sound, 'conditions') as Record<string, Condition>,
    texts: sound.filter(({ kind }) => kind === 'texts').map(({ value }) => value as TextPolicy),
    decimals: decimalsIn(rules),
    senders: options.senders,
    problems,
  };
  // Shared conditions first: rules that use a faulty one are not looked at as closely.
  for (const file of sound) lintShared(file, whole);
  for (const file of rules) lintRule(file, whole);
  return problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function mergedOf(files: readonly RuleFile[], kind: RuleFileKind): Record<string, unknown> {
  const merged = Object.assign({}, ...files.filter((file) => file.kind === kind).map(({ value }) => value));
  delete merged.$schema;
  return merged;
}

function decimalsIn(rules: readonly RuleFile[]): number | undefined {
  const text = rules.map((file) => file.text).join('\n');
  const named = [...text.matchAll(/"([A-Z]{3})"\s*:/g)].map((match) => currencyExponent(match[1] ?? ''));
  const known = named.filter((decimals) => decimals !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function lintShared(file: RuleFile, whole: Whole): void {
  const report = reporter(whole.problems, file);
  if (file.kind === 'topics') lintTopics(file.value as Record<string, Topic>, whole.rules, skipping$schema(report));
  if (file.kind === 'texts') lintExceptions(file.value as TextPolicy, policyOf(whole), textsOf(whole), report);
  if (file.kind !== 'conditions') return;
  for (const [name, condition] of Object.entries(file.value as SharedConditions)) {
    if (name === '$schema') continue;
    // Which events and parameters there will be is only known where a rule uses it.
    lintTree(condition, [name], { types: EXTERNAL_EVENT_TYPES, decimals: whole.decimals }, whole, report);
    if (refersTo(condition, name, whole.conditions)) {
      const message = `"${name}" refers to itself`;
      report([name], { code: 'condition-circular', message, fix: 'Take the reference to itself out' });
    }
    if (!whole.rules.some((rule) => treesOf(rule).some((tree) => refersTo(tree, name, whole.conditions)))) {
      const message = `no rule uses "${name}"`;
      report([name], { code: 'condition-unused', severity: 'warning', message, fix: 'Remove it, or use it' });
    }
  }
}

function skipping$schema(report: Report): Report {
  return (place, finding) => (place[0] === '$schema' ? undefined : report(place, finding));
}

function lintTree(condition: unknown, place: Place, scope: ComparisonScope, whole: Whole, report: Report): void {
  lintConditions(condition, place, {
    report,
    shared: Object.keys(whole.conditions),
    leaf: (leaf, at) => lintComparison(leaf, at, scope, report),
  });
}

function lintRule(file: RuleFile, whole: Whole): void {
  const rule = file.value as RuleDocument;
  const before = whole.problems.length;
  const report = reporter(whole.problems, file);
  const scope = { types: rule.on, parameters: rule.parameters ?? {}, decimals: whole.decimals };
  lintTree(rule.conditions, ['conditions'], scope, whole, report);
  if (rule.rearm !== undefined) lintTree(rule.rearm, ['rearm'], scope, whole, report);
  const treesAreSound = !hasErrors(whole.problems.slice(before)) && !usesFaulty(rule, whole);
  lintTiming(rule, report);
  lintReply(rule, whole.senders, report);
  lintTopicOf(rule, whole.topics, report);
  if (treesAreSound) {
    lintReach(rule, whole.conditions, report);
    lintBorrowedParameters(rule, whole.conditions, report);
    const named = lintTexts(file, rule, whole);
    const shown = [...named].filter((name) => name.startsWith(PARAMETER)).map((name) => name.slice(PARAMETER.length));
    lintParameters(rule.parameters, new Set([...parametersUsed(rule, whole.conditions), ...shown]), report);
    lintShownTexts(rule, new Set(shown), policyOf(whole), report);
  }
  lintCases(file, rule, whole);
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/** Whether it uses shared conditions of which some are faulty, which is reported where they are. */
function usesFaulty(rule: RuleDocument, { files, problems, conditions }: Whole): boolean {
  const shared = new Set(files.filter(({ kind }) => kind === 'conditions').map(({ file }) => file));
  const areSound = !hasErrors(problems.filter(({ file }) => shared.has(file)));
  if (areSound) return false;
  return Object.keys(conditions).some((name) => treesOf(rule).some((tree) => refersTo(tree, name, conditions)));
}

/** On which of its event types the rule can never hold. */
function lintReach(rule: RuleDocument, conditions: SharedConditions, report: Report): void {
  rule.on.forEach((type, index) => {
    if (canHold(rule.conditions, type, conditions)) return;
    report(['on', index], {
      code: 'never-holds',
      message: `the conditions can never hold on ${type}: they need a fact that it does not have`,
      fix: `Take "${type}" out of "on", or ask for something that it has`,
    });
  });
}

/** Parameters that shared conditions ask for have to be the rule's own. */
function lintBorrowedParameters(rule: RuleDocument, conditions: SharedConditions, report: Report): void {
  for (const name of parametersUsed(rule, conditions)) {
    if (rule.parameters !== undefined && Object.hasOwn(rule.parameters, name)) continue;
    const message = `a shared condition asks for the parameter "${name}", which the rule does not have`;
    report(['conditions'], { code: 'parameter-unknown', message, fix: 'Declare it under "parameters"' });
  }
}

/** Returns every value that the texts name. */
function lintTexts(file: RuleFile, rule: RuleDocument, whole: Whole): ReadonlySet<string> {
  if (rule.notify === 'bank') return new Set();
  const messages = beside(file, 'messages', whole);
  if (messages === undefined) {
    const message = `the folder has no messages.json for "${rule.event.params.message}"`;
    reporter(whole.problems, file)(['event'], {
      code: 'file-missing',
      message,
      fix: 'Add it, with English texts at least',
    });
    return new Set();
  }
  lintReplyTexts(messages.value, rule, reporter(whole.problems, messages));
  const known = knownWhenHolding(rule.conditions, whole.conditions);
  return lintMessages(messages.value, { rule, known, policy: policyOf(whole) }, reporter(whole.problems, messages));
}

function policyOf({ texts }: Whole): TextPolicy {
  return {
    links: texts.flatMap(({ links }) => links ?? []),
    phones: texts.flatMap(({ phones }) => phones ?? []),
    promotional: mergedPromotional(texts),
  };
}

/** What each rule says, by its name; nothing of one that is not what its schema says. */
function textsOf(whole: Whole): Map<string, RuleTexts | undefined> {
  const rules = whole.files.filter(({ kind }) => kind === 'rule');
  return new Map(
    rules.map((file) => {
      if (whole.broken.has(file.file) || !isObject(file.value)) return [file.folder, undefined];
      const rule = file.value as unknown as RuleDocument;
      const messages = readMessages(beside(file, 'messages', whole)?.value, rule.event.params.message);
      const texts = Object.entries(messages).flatMap(([locale, named]) =>
        Object.values(named).flatMap(({ text, discreet }) =>
          [text, discreet ?? ''].map((source) => ({ source, locale })),
        ),
      );
      return [rule.name, { lane: rule.lane, texts }];
    }),
  );
}

function lintCases(file: RuleFile, rule: RuleDocument, whole: Whole): void {
  const cases = beside(file, 'cases', whole);
  if (cases === undefined) {
    const message = 'the folder has no cases.json';
    const fix = 'Add a case that fires and one that stays silent';
    reporter(whole.problems, file)([], { code: 'cases-missing', severity: 'warning', message, fix });
    return;
  }
  if (whole.broken.has(cases.file)) return;
  const report = reporter(whole.problems, cases);
  const names = new Set(whole.rules.map(({ name }) => name));
  const all = casesOf(cases.value);
  all.forEach((one, index) => {
    (one.with ?? []).forEach((name, position) => {
      if (names.has(name)) return;
      const message = `there is no rule "${name}"`;
      report(['cases', index, 'with', position], {
        code: 'rule-unknown',
        message,
        fix: 'Name another rule of this set',
      });
    });
  });
  const fires = all.some(({ then }) => then.sms !== undefined || then.bank === true);
  const silent = all.some(({ then }) => then.sms === undefined && then.bank === undefined);
  if (fires && silent) return;
  const message = `"${rule.name}" has no case that ${fires ? 'stays silent' : 'fires'}`;
  report([], { code: 'cases-missing', severity: 'warning', message, fix: 'A rule is not done without both' });
}

function beside(file: RuleFile, kind: RuleFileKind, { files }: Whole): RuleFile | undefined {
  const folder = file.file.slice(0, file.file.length - 'rule.json'.length);
  return files.find((other) => other.kind === kind && other.file === `${folder}${kind}.json`);
}
