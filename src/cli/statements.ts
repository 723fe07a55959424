/** `statements`: files of entries such as camt.054 and BAI2, taken by hand and looked at. */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';
import { fileSource, readStatement, readStatements } from '../flows/statements/find-statements.js';
import { localFile } from '../flows/statements/local-file.js';
import { reportOf, type StatementReport } from '../flows/statements/report.js';
import { STATEMENT_LEASE_MS, takeStatement } from '../flows/statements/take-statement.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { statementProgress } from './import/statement-progress.js';
import { table } from './table.js';

const LISTED = 50;

export function addStatements(program: Command, cli: Cli): void {
  const statements = groupOf(program, 'statements', 'files of entries from the bank (camt.054, BAI2)');
  statements
    .command('take')
    .description('take a file: whole or not at all; one that was cut short goes on where it stood')
    .argument('<file>')
    .requiredOption('--source <name>', 'a source of the configuration')
    .action((file: string, { source }: { source: string }) => take(cli, resolve(cli.io.cwd, file), source));
  statements
    .command('list')
    .description('the newest files and what became of them')
    .action(() => list(cli));
  statements
    .command('show')
    .description('what became of one file')
    .argument('<id>')
    .action((id: string) => show(cli, id));
}

async function take(cli: Cli, path: string, name: string): Promise<void> {
  const file = await localFile(path);
  await cli.withHouse(async (house) => {
    const { source, reader } = fileSource(house, name);
    const progress = statementProgress(cli.io, { quiet: cli.options().json === true });
    try {
      const request = { source, reader, file, progress: progress.show };
      const report = reportOf(await onceFree(cli, () => takeStatement(house, request)));
      progress.stop();
      if (report.state === 'refused' || Object.keys(report.rejected).length > 0) cli.problem();
      cli.show(report, () => words(report));
    } finally {
      progress.stop();
    }
  });
}

/** Whoever took the file before may have been killed: its claim ends by itself. */
async function onceFree<T>(cli: Cli, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerbellError && error.code === 'statement-under-way')) throw error;
    cli.note('Another process takes this file, or took it and was cut short; trying again shortly.');
    await pause(STATEMENT_LEASE_MS + 1_000);
    return work();
  }
}

async function list(cli: Cli): Promise<void> {
  await cli.withHouse(async (house) => {
    const items = await readStatements(house, { entity: cli.options().entity, limit: LISTED });
    cli.show({ items }, () =>
      table(
        ['started', 'source', 'name', 'state', 'entries', 'accepted', 'rejected', 'id'],
        items.map((one) => [
          one.startedAt,
          one.source,
          one.name,
          one.state,
          `${one.done}/${one.entries}`,
          String(one.accepted),
          String(sum(one.rejected)),
          one.id.slice(0, 12),
        ]),
        'No file was taken yet.',
      ),
    );
  });
}

async function show(cli: Cli, id: string): Promise<void> {
  await cli.withHouse(async (house) => {
    const report = await readStatement(house, cli.options().entity, id);
    cli.show(report, () => words(report));
  });
}

function words(report: StatementReport): string {
  const { name, state, refusal, done, entries, accepted, duplicates, ignored, rejected, rejections, id } = report;
  if (state === 'refused')
    return `${name} was refused, and nothing of it was taken.\n${refusal?.code}: ${refusal?.message}`;
  const counted = `${name}: ${done} of ${entries} entries; ${accepted} events new, ${duplicates} known before, ${sum(ignored)} ignored, ${sum(rejected)} rejected.`;
  const reasons = [...Object.entries(ignored), ...Object.entries(rejected)].map(
    ([code, count]) => `  ${count} x ${code}`,
  );
  const lines = rejections.map(
    ({ line, code, path }) => `  line ${line}: ${code}${path === undefined ? '' : ` at ${path}`}`,
  );
  const kept = lines.length === 0 ? [] : ['Rejected, and kept in quarantine:', ...lines];
  return [counted, ...reasons, ...kept, `id ${id}`].join('\n');
}

function sum(tally: Readonly<Record<string, number>>): number {
  return Object.values(tally).reduce((total, count) => total + count, 0);
}
