/** The shipped rules with all their history, on one core, over the sample data. */
import { runInChild } from '../harness/child.js';
import { bySize, type Size } from '../harness/settings.js';
import { amount, printTable } from '../harness/table.js';
import type { StepArgument, StepResults } from './measure.js';

export async function step({ size }: { size: Size }): Promise<void> {
  const argument: StepArgument = {
    rounds: bySize(size, { quick: 2, usual: 7 }),
    turnMs: bySize(size, { quick: 50, usual: 300 }),
    past: bySize(size, { quick: 5_000, usual: 60_000 }),
    heapEvents: bySize(size, { quick: 5_000, usual: 200_000, full: 1_000_000 }),
  };
  const results = await runInChild<StepResults[]>(new URL('./measure.js', import.meta.url), argument);
  const stages = results[0]?.stages.map(([name]) => name) ?? [];
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  printTable({
    title: '`step` with the shipped rules and their history: events/s on one core',
    notes: [
      `Folded over and over: Berka (real transactions) and Sparkov (card payments with places); every account had a past of ${amount(argument.past)} events over all accounts. The alerts of both samples were compared with the expected ones first.`,
    ],
    columns: ['', ...results.map(({ name }) => name)],
    rows: [
      ...stages.map((stage) => [
        stage,
        ...results.map(({ stages: of }) => amount(of.find(([name]) => name === stage)?.[1])),
      ]),
      ['alerts an event', ...results.map(({ alertsAnEvent }) => alertsAnEvent.toFixed(3))],
      ['profile, mean bytes', ...results.map(({ profile }) => amount(profile.mean))],
      ['profile, largest', ...results.map(({ profile }) => amount(profile.largest))],
      [
        `live heap before and after ${amount(argument.heapEvents)} more events`,
        ...results.map(({ heap }) => `${megabytes(heap.early)}, ${megabytes(heap.late)}`),
      ],
    ],
  });
}
