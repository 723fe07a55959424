/** `rules list`, `activate` and `approve`: which rules run, which were proposed, and who lets them run. */
import type { Command } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';
import { approveRules, proposeRules, type RuleChange } from '../flows/change-rules.js';
import { checkReading, renderProblems } from '../flows/check-rules.js';
import { readRuleSet } from '../registry/rule-files.js';
import type { Database } from '../store/database.js';
import { listRuleSets, ruleSetSource } from '../store/rule-sets.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, readLimit } from './usage.js';

export function addRuleSets(program: Command, cli: Cli): void {
  const rules = groupOf(program, 'rules', 'check, test, list and activate rules');
  rules
    .command('list')
    .description('the rules that run, and the rule sets that were proposed')
    .option('--limit <n>', 'rule sets to list', readLimit, LIMIT)
    .action(({ limit }: { limit: number }) => list(cli, limit));
  rules
    .command('activate')
    .description('propose the rule files as they are, and approve them')
    .option('--by <name>', 'who (default: your user name)')
    .action(({ by }: { by?: string }) => activate(cli, by));
  rules
    .command('approve')
    .description('approve a rule set that somebody else proposed')
    .argument('<id>', 'as `rules list` shows it')
    .option('--by <name>', 'who (default: your user name)')
    .action((id: string, { by }: { by?: string }) => approve(cli, id, by));
}

async function list(cli: Cli, limit: number): Promise<void> {
  await cli.withDatabase(cli.config('keep'), async (database) => {
    const sets = await listRuleSets(database, database.knex, limit);
    const rules = await activeRules(database, sets.find(({ state }) => state === 'active')?.id);
    cli.show({ rules, sets }, () => {
      const ruleRows = rules.map(({ name, topic, lane, fires, on }) => [name, topic, lane, fires, on.join(' ')]);
      const setRows = sets.map((set) => [
        set.id,
        set.state,
        shownTime(set.proposedAt),
        set.proposedBy,
        set.approvedBy.join(' '),
      ]);
      return [
        table(['rule', 'topic', 'lane', 'fires', 'on'], ruleRows, 'No rules run yet.'),
        table(['rule set', 'state', 'proposed', 'by', 'approved by'], setRows, 'No rule set was proposed yet.'),
      ].join('\n');
    });
  });
}

async function activeRules(database: Database, id: string | undefined) {
  const source = id === undefined ? undefined : await ruleSetSource(database, database.knex, id);
  return (source?.rules ?? []).map(({ rule }) => rule);
}

/** @throws LedgerbellError `rules-invalid` after it said what is wrong */
async function activate(cli: Cli, by = cli.actor()): Promise<void> {
  const config = cli.config('keep');
  const reading = await readRuleSet(config.rules);
  const errors = checkReading(reading, { senders: config.sms }).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    cli.note(renderProblems(errors));
    throw new LedgerbellError('rules-invalid', 'The rule files have errors; nothing was activated');
  }
  await cli.withDatabase(config, async (database) => {
    const id = await proposeRules(database, reading.source, by, Date.now());
    answer(cli, await approveRules(database, config.activation, { id, by, at: Date.now() }));
  });
}

async function approve(cli: Cli, id: string, by = cli.actor()): Promise<void> {
  const config = cli.config('keep');
  await cli.withDatabase(config, async (database) => {
    answer(cli, await approveRules(database, config.activation, { id, by, at: Date.now() }));
  });
}

function answer(cli: Cli, change: RuleChange): void {
  const { id, state, missing } = change;
  cli.show(change, () => {
    if (state === 'active') return `Rule set ${id} runs.`;
    return `Rule set ${id} waits for ${missing} more ${missing === 1 ? 'person' : 'people'}: ledgerbell rules approve ${id}`;
  });
}
