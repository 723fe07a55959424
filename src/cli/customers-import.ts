/** `customers import`: reads a file of any size, shows how far it is, and writes down which rows were refused and why. */
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ImportSummary, importCustomers } from '../flows/import-customers.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { csvRows } from './import/csv-rows.js';
import { importProgress } from './import/import-progress.js';
import { jsonlRows } from './import/jsonl-rows.js';
import { refusalsFile } from './import/refusals-file.js';
import { misuse } from './usage.js';

const READERS = { csv: csvRows, jsonl: jsonlRows } as const;
type Format = keyof typeof READERS;

const FORMAT_BY_NAME: Record<string, Format> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.txt': 'csv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

export function addCustomersImport(program: Command, cli: Cli): void {
  groupOf(program, 'customers', 'the people who are told')
    .command('import')
    .description('register or change customers, and the accounts they hold, from CSV or JSONL')
    .argument('<file>')
    .option('--format <format>', 'csv or jsonl (default: by the name of the file)')
    .action((file: string, { format }: { format?: string }) => importFile(cli, resolve(cli.io.cwd, file), format));
}

async function importFile(cli: Cli, file: string, stated: string | undefined): Promise<void> {
  const read = READERS[formatOf(file, stated)];
  const bytes = sizeOf(file);
  const refusals = refusalsFile(`${file}.refused.jsonl`);
  await cli.withHouse(async (house) => {
    const stream: ReadStream = createReadStream(file);
    const progress = importProgress(cli.io, { bytes, quiet: cli.options().json === true });
    try {
      const summary = await importCustomers(house, read(stream), {
        entity: cli.options().entity,
        actor: cli.actor(),
        refused: refusals.add,
        progress: ({ rows, refused }) => progress.show({ bytesRead: stream.bytesRead, rows, refused }),
      });
      progress.stop();
      if (summary.refused > 0) cli.problem();
      const report = refusals.written() ? { ...summary, report: refusals.path } : summary;
      cli.show(report, () => words(summary, refusals.path));
    } finally {
      progress.stop();
      refusals.close();
      stream.destroy();
    }
  });
}

function formatOf(file: string, stated: string | undefined): Format {
  const format = stated ?? FORMAT_BY_NAME[extname(file).toLowerCase()];
  if (format !== undefined && Object.hasOwn(READERS, format)) return format as Format;
  throw misuse('Say what the file is: --format csv or --format jsonl');
}

function sizeOf(file: string): number {
  try {
    const found = statSync(file);
    if (found.isFile()) return found.size;
  } catch {
    // falls through
  }
  throw misuse(`${file} is no file that can be read`);
}

function words({ rows, created, changed, unchanged, refused }: ImportSummary, report: string): string {
  const counted = `${rows} rows: ${created} registered, ${changed} changed, ${unchanged} as they were, ${refused} refused.`;
  return refused === 0 ? counted : `${counted}\nWhy they were refused: ${report}`;
}
