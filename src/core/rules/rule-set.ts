/**
 * A rule set, compiled once when it becomes active and never changed afterwards: dispatch by event type, comparisons
 * shared between rules, the measures that the profile must keep, and the texts.
 */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Condition, Lane, MessagesDocument, RuleDocument, TextPolicy, Topic } from '../../contracts/rule.js';
import { canonicalJson } from '../event/canonical.js';
import { parseDuration } from '../event/duration.js';
import { seriesKey, seriesSpec } from '../facts/history.js';
import { type CompiledText, compileText } from '../message/render.js';
import type { SeriesSpec } from '../profile/series.js';
import { FLOW_PARAMETERS, type FlowSeries } from '../schedule/flows-of-money.js';
import { ConditionCompiler } from './compile.js';
import type { Node } from './node.js';
import { indexRules, type RuleIndex } from './rule-index.js';
import { Scratch } from './scratch.js';

/** One rule folder as read: nothing compiled yet. */
export interface RuleSource {
  rule: RuleDocument;
  messages: MessagesDocument;
}

/** All that a rule set is made of, as plain data: what is hashed, stored and activated. */
export interface RuleSetSource {
  rules: RuleSource[];
  topics: Record<string, Topic>;
  /** Conditions that rules refer to by name. */
  conditions: Record<string, Condition>;
  /** What texts may hold and cost, where the bank said so. */
  texts?: TextPolicy;
}

export interface CompiledRule {
  name: string;
  /** Hash of the rule, its texts and the shared conditions. */
  version: string;
  document: RuleDocument;
  topic: Topic;
  lane: Lane;
  node: Node;
  /** Looked at for every event of its types: an edge rule has to know when it is false. */
  always: boolean;
  rearm?: Node;
  cooldownMs?: number;
  expiresMs?: number;
  /** How long an answer to the alert counts, milliseconds; only rules that ask for one have it. */
  replyMs?: number;
  /** Quiet times this rule is told of, milliseconds; only rules on `schedule.inactive` have them. */
  stages?: readonly number[];
  /** What a balance digest tells of money in and out; only rules on `schedule.balance-digest` have them. */
  flows?: FlowSeries;
  texts: ReadonlyMap<string, { text: CompiledText; discreet?: CompiledText }>;
}

export interface RuleSet {
  id: string;
  source: RuleSetSource;
  rules: readonly CompiledRule[];
  byType: ReadonlyMap<string, RuleIndex<CompiledRule>>;
  series: readonly SeriesSpec[];
  /** Names the set of series: a profile folded with another one has to be brought up to date first. */
  seriesKey: string;
  /** Quiet times of all inactivity rules, milliseconds, ascending. */
  stages: readonly number[];
  /** Whether any rule reads the summary of the customer's own profile. */
  readsSummary: boolean;
  scratch: Scratch;
}

/** One thing that keeps a rule from running. */
export interface RuleProblem {
  rule: string;
  code: string;
  message: string;
}

export class RuleSetInvalid extends LedgerbellError {
  readonly problems: readonly RuleProblem[];
  constructor(problems: readonly RuleProblem[]) {
    super('rules-invalid', problems.map(({ rule, code, message }) => `${rule}: ${message} [${code}]`).join('\n'));
    this.problems = problems;
  }
}

/** Compiles all rules, or says everything that is wrong with them. @throws RuleSetInvalid */
export function compileRuleSet(source: RuleSetSource): RuleSet {
  const series = new Map<string, SeriesSpec>();
  const compiler = new ConditionCompiler(source.conditions, (params) => register(series, params));
  const problems: RuleProblem[] = [];
  const rules: CompiledRule[] = [];
  for (const one of source.rules) {
    if (one.rule.enabled === false) continue;
    try {
      if (rules.some(({ name }) => name === one.rule.name)) {
        throw new LedgerbellError('rule-duplicate', 'another rule has the same name');
      }
      rules.push(compileRule(one, source, compiler, (params) => register(series, params)));
    } catch (error) {
      if (!(error instanceof LedgerbellError)) throw error;
      problems.push({ rule: one.rule.name, code: error.code, message: error.message });
    }
  }
  if (problems.length > 0) throw new RuleSetInvalid(problems);
  const specs = settleSeries(series);
  return {
    id: hashOf(source),
    source,
    rules,
    byType: dispatch(rules),
    series: specs,
    seriesKey: hashOf(specs.map(({ id }) => id)),
    stages: [...new Set(rules.flatMap(({ stages }) => stages ?? []))].sort((a, b) => a - b),
    readsSummary: /"minutesSince|"\$\.minutesSince|"fact":"device"/.test(JSON.stringify(source)),
    scratch: new Scratch(compiler.leafCount),
  };
}

function compileRule(
  { rule, messages }: RuleSource,
  source: RuleSetSource,
  compiler: ConditionCompiler,
  seriesOf: (params: Readonly<Record<string, unknown>>) => SeriesSpec,
): CompiledRule {
  const scope = { parameters: rule.parameters ?? {}, topic: rule.topic };
  const topic = source.topics[rule.topic] ?? { consent: rule.lane === 'marketing' ? 'opt-in' : 'opt-out' };
  return {
    name: rule.name,
    version: hashOf({ rule, messages, conditions: source.conditions }),
    document: rule,
    topic,
    lane: rule.lane,
    node: compiler.compile(rule.conditions, scope),
    always: rule.fires === 'edge',
    ...(rule.rearm === undefined ? {} : { rearm: compiler.compile(rule.rearm, scope) }),
    ...(rule.cooldown === undefined ? {} : { cooldownMs: parseDuration(rule.cooldown.period) }),
    ...(rule.expires === undefined ? {} : { expiresMs: parseDuration(rule.expires) }),
    ...(rule.reply === undefined ? {} : { replyMs: parseDuration(rule.reply.window) }),
    ...(rule.schedule === undefined ? {} : { stages: rule.schedule.after.map(parseDuration).sort((a, b) => a - b) }),
    ...(rule.on.includes('schedule.balance-digest')
      ? { flows: { in: seriesOf(FLOW_PARAMETERS.in), out: seriesOf(FLOW_PARAMETERS.out) } }
      : {}),
    texts: compileTexts(rule, messages),
  };
}

function compileTexts(rule: RuleDocument, messages: MessagesDocument): CompiledRule['texts'] {
  const texts = new Map<string, { text: CompiledText; discreet?: CompiledText }>();
  const name = rule.event.params.message;
  for (const [locale, byName] of Object.entries(messages)) {
    const found = byName[name];
    if (found === undefined) continue;
    const discreet = found.discreet === undefined ? undefined : compileText(found.discreet);
    texts.set(locale, { text: compileText(found.text), ...(discreet === undefined ? {} : { discreet }) });
  }
  if (texts.size === 0 && rule.notify !== 'bank') {
    throw new LedgerbellError('message-unknown', `no locale of messages.json has a message named "${name}"`);
  }
  return texts;
}

function dispatch(rules: readonly CompiledRule[]): Map<string, RuleIndex<CompiledRule>> {
  const byType = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    for (const type of new Set(rule.document.on)) {
      const list = byType.get(type) ?? [];
      list.push(rule);
      byType.set(type, list);
    }
  }
  return new Map([...byType].map(([type, list]) => [type, indexRules(list, type)]));
}

/** One spec for all uses of the same series; it keeps the longest window any of them asks for. */
function register(series: Map<string, SeriesSpec>, params: Readonly<Record<string, unknown>>): SeriesSpec {
  const key = seriesKey(params);
  const asked = seriesSpec(params);
  const known = series.get(key);
  if (known === undefined) {
    series.set(key, asked);
    return asked;
  }
  if (asked.window !== undefined && asked.window > (known.window ?? 0)) known.window = asked.window;
  return known;
}

/** A longer window needs entries that a shorter one has dropped, so the window is part of the id. */
function settleSeries(series: Map<string, SeriesSpec>): SeriesSpec[] {
  for (const [key, spec] of series) spec.id = hashOf([key, spec.window ?? 'all']).slice(0, 8);
  return [...series.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function hashOf(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value)))).slice(0, 16);
}
