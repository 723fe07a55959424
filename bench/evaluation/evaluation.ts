/** Rule evaluation alone: no parsing, no database. */
import { runInChild } from '../harness/child.js';
import { bySize, type Size } from '../harness/settings.js';
import { amount, percent, printTable, times } from '../harness/table.js';
import type { AtSize, SizeResult } from './at-size.js';
import type { HeapResult } from './heap.js';

const atSize = (argument: AtSize) => runInChild<SizeResult>(new URL('./at-size.js', import.meta.url), argument);

export async function evaluation({ size }: { size: Size }): Promise<void> {
  const rounds = bySize(size, { quick: 2, usual: 7 });
  const turnMs = bySize(size, { quick: 50, usual: 250 });
  const sizes = bySize(size, { quick: [10, 100], usual: [10, 100, 1_000, 10_000] });
  const usual: SizeResult[] = [];
  for (const rules of sizes) usual.push(await atSize({ kind: 'usual', rules, rounds, turnMs }));
  printContest(usual);
  printParameters(
    await atSize({ kind: 'parameters', rules: 100, rounds, turnMs }),
    usual.find(({ rules }) => rules === 100),
  );
  const growth: SizeResult[] = [];
  for (const rules of sizes) growth.push(await atSize({ kind: 'disjoint', rules, rounds, turnMs }));
  printGrowth(growth);
  const events = bySize(size, { quick: 20_000, usual: 1_000_000 });
  printHeap(await runInChild<HeapResult>(new URL('./heap.js', import.meta.url), { events, rules: 100 }));
}

function printContest(results: readonly SizeResult[]): void {
  const names = results[0]?.contestants.map(({ name }) => name) ?? [];
  printTable({
    title: 'Evaluation: events/s on one core',
    notes: [
      'Medians; in brackets how many times faster Ledgerbell is, the median of the rounds. Ours compares amounts exactly, the others integers.',
      `Matching pairs: ${results.map(({ rules, share }) => `${percent(share)} at ${rules}`).join(', ')}. Same answers checked first on ${results.map(({ checked }) => checked).join(', ')} events.`,
    ],
    columns: ['', ...results.map(({ rules }) => `${amount(rules)} rules`)],
    rows: names.map((name) => [
      name,
      ...results.map(({ contestants }) => {
        const found = contestants.find((one) => one.name === name);
        return `${amount(found?.rate)} (${amount(found?.ratio)})`;
      }),
    ]),
  });
}

function printParameters(own: SizeResult, constants: SizeResult | undefined): void {
  const rows = own.contestants.map(({ name, rate, ratio }) => {
    const before = constants?.contestants.find((one) => one.name === name)?.rate ?? Number.NaN;
    return [name, amount(before), amount(rate), times(before / rate), times(ratio)];
  });
  printTable({
    title: "Limits that are the customers' own: events/s at 100 rules",
    notes: ['One rule in seven compares with a parameter; half of the customers have changed some of them.'],
    columns: ['', 'constants', 'parameters', 'costs', 'Ledgerbell is faster'],
    rows,
  });
}

function printGrowth(results: readonly SizeResult[]): void {
  const ours = results.map(({ contestants }) => contestants[0]?.rate ?? Number.NaN);
  const best = results.map(({ contestants }) => contestants[1]?.rate ?? Number.NaN);
  const first = ours[0] ?? Number.NaN;
  printTable({
    title: 'Growth: an event satisfies the same few rules, however many there are',
    notes: [`Matches an event: ${results.map(({ share, rules }) => (share * rules).toFixed(2)).join(', ')}.`],
    columns: ['', ...results.map(({ rules }) => `${amount(rules)} rules`)],
    rows: [
      ['Ledgerbell, events/s', ...ours.map(amount)],
      ['cost an event, against the first', ...ours.map((rate) => times(first / rate))],
      ['json-rules-engine at its best, events/s', ...best.map(amount)],
    ],
  });
}

function printHeap({ events, early, middle, late }: HeapResult): void {
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(2);
  printTable({
    title: `Memory while ${amount(events)} events are evaluated against 100 rules`,
    notes: [],
    columns: ['', 'after a tenth', 'at half', 'at the end'],
    rows: [['live heap, MiB', megabytes(early), megabytes(middle), megabytes(late)]],
  });
}
