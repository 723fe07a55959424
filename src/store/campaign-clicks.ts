/** How often links of campaigns were followed: those that are there, and those that retention has removed. */
import type { Knex } from 'knex';
import { changeRun, readRun } from './campaign-runs.js';
import type { Database } from './database.js';
import { type ClickCount, countClicks, endedGroups } from './short-links.js';

/** Keeps in the counts of campaigns the links that ended before `before`, which are about to be removed. */
export async function keepClicks(database: Database, trx: Knex.Transaction, before: number): Promise<void> {
  for (const groupId of await endedGroups(database, trx, before)) {
    const key = Buffer.from(groupId, 'hex');
    const run = await readRun(database, trx, key, { lock: true });
    if (run === undefined) continue;
    // Read under the lock: another replica may have removed and counted them since.
    const ended = await countClicks(database, trx, groupId, before);
    const clicks = addClicks(run.results.clicks ?? [], ended);
    await changeRun(database, trx, key, { results: { ...run.results, clicks } });
  }
}

/** In the order of names. */
export function addClicks(some: readonly ClickCount[], others: readonly ClickCount[]): ClickCount[] {
  const sums = new Map<string, ClickCount>();
  for (const { name, links, clicked } of [...some, ...others]) {
    const sum = sums.get(name) ?? { name, links: 0, clicked: 0 };
    sums.set(name, { name, links: sum.links + links, clicked: sum.clicked + clicked });
  }
  return [...sums.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
