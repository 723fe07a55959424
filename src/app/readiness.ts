/** Whether the service can do its work, for probes. */
import type { RuleKeeper } from '../jobs/rule-keeper.js';
import type { StreamWorker } from '../jobs/stream-worker.js';
import type { Database } from '../store/database.js';
import { pendingMigrations } from '../store/migrate.js';

const READY_PATIENCE = 3000;

export async function readiness(
  database: Database,
  rules: RuleKeeper,
  { streams }: StreamWorker,
): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const checks: Record<string, string> = { database: 'ok', schema: 'ok', rules: rules.fault()?.code ?? 'ok' };
  // A stream that is away keeps nobody from posting; it comes back by itself.
  for (const { name, adapter } of streams) checks[`stream-${name}`] = adapter.isConnected() ? 'ok' : 'unreachable';
  try {
    const pending = await Promise.race([pendingMigrations(database), patience()]);
    if (pending.length > 0) checks.schema = 'outdated';
  } catch {
    checks.database = 'unreachable';
  }
  // Broken rule files do not take the service down: the last good set runs on.
  return { ready: checks.database === 'ok' && checks.schema === 'ok', checks };
}

/** A probe has to answer even where the database hangs. */
function patience(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('the database does not answer')), READY_PATIENCE).unref();
  });
}
