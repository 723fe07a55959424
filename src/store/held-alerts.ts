/** Moves alerts that wait in the outbox into `held` when a hold is placed, and back when nothing holds them any more. */
import type { Knex } from 'knex';
import { LANES, type Lane } from '../contracts/rule.js';
import { PAUSED } from './campaign-alerts.js';
import type { Database } from './database.js';
import type { Hold } from './holds.js';

type Named = Pick<Hold, 'scope' | 'value'>;

/** Returns how many were moved. A hold of a provider moves none: another provider may still send them. */
export async function holdQueued(database: Database, trx: Knex.Transaction, hold: Named, at: number): Promise<number> {
  if (hold.scope === 'provider') return 0;
  const queued = trx(database.table('alerts')).where({ status: 'queued' }).where(matching(hold));
  return queued.update({ status: 'held', reason: 'held', updated_at: at });
}

/**
 * Queues what is held and matches none of `holds`, unless a campaign's own pause holds it. They are delayed: what they say
 * may no longer be true. Returns how many were moved.
 */
export async function releaseHeld(
  database: Database,
  trx: Knex.Transaction,
  holds: readonly Named[],
  at: number,
): Promise<number> {
  if (holds.some(({ scope }) => scope === 'all')) return 0;
  const held = trx(database.table('alerts'))
    .where({ status: 'held' })
    .where((either) => either.whereNull('reason').orWhereNot('reason', PAUSED));
  for (const hold of holds) {
    if (hold.scope !== 'provider') held.whereNot(matching(hold));
  }
  return held.update({ status: 'queued', reason: null, delayed: 1, updated_at: at });
}

function matching({ scope, value }: Named): Record<string, string | number> {
  switch (scope) {
    case 'lane':
      return { lane: LANES.indexOf(value as Lane) };
    case 'rule':
    case 'topic':
      return { [scope]: value };
    default:
      return {};
  }
}
