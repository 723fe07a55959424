/** The formats of files of entries. A new one is a reader beside its mapping and one line here. */
import { bai2 } from '../../adapters/sources/bai2/reader.js';
import { camt054 } from '../../adapters/sources/camt-054/reader.js';
import type { StatementReader } from '../contracts/statement.js';

export const STATEMENT_READERS: readonly StatementReader[] = [camt054, bai2];

export function statementReader(name: string): StatementReader | undefined {
  return STATEMENT_READERS.find((reader) => reader.name === name);
}
