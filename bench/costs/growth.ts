/** What an event costs as everything around it grows: rules, accounts, stored events. The pipeline without HTTP. */
import { createDatabase, type Kind, kinds } from '../harness/databases.js';
import { bySize, type Size } from '../harness/settings.js';
import { median } from '../harness/statistics.js';
import { amount, printTable, times } from '../harness/table.js';
import { registerAccounts } from '../ingestion/house.js';
import { type Inside, openInside } from '../ingestion/inside.js';
import { ACCOUNTS, ingestionRules, postings } from '../world/ingestion.js';
import { toSource } from '../world/ledgerbell-rules.js';
import { drawDisjointRules } from '../world/rules.js';
import { fillEvents } from './fill-events.js';

interface Plan {
  rules: number[];
  accounts: number[];
  history: number[];
  /** Events in one measurement, and measurements of each point. */
  events: number;
  rounds: number;
}

export async function growth({ size }: { size: Size }): Promise<void> {
  const plan: Plan = {
    rules: bySize(size, { quick: [10, 100], usual: [10, 100, 1_000, 10_000] }),
    accounts: bySize(size, {
      quick: [1_000, 3_000],
      usual: [1_000, 10_000, 50_000],
      full: [1_000, 10_000, 100_000, 1_000_000],
    }),
    history: bySize(size, { quick: [0, 20_000], usual: [0, 300_000], full: [0, 1_000_000, 10_000_000] }),
    events: bySize(size, { quick: 1_000, usual: 4_000, full: 10_000 }),
    rounds: bySize(size, { quick: 1, usual: 5 }),
  };
  for (const kind of kinds()) await onDatabase(kind, plan);
}

async function onDatabase(kind: Kind, plan: Plan): Promise<void> {
  const bench = await createDatabase(kind, 'growth');
  await registerAccounts(bench, ACCOUNTS);
  const inside = await openInside(bench, toSource(ingestionRules(20), { notify: 'customer' }));
  await rate(inside, ACCOUNTS, { ...plan, rounds: 1 });
  print(kind, 'rules', plan.rules, await byRules(inside, plan));
  inside.useRules(toSource(ingestionRules(20), { notify: 'customer' }));
  print(kind, 'stored events', plan.history, await byHistory(inside, plan));
  await inside.close();
  await bench.drop();
  print(kind, 'accounts', plan.accounts, await byAccounts(kind, plan));
}

/** An event satisfies the same few of them; one in ten makes an alert. The sizes take turns. */
async function byRules(inside: Inside, plan: Plan): Promise<number[]> {
  const sets = plan.rules.map((count) => {
    const silent = drawDisjointRules(count).map((rule) => {
      const foreign = { path: 'currency', operator: 'notEqual', value: 'EUR' } as const;
      return { ...rule, name: `other-${rule.name}`, conditions: { all: [...rule.conditions.all, foreign] } };
    });
    return toSource([...ingestionRules(1), ...silent], { notify: 'customer' });
  });
  const rates: number[][] = sets.map(() => []);
  for (let round = 0; round < plan.rounds; round++) {
    for (const [at, set] of sets.entries()) {
      inside.useRules(set);
      rates[at]?.push(await rate(inside, ACCOUNTS, { ...plan, rounds: 1 }));
    }
  }
  return rates.map(median);
}

async function byHistory(inside: Inside, plan: Plan): Promise<number[]> {
  const rates: number[] = [];
  let filled = 0;
  for (const wanted of plan.history) {
    await fillEvents(inside.vault.database, wanted - filled);
    filled = wanted;
    rates.push(await rate(inside, ACCOUNTS, plan));
  }
  return rates;
}

/** Accounts that nobody registered: each has its profile and its key, and alerts nobody. */
async function byAccounts(kind: Kind, plan: Plan): Promise<number[]> {
  const bench = await createDatabase(kind, 'accounts');
  const inside = await openInside(bench, toSource(ingestionRules(20), { notify: 'customer' }));
  const rates: number[] = [];
  let known = 0;
  for (const accounts of plan.accounts) {
    await touchAll(inside, known, accounts);
    known = accounts;
    rates.push(await rate(inside, accounts, plan));
  }
  await inside.close();
  await bench.drop();
  return rates;
}

/** One event for each account from `from` on. */
async function touchAll(inside: Inside, from: number, to: number): Promise<void> {
  const step = 10_000;
  for (let start = from; start < to; start += step) {
    const some = postings(`touch-${start}`, start + 1, 1, Date.now());
    let account = start;
    const next = () => {
      const event = some.next();
      const data = { ...event.data, accountId: `a${account}`, customerId: `c${account}` };
      account += 1;
      return { ...event, data };
    };
    await inside.ingest({ next }, Math.min(step, to - start));
  }
}

let measured = 0;

async function rate(
  inside: Inside,
  accounts: number,
  { events, rounds }: Pick<Plan, 'events' | 'rounds'>,
): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    measured += 1;
    rates.push(await inside.ingest(postings(`growth-${measured}`, measured, accounts, Date.now()), events));
  }
  return median(rates);
}

const NOTES: Record<string, string> = {
  rules: 'An event satisfies the same few of them.',
  'stored events': 'Rows copied within the database under other keys; new events go among them.',
  accounts: 'Events of all of them by chance: the more there are, the fewer share a profile within one commit.',
};

function print(kind: Kind, what: string, points: readonly number[], rates: readonly number[]): void {
  const first = rates[0] ?? Number.NaN;
  printTable({
    title: `Growth on ${kind}: ${what}`,
    notes: [NOTES[what] ?? ''],
    columns: ['', ...points.map((point) => `${amount(point)} ${what}`)],
    rows: [
      ['events/s, the pipeline without HTTP', ...rates.map(amount)],
      ['against the first', ...rates.map((one) => times(one / first))],
    ],
  });
}
