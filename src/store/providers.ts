/** How each provider stands, shared by all replicas: its breaker and what is left of its rate. */
import type { Knex } from 'knex';
import type { Breaker } from '../core/delivery/breaker.js';
import type { TokenBucket } from '../core/delivery/token-bucket.js';
import type { Database } from './database.js';

export interface ProviderState {
  name: string;
  breaker: Breaker;
  bucket: TokenBucket;
  /** Counts changes. */
  version: number;
}

interface ProviderRow {
  name: string;
  state: Breaker['state'];
  failures: number;
  opened_at: number;
  retry_at: number;
  tokens: number;
  refilled_at: number;
  version: number;
}

/** Those that ever changed; the others are as they start. */
export async function loadProviders(database: Database, trx: Knex): Promise<Map<string, ProviderState>> {
  const rows: ProviderRow[] = await trx<ProviderRow>(database.table('providers'));
  return new Map(
    rows.map((row) => [
      row.name,
      {
        name: row.name,
        breaker: {
          state: row.state,
          failures: row.failures,
          openedAt: Number(row.opened_at),
          retryAt: Number(row.retry_at),
        },
        bucket: { tokens: row.tokens, refilledAt: Number(row.refilled_at) },
        version: row.version,
      },
    ]),
  );
}

/** Returns false where another replica changed it since it was read. Version 0 stands for one that was never written. */
export async function saveProvider(
  database: Database,
  trx: Knex.Transaction,
  { name, breaker, bucket, version }: ProviderState,
): Promise<boolean> {
  const table = database.table('providers');
  const values = {
    state: breaker.state,
    failures: breaker.failures,
    opened_at: breaker.openedAt,
    retry_at: breaker.retryAt,
    tokens: bucket.tokens,
    refilled_at: bucket.refilledAt,
  };
  if (version === 0) {
    await trx(table)
      .insert({ name, ...values, version: 0 })
      .onConflict('name')
      .ignore();
  }
  const changed = await trx(table)
    .where({ name, version })
    .update({ ...values, version: version + 1 });
  return changed === 1;
}
