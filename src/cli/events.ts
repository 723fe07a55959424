/** `events list` and `events quarantine`: what was taken, and what could not be. */
import type { Command } from 'commander';
import { readQuarantine } from '../flows/read-operations.js';
import { optionalTime, rfc3339 } from '../http/time.js';
import { type EventFilter, listEvents } from '../store/list-events.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, readLimit } from './usage.js';

export function addEvents(program: Command, cli: Cli): void {
  const events = groupOf(program, 'events', 'events that came in');
  events
    .command('list')
    .description('stored events, newest first')
    .option('--source <source>')
    .option('--type <type>')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((filter: Omit<EventFilter, 'entity'>) => list(cli, filter));
  events
    .command('quarantine')
    .description('events that were refused and kept, newest first')
    .option('--open', 'only those that were not replayed')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((page: { open?: boolean; limit: number }) => quarantine(cli, page));
}

async function list(cli: Cli, { source, type, limit }: Omit<EventFilter, 'entity'>): Promise<void> {
  await cli.withHouse(async ({ vault: { database } }) => {
    const events = await listEvents(database, database.knex, { entity: cli.options().entity, source, type, limit });
    const rows = events.map((event) => [
      shownTime(event.time),
      event.type,
      event.source,
      event.id,
      event.counts.held,
      event.counts.failed,
      event.learn ? 'learned' : '',
    ]);
    const items = events.map(({ time, receivedAt, ...event }) => ({
      ...event,
      time: rfc3339(time),
      receivedAt: rfc3339(receivedAt),
    }));
    cli.show({ items }, () =>
      table(['time', 'type', 'source', 'id', 'rules held', 'failed', ''], rows, 'No events yet.'),
    );
  });
}

async function quarantine(cli: Cli, page: { open?: boolean; limit: number }): Promise<void> {
  await cli.withHouse(async (house) => {
    const kept = await readQuarantine(house, page);
    const rows = kept.map((one) => [one.id, shownTime(one.receivedAt), one.origin, one.code, one.path, one.outcome]);
    const items = kept.map(({ receivedAt, replayedAt, ...one }) => {
      return { ...one, receivedAt: rfc3339(receivedAt), replayedAt: optionalTime(replayedAt) };
    });
    cli.show({ items }, () =>
      table(['id', 'received', 'came in at', 'code', 'path', 'replayed'], rows, 'Nothing is in quarantine.'),
    );
  });
}
