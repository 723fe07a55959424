/** A rule set runs, and it is what the files say. */
import { compileRuleSet } from '../../core/rules/rule-set.js';
import { readRuleSet } from '../../registry/rule-files.js';
import type { Database } from '../../store/database.js';
import { pendingMigrations } from '../../store/migrate.js';
import { activeRuleSet } from '../../store/rule-sets.js';
import { checkReading } from '../check-rules.js';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

export async function checkRules({ database, ruleFolders, activation }: Surroundings): Promise<Found[]> {
  const reading = await readRuleSet(ruleFolders);
  const errors = checkReading(reading).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const count = errors.length === 1 ? 'one mistake' : `${errors.length} mistakes`;
    return [fail('rule files', `have ${count}: the last good set runs on`, 'Run: ledgerbell rules check')];
  }
  const found = [ok('rule files', `${reading.source.rules.length} rules without a mistake`)];
  if (database === undefined) return found;
  return [...found, compared(await runningId(database), compileRuleSet(reading.source).id, activation)];
}

async function runningId(database: Database): Promise<string | undefined> {
  if ((await pendingMigrations(database)).length > 0) return undefined;
  return (await activeRuleSet(database, database.knex))?.id;
}

function compared(running: string | undefined, ofFiles: string, activation: 'automatic' | 'manual'): Found {
  if (running === ofFiles) return ok('rules', `what the files say runs (${running.slice(0, 12)})`);
  if (activation === 'automatic') return ok('rules', 'the next start activates what the files say');
  if (running === undefined)
    return fail(
      'rules',
      'none is active, and people have to approve the first one',
      'Run: ledgerbell rules list, then ledgerbell rules approve ID',
    );
  return warn(
    'rules',
    `another set than the files say runs (${running.slice(0, 12)})`,
    'Run: ledgerbell rules list, then ledgerbell rules approve ID',
  );
}
