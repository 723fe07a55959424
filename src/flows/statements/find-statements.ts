/** What became of files, and which of the configured sources takes them. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementReader } from '../../contracts/statement.js';
import { findStatement, listStatements } from '../../store/statements.js';
import type { House } from '../house.js';
import type { ReadySource } from '../sources/ready-source.js';
import { reportOf, type StatementReport } from './report.js';

/** @throws LedgerbellError `source-unknown`, `source-takes-no-files` */
export function fileSource({ sources }: House, name: string): { source: ReadySource; reader: StatementReader } {
  const source = sources?.get(name);
  if (source === undefined) throw new LedgerbellError('source-unknown', 'No such source is configured');
  if (source.files === undefined) {
    const message =
      'This source takes no files: its mapping is of no format of files, and the configuration names none';
    throw new LedgerbellError('source-takes-no-files', message);
  }
  return { source, reader: source.files.reader };
}

/** Newest first. `before`: RFC 3339 of the last one's beginning. */
export async function readStatements(
  { vault: { database } }: House,
  page: { entity: string; before?: number; limit: number },
): Promise<StatementReport[]> {
  return (await listStatements(database, database.knex, page)).map(reportOf);
}

/** @throws LedgerbellError `statement-unknown` */
export async function readStatement(
  { vault: { database } }: House,
  entity: string,
  id: string,
): Promise<StatementReport> {
  const row = /^[0-9a-f]{64}$/.test(id)
    ? await findStatement(database, database.knex, Buffer.from(id, 'hex'))
    : undefined;
  if (row === undefined || row.entity !== entity) {
    throw new LedgerbellError('statement-unknown', 'No file with this id was ever taken');
  }
  return reportOf(row);
}
