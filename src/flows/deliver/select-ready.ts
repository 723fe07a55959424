/** Walks the queues in the order in which they are served, and takes from each what could leave now. */
import type { Knex } from 'knex';
import { nextQueue, selectWaiting } from '../../store/claim-queue.js';
import type { Database } from '../../store/database.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { ProviderDesk } from './provider-desk.js';
import type { Routes } from './routes.js';

/** Locked until the transaction ends. */
export async function selectReady(
  database: Database,
  trx: Knex.Transaction,
  options: { routes: Routes; desk: ProviderDesk; limit: number; now: number },
): Promise<OutboxAlert[]> {
  const { routes, desk, limit, now } = options;
  const ready: OutboxAlert[] = [];
  const planned = new Map<string, number>();
  let after = -1;
  while (ready.length < limit) {
    const queue = await nextQueue(database, trx, after);
    if (queue === undefined) break;
    after = queue.key;
    if (queue.dueAt > now) continue;
    const { adapter, free } = routes.room(queue, desk);
    const before = planned.get(adapter) ?? 0;
    const most = Math.min(limit - ready.length, free - before);
    if (most <= 0) continue;
    const found = await selectWaiting(database, trx, { key: queue.key, now, limit: most });
    if (Number.isFinite(free)) planned.set(adapter, before + found.length);
    ready.push(...found);
  }
  return ready;
}
