/** `step` and the stages around it over the sample data, in a process of its own. */
import type { LedgerEvent } from '../../src/contracts/event.js';
import { decodeProfile, encodeProfile } from '../../src/core/profile/codec.js';
import type { Profile } from '../../src/core/profile/profile.js';
import { compileRuleSet, type RuleSet } from '../../src/core/rules/rule-set.js';
import { readRuleSet } from '../../src/registry/rule-files.js';
import { contest } from '../harness/contest.js';
import { heapInUse } from '../harness/heap.js';
import { median } from '../harness/statistics.js';
import { contextOf, foldWith } from './fold.js';
import { inLap, lapMs, parse, type Sample, samples } from './sample-data.js';

export interface StepArgument {
  rounds: number;
  turnMs: number;
  /** Events folded before anything is measured, so that every account has a past. */
  past: number;
  /** Events folded while the heap is watched. */
  heapEvents: number;
}

export interface StepResults {
  name: string;
  accounts: number;
  /** Events a second on one core, by stage. */
  stages: [name: string, rate: number][];
  alertsAnEvent: number;
  /** Bytes of the encoded profiles. */
  profile: { mean: number; largest: number };
  heap: { events: number; early: number; late: number };
}

export async function run(options: StepArgument): Promise<StepResults[]> {
  const shipped = await rulesOf('rules');
  const results: StepResults[] = [];
  for (const sample of samples()) {
    checkAlerts(await rulesOf(sample.rules), sample);
    results.push(await measure(shipped, sample, options));
  }
  return results;
}

async function rulesOf(directory: string): Promise<RuleSet> {
  return compileRuleSet((await readRuleSet([directory])).source);
}

/** The alerts that were worked out independently of this project, exactly. */
function checkAlerts(ruleSet: RuleSet, { name, events, expected }: Sample): void {
  const profiles = new Map<string, Profile>();
  const alerts: Record<string, string[]> = Object.fromEntries(Object.keys(expected).map((rule) => [rule, []]));
  for (const event of events.map(parse)) {
    for (const { rule, outcome } of foldWith(ruleSet, profiles, event, contextOf(event)).decisions) {
      if (outcome === 'alert') alerts[rule]?.push(event.id);
    }
  }
  for (const [rule, ids] of Object.entries(expected)) {
    if (alerts[rule]?.join() !== ids.join()) throw new Error(`${name}: the alerts of ${rule} are not those expected`);
  }
}

async function measure(
  ruleSet: RuleSet,
  { name, events, ...sample }: Sample,
  options: StepArgument,
): Promise<StepResults> {
  void sample;
  const parsed = events.map(parse);
  const contexts = new Map(parsed.map((event) => [event.profile, contextOf(event)]));
  const length = lapMs(events);
  const profiles = new Map<string, Profile>();
  let alerts = 0;
  let next = 0;
  const foldNext = () => {
    const event = inLap(parsed[next % parsed.length] as LedgerEvent, Math.floor(next / parsed.length), length);
    next += 1;
    const result = foldWith(ruleSet, profiles, event, contexts.get(event.profile) as never);
    for (const { outcome } of result.decisions) if (outcome === 'alert') alerts += 1;
    return result;
  };
  while (next < options.past) foldNext();

  const encoded = [...profiles.values()].map(encodeProfile);
  const known = [...profiles.values()];
  const rates = await contest(
    [
      { name: 'parse and validate', run: (turn) => parse(events[turn % events.length] as never) },
      { name: 'step', run: foldNext },
      { name: 'decode a profile', run: (turn) => decodeProfile(encoded[turn % encoded.length] as string) },
      { name: 'encode a profile', run: (turn) => encodeProfile(known[turn % known.length] as Profile) },
    ],
    options,
  );
  const early = heapInUse();
  for (let at = 0; at < options.heapEvents; at++) foldNext();
  const late = heapInUse();
  const sizes = [...profiles.values()].map((profile) => Buffer.byteLength(encodeProfile(profile)));
  return {
    name,
    accounts: profiles.size,
    stages: [...rates].map(([stage, of]) => [stage, median(of)]),
    alertsAnEvent: alerts / next,
    profile: { mean: sizes.reduce((sum, one) => sum + one, 0) / sizes.length, largest: Math.max(...sizes) },
    heap: { events: options.heapEvents, early, late },
  };
}
