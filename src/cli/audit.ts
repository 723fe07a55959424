/** `audit list` and `audit verify`: what people and the system did, and whether the chain of it is whole. */
import type { Command } from 'commander';
import { readAudit } from '../flows/read-operations.js';
import { rfc3339 } from '../http/time.js';
import { verifyAudit } from '../store/audit.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { shownTime, table } from './table.js';
import { LIMIT, readLimit, readSequence } from './usage.js';

interface Page {
  after?: number;
  subject?: string;
  limit: number;
}

export function addAudit(program: Command, cli: Cli): void {
  const audit = groupOf(program, 'audit', 'what was done, and by whom');
  audit
    .command('list')
    .description('the audit trail, oldest first')
    .option('--after <sequence>', 'the last row of the page before', readSequence)
    .option('--subject <subject>', 'only what was done to this')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((page: Page) => list(cli, page));
  audit
    .command('verify')
    .description('check that no row was changed, removed or added; exit code 1 where one was')
    .action(() => verify(cli));
}

async function list(cli: Cli, page: Page): Promise<void> {
  await cli.withHouse(async (house) => {
    const found = await readAudit(house, page);
    const rows = found.map(({ sequence, at, actor, action, subject, detail }) => {
      return [sequence, shownTime(at), actor, action, subject, JSON.stringify(detail)];
    });
    const items = found.map(({ at, ...row }) => ({ ...row, at: rfc3339(at) }));
    const head = ['row', 'at', 'who', 'did', 'to', 'detail'];
    cli.show({ items }, () => table(head, rows, 'Nothing is in the audit.'));
  });
}

/** Does not open the house: verifying must not write to what it verifies. */
async function verify(cli: Cli): Promise<void> {
  await cli.withDatabase(cli.config('keep'), async (database) => {
    const verdict = await verifyAudit(database);
    if (!verdict.ok) cli.problem();
    cli.show(verdict, () =>
      verdict.ok ? `All ${verdict.rows} rows are whole.` : `Row ${verdict.sequence} is not as it was written.`,
    );
  });
}
