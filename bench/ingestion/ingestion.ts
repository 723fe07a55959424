/** From a signed webhook to a durable commit, on both databases, beside what limits it. */
import { cpus } from 'node:os';
import { type Kind, kinds } from '../harness/databases.js';
import { bySize, type Size } from '../harness/settings.js';
import { median, medianRatio } from '../harness/statistics.js';
import { amount, percent, printTable, times } from '../harness/table.js';
import { startWorker, type Worker } from '../harness/worker.js';
import { checkAlerts } from './check.js';
import { type Entrant, startBare, startHandwritten, startProduct, startRaw, stopAll } from './entrants.js';
import { CONNECTIONS, type Mode } from './requests.js';
import { type Turn, turn } from './rounds.js';
import { STAGE_NAMES, type Stages } from './stages.js';

const RULES = [0, 1, 20, 100];

interface Plan {
  rounds: number;
  milliseconds: number;
  latencyMs: number;
  /** Events that pass while memory is watched. */
  memoryEvents: number;
}

export async function ingestion({ size }: { size: Size }): Promise<void> {
  const plan: Plan = {
    rounds: bySize(size, { quick: 1, usual: 5, full: 7 }),
    milliseconds: bySize(size, { quick: 500, usual: 1_000, full: 3_000 }),
    latencyMs: bySize(size, { quick: 500, usual: 2_500, full: 10_000 }),
    memoryEvents: bySize(size, { quick: 5_000, usual: 60_000, full: 1_000_000 }),
  };
  const generator = await startWorker(new URL('./load-worker.js', import.meta.url), null);
  for (const kind of kinds()) await onDatabase(kind, plan, generator);
  await generator.stop();
}

async function onDatabase(kind: Kind, plan: Plan, generator: Worker): Promise<void> {
  const products: Entrant[] = [];
  for (const rules of RULES) products.push(await startProduct(kind, rules));
  const most = products.at(-1) as Entrant;
  const handwritten = await startHandwritten(kind, most.rules);
  const checked = await checkAlerts([...products.filter(({ rules }) => rules > 0), handwritten]);
  const warm: Entrant[] = [...products, handwritten, await startBare()];
  const modes: Mode[] = ['batch', 'single'];
  for (const entrant of warm)
    for (const mode of modes) await turn(entrant, generator, { kind, mode, milliseconds: 500 });
  const raw = await startRaw(kind, most);
  const entrants = [...warm, raw];
  await turn(raw, generator, { kind, mode: 'batch', milliseconds: 500 });
  try {
    for (const mode of modes) {
      const turns = await contest(entrants, generator, kind, mode, plan);
      printRates(kind, mode, turns, { entrants, raw, handwritten, checked });
      await printStages(kind, mode, products[2] as Entrant, generator, plan);
      await printLatency(kind, mode, turns, products[2] as Entrant, generator, plan);
    }
    await printMemory(kind, most, generator, plan);
  } finally {
    await stopAll(entrants);
  }
}

type Turns = Map<Entrant, Turn[]>;

async function contest(
  entrants: readonly Entrant[],
  generator: Worker,
  kind: Kind,
  mode: Mode,
  plan: Plan,
): Promise<Turns> {
  const turns: Turns = new Map(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < plan.rounds; round++) {
    for (const entrant of entrants) {
      turns.get(entrant)?.push(await turn(entrant, generator, { kind, mode, milliseconds: plan.milliseconds }));
    }
  }
  return turns;
}

interface Field {
  entrants: readonly Entrant[];
  raw: Entrant;
  handwritten: Entrant;
  checked: number;
}

function printRates(kind: Kind, mode: Mode, turns: Turns, { entrants, raw, handwritten, checked }: Field): void {
  const rates = (entrant: Entrant) => (turns.get(entrant) ?? []).map(({ rate }) => rate);
  const cpu = (entrant: Entrant, of: keyof Turn['cpu']) => median((turns.get(entrant) ?? []).map((one) => one.cpu[of]));
  const rawRate = median(rates(raw));
  const rows = entrants.map((entrant) => {
    const { role, name } = entrant;
    const own = role === 'product';
    const [service, database, generator] = [
      cpu(entrant, 'service'),
      cpu(entrant, 'database'),
      cpu(entrant, 'generator'),
    ];
    return [
      name,
      amount(median(rates(entrant))),
      own ? medianRatio(rates(entrant), rates(raw)).toFixed(2) : '',
      own ? (boundOf(cpu(entrant, 'mainThread'), service + database + generator) / rawRate).toFixed(2) : '',
      own ? times(medianRatio(rates(entrant), rates(handwritten))) : '',
      ...[service, database, generator].map((milliseconds) => (milliseconds * 1000).toFixed(1)),
    ];
  });
  printTable({
    title: `Durable ingestion on ${kind}, ${mode === 'single' ? 'single events' : 'batches of 100'}, ${CONNECTIONS[mode]} connections`,
    notes: [
      `R is the product's events/s over those of (a), the median of the rounds; the bound is the R that the run's own CPU would allow if nothing ever waited: ${cpus().length} cores for all, one for the service's JavaScript. Same alerts checked first on ${checked} events, one event in ten makes one.`,
    ],
    columns: ['', 'events/s', 'R', 'bound', 'over (c)', 'CPU µs/event: service', 'database', 'generator'],
    rows,
  });
  printRuleCost(turns, entrants);
}

/** Events a second: JavaScript runs on one thread, and everything together has the machine's cores. CPU milliseconds an event. */
function boundOf(mainThread: number, everything: number): number {
  return Math.min(1000 / mainThread, (1000 * cpus().length) / everything);
}

function printRuleCost(turns: Turns, entrants: readonly Entrant[]): void {
  const of = (rules: number) => entrants.find(({ role, rules: own }) => role === 'product' && own === rules) as Entrant;
  const rates = (rules: number) => (turns.get(of(rules)) ?? []).map(({ rate }) => rate);
  const cost = (from: number, to: number) => `${(100 * (medianRatio(rates(from), rates(to)) - 1)).toFixed(1)} %`;
  console.log(
    `\n100 rules cost ${cost(1, 100)} over the one that alerts, and ${cost(0, 100)} over none (which alerts nobody).`,
  );
}

/** What holds the figure: `bench/ingestion/stages.ts` says how it is taken. */
async function printStages(
  kind: Kind,
  mode: Mode,
  product: Entrant,
  generator: Worker,
  { milliseconds }: Plan,
): Promise<void> {
  await product.worker.ask('startSampling');
  const sampled = await turn(product, generator, { kind, mode, milliseconds });
  const spent = await product.worker.ask<Stages>('stopSampling');
  const all = Object.values(spent).reduce((sum, time) => sum + time, 0);
  const thread = 1000 * sampled.cpu.mainThread;
  printTable({
    title: `What the service's thread does on ${kind}, ${mode === 'single' ? 'single events' : 'batches of 100'}, ${product.rules} rules`,
    notes: [
      `Sampled in a round of its own, in which the thread used ${thread.toFixed(0)} µs of CPU an event: those by each stage's share of the time. On SQLite the database client is the database itself, and the time it waits for a flush is taken for work.`,
    ],
    columns: ['', 'share', 'µs/event'],
    rows: STAGE_NAMES.map((name) => {
      const share = (spent[name] ?? 0) / all;
      return [name, percent(share), (share * thread).toFixed(1)];
    }),
  });
}

async function printLatency(
  kind: Kind,
  mode: Mode,
  turns: Turns,
  product: Entrant,
  generator: Worker,
  { latencyMs }: Plan,
): Promise<void> {
  const full = turns.get(product) ?? [];
  const half = median(full.map(({ rate }) => rate)) / 2;
  const atHalf = await turn(product, generator, { kind, mode, milliseconds: latencyMs, rate: half });
  const row = (name: string, read: (at: keyof NonNullable<Turn['latency']>) => number) => [
    name,
    ...(['p50', 'p99', 'p999'] as const).map((at) => read(at).toFixed(1)),
  ];
  printTable({
    title: `Latency on ${kind}, ${mode === 'single' ? 'single events' : 'batches of 100'}, ${product.rules} rules: milliseconds to the durable answer`,
    notes: [
      `Half load is ${amount(half)} events/s, sent when due; full load is as fast as ${CONNECTIONS[mode]} connections can.`,
    ],
    columns: ['', 'p50', 'p99', 'p99.9'],
    rows: [
      row('half load', (at) => atHalf.latency?.[at] ?? Number.NaN),
      row('full load', (at) => median(full.map(({ latency }) => latency?.[at] ?? Number.NaN))),
    ],
  });
}

async function printMemory(kind: Kind, product: Entrant, generator: Worker, { memoryEvents }: Plan): Promise<void> {
  const steps: { events: number; heap: number; rss: number }[] = [];
  let events = 0;
  const note = async () => {
    const heap = await product.worker.ask<number>('heap');
    steps.push({ events, heap, rss: (await product.worker.usage()).rss });
  };
  await note();
  while (steps.length < 3) {
    while (events < (memoryEvents * steps.length) / 2) {
      events += (await turn(product, generator, { kind, mode: 'batch', milliseconds: 2_000 })).events;
    }
    await note();
  }
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  printTable({
    title: `Memory of the service on ${kind}, ${product.rules} rules, MiB`,
    notes: [],
    columns: ['', ...steps.map((one) => `after ${amount(one.events)} events`)],
    rows: [
      ['live heap', ...steps.map(({ heap }) => megabytes(heap))],
      ['resident', ...steps.map(({ rss }) => megabytes(rss))],
    ],
  });
}
