import { expect } from 'chai';
import fc from 'fast-check';
import { Almanac, Engine, Fact, Rule, type TopLevelCondition } from 'json-rules-engine';
import { viewLifecycle } from '../../../src/core/profile/lifecycle.js';
import { emptyProfile } from '../../../src/core/profile/profile.js';
import type { Frame } from '../../../src/core/rules/frame.js';
import { doubtOf, evaluateNode, type Test } from '../../../src/core/rules/node.js';
import { addCustomOperators } from '../../../src/core/rules/operators.js';
import { parsePath, readPath } from '../../../src/core/rules/path.js';
import type { CompiledRule, RuleSet } from '../../../src/core/rules/rule-set.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../../../src/core/rules/truth.js';
import { frameOf } from '../../../src/core/step.js';
import { context, event, holder, rule, ruleSet } from '../rule-world.js';
import {
  DECIMALS,
  depthOf,
  type Facts,
  facts,
  leavesOf,
  PARAMETERS,
  REFERENCES,
  shared,
  type Tree,
  toCondition,
  trees,
} from './referee-rules.js';

/** Set it to look further than the usual run: rule and fact pairs. */
const PAIRS = Number(process.env.REFEREE_PAIRS ?? 100_000);
const SEED = Number(process.env.REFEREE_SEED ?? 20_261_122);
const RULES = 20;
const FACTS = 25;

const OPTIONS = {
  allowUndefinedFacts: true,
  pathResolver: (value: object, path: string) => readPath(value, parsePath(path)),
};

class Tally {
  pairs = 0;
  outcomes = { true: 0, false: 0, unknown: 0, threw: 0 };
  /** Why ours was unknown: `fact-missing`, or the code of an error. */
  doubts = new Map<string, number>();
  /** Of rules with one comparison only: operator with decorators, or a decorator, to how often each answer came. */
  operators = new Map<string, [no: number, yes: number, unknown: number]>();
  depths = new Map<number, number>();
  references = 0;

  note(tree: Tree, ours: number): void {
    this.pairs += 1;
    this.outcomes[ours === TRUE ? 'true' : ours === FALSE ? 'false' : 'unknown'] += 1;
    const depth = depthOf(tree);
    this.depths.set(depth, (this.depths.get(depth) ?? 0) + 1);
    if (JSON.stringify(tree).includes('"reference"')) this.references += 1;
    const [only, ...others] = leavesOf(tree);
    if (only === undefined || others.length > 0 || depth > 0) return;
    const parts = only.ours.operator.split(':');
    for (const name of only.lowered === undefined ? new Set(parts) : [`money ${parts.at(-1)}`]) {
      const row = this.operators.get(name) ?? [0, 0, 0];
      row[ours as 0 | 1 | 2] += 1;
      this.operators.set(name, row);
    }
  }

  noteDoubt(code: string): void {
    this.doubts.set(code, (this.doubts.get(code) ?? 0) + 1);
  }

  print(): string {
    const share = (count: number) => `${((100 * count) / this.pairs).toFixed(1)} %`;
    const { outcomes } = this;
    const lines = [
      `${this.pairs} pairs: true ${share(outcomes.true)}, false ${share(outcomes.false)}, unknown ${share(outcomes.unknown)} (not compared), the library threw on ${outcomes.threw}`,
      `unknown for ${[...this.doubts].map(([code, count]) => `${code} ${count}`).join(', ')}`,
      `nesting ${[...this.depths]
        .sort(([a], [b]) => a - b)
        .map(([depth, count]) => `${depth}: ${count}`)
        .join(', ')}; with references ${this.references}`,
      ...[...this.operators]
        .sort()
        .map(([name, [no, yes, unknown]]) => `${name.padEnd(26)} true ${yes}, false ${no}, unknown ${unknown}`),
    ];
    return lines.map((line) => `      ${line}\n`).join('');
  }
}

describe('the referee: json-rules-engine 7.3.1', () => {
  it('semantics line twelve: gives the same answer as we do, wherever both define one', async () => {
    const tally = new Tally();
    const property = fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 2, arbitrary: trees.filter(({ kind }) => kind === 'leaf') },
          { weight: 5, arbitrary: trees },
        ),
        { minLength: RULES, maxLength: RULES },
      ),
      fc.tuple(...REFERENCES.map(() => shared)),
      fc.array(facts, { minLength: FACTS, maxLength: FACTS }),
      (rules, references, cases) => compareAll(rules, references, cases, tally),
    );
    await fc.assert(property, { numRuns: Math.ceil(PAIRS / (RULES * FACTS)), seed: SEED, endOnFailure: true });
    process.stdout.write(tally.print());
    expectNoneStarved(tally);
  });
});

async function compareAll(rules: Tree[], references: Tree[], cases: Facts[], tally: Tally): Promise<void> {
  const conditions = Object.fromEntries(REFERENCES.map((name, index) => [name, references[index] as Tree]));
  const set = ruleSet(
    rules.map((tree, index) =>
      rule(`r-${index}`, { parameters: PARAMETERS, topic: 't', conditions: toCondition(tree, 'ours') }),
    ),
    {
      conditions: Object.fromEntries(
        Object.entries(conditions).map(([name, tree]) => [name, toCondition(tree, 'ours')]),
      ),
    },
  );
  const engine = new Engine([], OPTIONS);
  addCustomOperators(engine);
  for (const [name, tree] of Object.entries(conditions))
    engine.setCondition(name, toCondition(tree, 'theirs') as TopLevelCondition);
  const judged = rules.map((tree) => theirRule(tree, engine));
  const lowered = [...rules, ...references].flatMap(leavesOf).flatMap((leaf) => leaf.lowered ?? []);
  for (const one of cases) {
    const frame = frameFor(set, one);
    const almanac = almanacFor(one, frame, lowered);
    const indexed = answersOfIndex(set, frame);
    set.scratch.nextEvent();
    for (const [index, compiled] of set.rules.entries()) {
      const tree = rules[index] as Tree;
      const mine = evaluateNode(compiled.node, frame, set.scratch);
      tally.note(tree, mine);
      const byIndex = indexed.get(compiled) ?? FALSE;
      if (byIndex !== mine) {
        throw new Error(`${JSON.stringify({ rule: toCondition(tree, 'ours'), facts: one, ours: mine, byIndex })}`);
      }
      if (mine === UNKNOWN) tally.noteDoubt(doubtOf(compiled.node, frame, set.scratch)?.code ?? '');
      const theirs = await judge(judged[index] as Rule, almanac);
      if (theirs === undefined) tally.outcomes.threw += 1;
      else if (mine !== UNKNOWN && theirs !== (mine === TRUE)) {
        throw new Error(
          `${JSON.stringify({ rule: toCondition(tree, 'ours'), facts: one, ours: mine === TRUE, theirs })}`,
        );
      }
    }
  }
}

/** What all rules together say, which rule by rule must be what each says alone. */
function answersOfIndex({ byType, scratch }: RuleSet, frame: Frame): Map<CompiledRule, Truth> {
  scratch.nextEvent();
  const answers = new Map<CompiledRule, Truth>();
  const index = byType.get(frame.event.type);
  if (index === undefined) return answers;
  const { count, rules, tests } = index.select(frame);
  for (let at = 0; at < count; at++) answers.set(rules[at] as CompiledRule, (tests[at] as Test)(frame, scratch));
  return answers;
}

/** The library wants all, any, not or a reference at the top; `all` of one thing is that thing. */
function theirRule(tree: Tree, engine: Engine): Rule {
  const made = new Rule({
    conditions: { all: [structuredClone(toCondition(tree, 'theirs'))] } as unknown as TopLevelCondition,
    event: { type: 'x' },
  });
  (made as unknown as { setEngine(engine: Engine): void }).setEngine(engine);
  return made;
}

/** Undefined where the library throws: then there is nothing to compare with. */
async function judge(rule: Rule, almanac: Almanac): Promise<boolean | undefined> {
  try {
    const { result } = await (rule as unknown as { evaluate(almanac: Almanac): Promise<{ result: boolean }> }).evaluate(
      almanac,
    );
    return result;
  } catch {
    return undefined;
  }
}

function frameFor(set: RuleSet, { currency, amount, balance, own, level }: Facts): Frame {
  const parsed = event({
    data: {
      ...own,
      currency,
      amount: decimal(amount, currency),
      ...(balance === undefined ? {} : { balanceAfter: decimal(balance, currency) }),
    },
  });
  const profile = emptyProfile('account:704');
  const preferences = level === undefined ? {} : { topics: { t: { parameters: { level } } } };
  const frame = frameOf(profile, parsed, context(), parsed.time, viewLifecycle(profile, parsed, set.series));
  frame.recipient = holder('2', { preferences });
  return frame;
}

function almanacFor(
  one: Facts,
  frame: Frame,
  lowered: readonly { fact: string; read(facts: Facts): unknown }[],
): Almanac {
  const almanac = new Almanac(OPTIONS);
  almanac.addFact('transaction', frame.event.data);
  almanac.addFact(
    new Fact('parameter', (params: Record<string, unknown>) =>
      params.name === 'words' ? ['a', 'b', ''] : (one.level ?? 2),
    ),
  );
  for (const { fact, read } of lowered) {
    const sign = read(one);
    if (sign !== undefined) almanac.addFact(fact, sign);
  }
  return almanac;
}

function decimal(minor: number, currency: Facts['currency']): string {
  const decimals = DECIMALS[currency];
  const digits = String(Math.abs(minor)).padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return minor < 0 ? `-${text}` : text;
}

function expectNoneStarved(tally: Tally): void {
  const { pairs, outcomes, operators, depths, references } = tally;
  expect(pairs).to.be.at.least(Math.min(PAIRS, 20_000));
  for (const share of [outcomes.true, outcomes.false, outcomes.unknown]) expect(share / pairs).to.be.above(0.1);
  expect(outcomes.unknown / pairs).to.be.below(0.6);
  for (const depth of [0, 1, 2, 3]) expect(depths.get(depth) ?? 0, `nesting ${depth}`).to.be.above(pairs / 200);
  expect(references).to.be.above(pairs / 100);
  const plain = ['equal', 'notEqual', 'lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
  const others = ['in', 'notIn', 'contains', 'doesNotContain', 'present', 'matches'];
  const decorators = ['not', 'swap', 'someFact', 'everyFact', 'someValue', 'everyValue'];
  for (const name of [...plain, ...others, ...decorators, ...plain.map((operator) => `money ${operator}`)]) {
    const [no, yes] = operators.get(name) ?? [0, 0];
    expect(Math.min(no, yes), `${name}: true ${yes}, false ${no}`).to.be.above(pairs / 5000);
  }
}
