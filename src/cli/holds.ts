/** `hold` and `resume`: the operator's brake on everything, a lane, a rule, a topic or a provider. */
import type { Command } from 'commander';
import { currentHolds, type HoldAnswer, type HoldScope, holdAlerts, resumeAlerts } from '../flows/hold.js';
import { rfc3339 } from '../http/time.js';
import type { Cli } from './cli.js';
import { shownTime, table } from './table.js';
import { misuse } from './usage.js';

const SCOPES: readonly HoldScope[] = ['all', 'lane', 'rule', 'topic', 'provider'];
const WHAT = `${SCOPES.join(', ')}`;

export function addHolds(program: Command, cli: Cli): void {
  program
    .command('hold')
    .description('keep alerts from leaving; without arguments, list what is held')
    .argument('[scope]', WHAT)
    .argument('[name]', 'of the lane, rule, topic or provider')
    .option('--reason <text>', 'for the audit')
    .action((scope: string | undefined, name: string | undefined, { reason }: { reason?: string }) =>
      scope === undefined ? list(cli) : change(cli, 'hold', scope, name, reason),
    );
  program
    .command('resume')
    .description('let alerts leave again')
    .argument('<scope>', WHAT)
    .argument('[name]', 'of the lane, rule, topic or provider')
    .option('--reason <text>', 'for the audit')
    .action((scope: string, name: string | undefined, { reason }: { reason?: string }) =>
      change(cli, 'resume', scope, name, reason),
    );
}

async function change(
  cli: Cli,
  verb: 'hold' | 'resume',
  scope: string,
  value: string | undefined,
  reason = '',
): Promise<void> {
  if (!SCOPES.includes(scope as HoldScope)) throw misuse(`What to ${verb} must be one of ${WHAT}`);
  if (verb === 'hold' && reason.trim() === '') throw misuse('Say why: --reason "..."');
  const request = { scope: scope as HoldScope, value, reason, actor: cli.actor() };
  await cli.withHouse(async (house) => {
    const answer = await (verb === 'hold' ? holdAlerts(house, request) : resumeAlerts(house, request));
    cli.show(answer, () => words(verb, answer));
  });
}

function words(verb: 'hold' | 'resume', { scope, value, changed, alerts }: HoldAnswer): string {
  const what = value === undefined ? 'Everything' : `The ${scope} ${value}`;
  if (!changed) return verb === 'hold' ? `${what} was held already.` : `${what} was not held.`;
  return verb === 'hold' ? `${what} is held; ${alerts} alerts wait.` : `${what} is let go; ${alerts} alerts leave.`;
}

async function list(cli: Cli): Promise<void> {
  await cli.withHouse(async (house) => {
    const holds = await currentHolds(house);
    const rows = holds.map(({ scope, value, since, placedBy, reason }) => [
      scope,
      value,
      shownTime(since),
      placedBy,
      reason,
    ]);
    const items = holds.map(({ since, ...hold }) => ({ ...hold, since: rfc3339(since) }));
    cli.show({ items }, () => table(['held', 'name', 'since', 'by', 'why'], rows, 'Nothing is held.'));
  });
}
