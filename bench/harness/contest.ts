/**
 * Contestants take turns, round after round, so that whatever else the machine does falls on all of them; what is told is
 * the median of the rounds.
 */
export interface Contestant {
  name: string;
  /** One unit of work; `turn` counts up. Whatever it returns keeps the work from being optimised away. */
  run(turn: number): unknown;
  /** `run` returns promises. */
  asynchronous?: boolean;
}

export interface ContestOptions {
  rounds: number;
  /** How long each turn of each contestant lasts, milliseconds; one that needs longer for a unit does one unit. */
  turnMs: number;
}

/** Rates of each contestant by round, units a second. */
export type Rates = Map<string, number[]>;

let sink: unknown;

export async function contest(contestants: readonly Contestant[], options: ContestOptions): Promise<Rates> {
  const rates: Rates = new Map(contestants.map(({ name }) => [name, []]));
  const turns = new Map<string, number>();
  for (const one of contestants) await runFor(one, options.turnMs, turns);
  for (let round = 0; round < options.rounds; round++) {
    for (const one of contestants) rates.get(one.name)?.push(await runFor(one, options.turnMs, turns));
  }
  return rates;
}

async function runFor(contestant: Contestant, milliseconds: number, turns: Map<string, number>): Promise<number> {
  let turn = turns.get(contestant.name) ?? 0;
  const first = turn;
  // Looking at the clock costs as much as the fastest contestants do: several units between looks.
  let stride = 1;
  const began = performance.now();
  let elapsed = 0;
  while (elapsed < milliseconds) {
    const end = turn + stride;
    if (contestant.asynchronous) for (; turn < end; turn++) sink = await contestant.run(turn);
    else for (; turn < end; turn++) sink = contestant.run(turn);
    elapsed = performance.now() - began;
    if (elapsed < milliseconds / 100) stride *= 2;
  }
  turns.set(contestant.name, turn);
  return ((turn - first) * 1000) / elapsed;
}

export function lastResult(): unknown {
  return sink;
}
