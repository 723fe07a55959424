/** Rows of a JSONL file: one object a line; empty lines are passed over. */
import type { ImportRow, Refusal } from '../../flows/import-row.js';
import { type Line, linesOf } from './lines-of.js';

export async function* jsonlRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<ImportRow | Refusal> {
  for await (const line of linesOf(chunks)) {
    if (line.cut || line.text.trim() !== '') yield rowOf(line);
  }
}

function rowOf({ number, text, cut }: Line): ImportRow | Refusal {
  if (cut) return { line: number, code: 'line-too-long', message: 'The line is longer than a megabyte' };
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject) return { line: number, fields: value as Record<string, unknown> };
  } catch {
    // falls through: what the parser says may quote the line
  }
  return { line: number, code: 'json-malformed', message: 'The line is not one JSON object' };
}
