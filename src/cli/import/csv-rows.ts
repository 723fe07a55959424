/**
 * Rows of a CSV file, separated by comma, semicolon or tab, as its header shows. Names of columns may be written as
 * `customerId`, `customer_id` or `Customer ID`.
 */
import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { nearKey } from '../../config/near-key.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { IMPORT_FIELDS, type ImportRow, type Refusal } from '../../flows/import-row.js';
import { LONGEST_LINE } from './lines-of.js';

interface Parsed {
  record: Record<string, string>;
  info: Info;
}

/** @throws LedgerbellError `column-unknown`, `column-missing`, `column-twice`, `csv-malformed` */
export async function* csvRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<ImportRow | Refusal> {
  const { head, all } = await peekHeader(chunks);
  const faults: CsvError[] = [];
  const parser = parse({
    bom: true,
    info: true,
    delimiter: delimiterOf(head),
    columns: columnsOf,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) faults.push(error);
      return undefined;
    },
  });
  const source = Readable.from(all);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<Parsed>) {
      yield* faults.splice(0).map(refusalOf);
      yield { line: info.lines, fields: record };
    }
    yield* faults.splice(0).map(refusalOf);
  } catch (error) {
    throw error instanceof CsvError ? endless(error) : error;
  }
}

/** After these, what is inside quotes and what is outside can no longer be told. */
const ENDLESS = new Set(['CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED']);

function refusalOf(fault: CsvError): Refusal {
  if (ENDLESS.has(fault.code)) throw endless(fault);
  const message = 'The row does not fit the header, or its quotes do not match';
  return { line: lineOf(fault), code: 'csv-malformed', message };
}

function endless(fault: CsvError): LedgerbellError {
  const message = `The file cannot be read as CSV any further (${fault.code}, at line ${lineOf(fault)}): is a quote not closed?`;
  return new LedgerbellError('csv-malformed', message);
}

/** The first line, and the whole stream as if nothing had been read of it. */
async function peekHeader(chunks: AsyncIterable<Buffer>): Promise<{ head: string; all: AsyncIterable<Buffer> }> {
  const reader = chunks[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let length = 0;
  while (length < LONGEST_LINE && !read.some((chunk) => chunk.includes(10))) {
    const { done, value } = await reader.next();
    if (done) break;
    read.push(value);
    length += value.length;
  }
  const head = Buffer.concat(read).toString('utf8').split('\n', 1)[0] ?? '';
  async function* all(): AsyncGenerator<Buffer> {
    yield* read.splice(0);
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value;
  }
  return { head, all: all() };
}

function delimiterOf(header: string): string {
  const count = (mark: string): number => header.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

function columnsOf(header: string[]): string[] {
  const columns = header.map((written) => {
    const field = IMPORT_FIELDS.find((known) => plain(known) === plain(written));
    if (field !== undefined) return field;
    const near = nearKey(plain(written), IMPORT_FIELDS);
    const hint = near === undefined ? `known are ${IMPORT_FIELDS.join(', ')}` : `did you mean "${near}"?`;
    throw new LedgerbellError(
      'column-unknown',
      `Column ${header.indexOf(written) + 1} of the header is not known; ${hint}`,
    );
  });
  const twice = columns.find((field, index) => columns.indexOf(field) < index);
  if (twice !== undefined) throw new LedgerbellError('column-twice', `The header has the column "${twice}" twice`);
  if (!columns.includes('customerId'))
    throw new LedgerbellError('column-missing', 'The header lacks the column "customerId"');
  return columns;
}

function lineOf(error: unknown): number {
  const lines = (error as { lines?: unknown } | undefined)?.lines;
  return typeof lines === 'number' ? lines : 0;
}
