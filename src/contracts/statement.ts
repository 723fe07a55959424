/**
 * Files of entries that a bank's systems write, such as ISO 20022 camt.054 and BAI2. A reader turns one into records, one
 * entry each, in the order of the file; the mapping beside it turns a record into an event.
 */
import type { JsonObject } from './json.js';

/** One entry as the file states it, amounts as text, with what the file says of the account and of itself around it. */
export interface StatementEntry {
  /** Where it begins, from 1. */
  line: number;
  record: JsonObject;
}

export interface StatementReader {
  /** As a source's mapping is called: `camt-054`, `bai2`. */
  name: string;
  /**
   * Holds one entry at a time, however long the file is. The totals that the file states are compared at its end.
   * @throws LedgerbellError `statement-malformed`, `statement-incomplete`, `statement-kind`, `statement-totals`,
   *   `statement-entry-too-large`; the message says the line and never a value
   */
  read(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StatementEntry>;
}
