/** `events replay-quarantine`: takes once more what was refused, after the cause was mended. */
import type { Command } from 'commander';
import { type ReplayedEntry, replayAllQuarantined, replayQuarantined } from '../flows/replay-quarantine.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { table } from './table.js';
import { misuse, readSequence } from './usage.js';

export function addEventsReplayQuarantine(program: Command, cli: Cli): void {
  groupOf(program, 'events', 'events that came in')
    .command('replay-quarantine')
    .description('take refused events once more, after the cause was mended')
    .argument('[id]', 'one entry, as `events quarantine` lists it', readSequence)
    .option('--all', 'every entry that was not replayed')
    .action((id: number | undefined, { all }: { all?: boolean }) => replay(cli, id, all === true));
}

async function replay(cli: Cli, id: number | undefined, all: boolean): Promise<void> {
  if ((id === undefined) === !all) throw misuse('Name one entry, or say --all');
  await cli.withHouse(async (house) => {
    const entries: ReplayedEntry[] = [];
    if (id === undefined) await replayAllQuarantined(house, (entry) => entries.push(entry));
    else entries.push(await replayQuarantined(house, id));
    if (entries.some(({ outcome }) => outcome !== 'accepted' && outcome !== 'duplicate')) cli.problem();
    const rows = entries.map((entry) => [entry.id, entry.outcome, entry.message]);
    cli.show({ items: entries }, () => table(['id', 'outcome', ''], rows, 'Nothing is in quarantine.'));
  });
}
