/** Whether this instance can do its work: the database answers, its schema is current, rules are active. */
import { pendingMigrations } from '../store/migrate.js';
import type { House } from './house.js';

/** Each `ok`, or why not, in a word. */
export interface Readiness {
  ready: boolean;
  checks: Record<string, string>;
}

const PATIENCE_MS = 3_000;

export async function checkReady(house: House): Promise<Readiness> {
  const checks = { ...(await databaseChecks(house)), rules: rulesCheck(house) };
  return { ready: Object.values(checks).every((state) => state === 'ok'), checks };
}

/** A probe must answer even where the database hangs. */
async function databaseChecks({ vault }: House): Promise<Record<string, string>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, 'late');
  });
  try {
    const pending = await Promise.race([pendingMigrations(vault.database), late]);
    if (pending === 'late') return { database: 'slow', schema: 'not-known' };
    return { database: 'ok', schema: pending.length === 0 ? 'ok' : 'pending' };
  } catch (error) {
    const isNewer = (error as { code?: unknown }).code === 'schema-newer';
    return isNewer ? { database: 'ok', schema: 'newer' } : { database: 'unavailable', schema: 'not-known' };
  } finally {
    clearTimeout(timer);
  }
}

function rulesCheck(house: House): string {
  try {
    return house.ruleSet().rules.length > 0 ? 'ok' : 'none';
  } catch {
    return 'none';
  }
}
