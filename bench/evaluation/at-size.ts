/** One size of the evaluation contest, in a process of its own: the same answers are checked first, then time is taken. */
import { contest } from '../harness/contest.js';
import { median, medianRatio } from '../harness/statistics.js';
import { drawEvents } from '../world/banking.js';
import { drawDisjointRules, drawRules, type Rule } from '../world/rules.js';
import type { Evaluator, World } from './contestants.js';
import { generatedCode } from './generated.js';
import { jsonLogic } from './json-logic.js';
import { asItsReadmeShows, atItsBest } from './json-rules-engine.js';
import { ledgerbell } from './ledgerbell.js';
import { findZen } from './zen.js';

export interface AtSize {
  kind: 'usual' | 'parameters' | 'disjoint';
  rules: number;
  rounds: number;
  turnMs: number;
}

export interface SizeResult {
  rules: number;
  /** Share of pairs of rule and event that match. */
  share: number;
  /** Events whose answers were compared before any time was taken. */
  checked: number;
  contestants: { name: string; rate: number; ratio: number }[];
}

const EVENTS = 2_000;
const ACCOUNTS = 500;
/** Checking stops here: the slowest takes more than a second an event at 10,000 rules. */
const CHECK_MS = 4_000;

export async function run({ kind, rules: count, rounds, turnMs }: AtSize): Promise<SizeResult> {
  const rules: Rule[] = kind === 'disjoint' ? drawDisjointRules(count) : drawRules(7, count);
  const world: World = { rules, events: drawEvents(11, EVENTS, ACCOUNTS), parameters: kind === 'parameters' };
  const makers = kind === 'usual' ? await everyone() : [ledgerbell, atItsBest];
  const evaluators = makers.map((make) => make(world));
  const [ours] = evaluators;
  const { matches, checked } = await checkAnswers(evaluators);
  const rates = await contest(
    evaluators.map(({ name, asynchronous, match }) => ({
      name,
      asynchronous,
      run: (turn: number) => match(turn % EVENTS),
    })),
    { rounds, turnMs },
  );
  const own = rates.get(ours?.name ?? '') ?? [];
  return {
    rules: count,
    share: matches / (EVENTS * count),
    checked,
    contestants: [...rates].map(([name, of]) => ({ name, rate: median(of), ratio: medianRatio(own, of) })),
  };
}

async function everyone(): Promise<((world: World) => Evaluator)[]> {
  const zen = await findZen();
  if (zen === undefined) console.log('GoRules ZEN has no prebuilt engine for this platform and is left out.');
  return [ledgerbell, generatedCode, jsonLogic, ...(zen === undefined ? [] : [zen]), atItsBest, asItsReadmeShows];
}

/** Ours on all events; the others on as many as time allows, the same ones. */
async function checkAnswers(evaluators: readonly Evaluator[]): Promise<{ matches: number; checked: number }> {
  const [ours, ...others] = evaluators as [Evaluator, ...Evaluator[]];
  const answers: string[] = [];
  let matches = 0;
  for (let event = 0; event < EVENTS; event++) {
    const found = await ours.match(event);
    matches += found.length;
    answers.push(found.sort().join());
  }
  let checked = EVENTS;
  for (const other of others) checked = Math.min(checked, await checkOne(other, answers));
  return { matches, checked };
}

async function checkOne({ name, match }: Evaluator, answers: readonly string[]): Promise<number> {
  const began = performance.now();
  for (const [event, answer] of answers.entries()) {
    const theirs = (await match(event)).sort().join();
    if (theirs !== answer) throw new Error(`${name} differs on event ${event}:\n${theirs}\n${answer}`);
    if (performance.now() - began > CHECK_MS) return event + 1;
  }
  return answers.length;
}
