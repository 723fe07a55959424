/** Stored events as a list, newest first, none of them opened. */
import type { Knex } from 'knex';
import type { DecisionCounts } from '../contracts/decision.js';
import type { Database } from './database.js';

export interface ListedEvent {
  source: string;
  id: string;
  type: string;
  /** Epoch milliseconds. */
  time: number;
  receivedAt: number;
  learn: boolean;
  counts: DecisionCounts;
}

export interface EventFilter {
  entity: string;
  source?: string;
  type?: string;
  /** Received before this, epoch milliseconds. */
  before?: number;
  limit: number;
}

export async function listEvents(database: Database, trx: Knex, filter: EventFilter): Promise<ListedEvent[]> {
  const { entity, source, type, before, limit } = filter;
  const query = trx(database.table('events')).where({ entity });
  if (source !== undefined) query.where({ source });
  if (type !== undefined) query.where({ type });
  if (before !== undefined) query.where('received_at', '<', before);
  const columns = [
    'source',
    'event_id',
    'type',
    'time',
    'received_at',
    'learn',
    'active',
    'evaluated',
    'held',
    'failed',
  ];
  const rows = await query
    .select(columns)
    .orderBy([
      { column: 'received_at', order: 'desc' },
      { column: 'event_key', order: 'desc' },
    ])
    .limit(limit);
  return rows.map(({ active, evaluated, held, failed, ...row }) => ({
    source: row.source,
    id: row.event_id,
    type: row.type,
    time: Number(row.time),
    receivedAt: Number(row.received_at),
    learn: row.learn === 1,
    counts: { active, evaluated, held, failed },
  }));
}
