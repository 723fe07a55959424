/**
 * Statements of our own with their values written into them. The driver's formatter takes any statement, and for that reads it
 * letter by letter; ours have a question mark nowhere but where a value goes.
 */

interface Formatter {
  format(sql: string, values: readonly unknown[]): string;
}

/** What the driver escapes; anything else may stand between quotes as it is, in every SQL mode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const ESCAPED = /[\0\b\t\n\r\x1a"'\\]/;
/** Few statements, each in some powers of two; whatever else would fill the memory begins it anew. */
const MOST_REMEMBERED = 500;
/** Characters after which another statement begins. */
const LONGEST_INSERT = 500_000;

const remembered = new Map<string, readonly string[]>();

export function statementText(driver: Formatter, sql: string, values: readonly unknown[]): string {
  const pieces = piecesOf(sql);
  let text = pieces[0] as string;
  for (let at = 0; at < values.length; at++) text += literal(driver, values[at]) + pieces[at + 1];
  return text;
}

/** One statement, or several where the rows are many bytes: each far below every server's `max_allowed_packet`. */
export function insertTexts(
  driver: Formatter,
  before: string,
  rows: readonly (readonly unknown[])[],
  after: string,
): string[] {
  const texts: string[] = [];
  let text = '';
  for (const row of rows) {
    if (text.length > LONGEST_INSERT) {
      texts.push(text + after);
      text = '';
    }
    text += text === '' ? `${before}(` : ',(';
    for (let at = 0; at < row.length; at++) text += at === 0 ? literal(driver, row[0]) : `,${literal(driver, row[at])}`;
    text += ')';
  }
  texts.push(text + after);
  return texts;
}

function piecesOf(sql: string): readonly string[] {
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const pieces = sql.split('?');
  remembered.set(sql, pieces);
  return pieces;
}

function literal(driver: Formatter, value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && !ESCAPED.test(value)) return `'${value}'`;
  if (Buffer.isBuffer(value)) return `X'${value.toString('hex')}'`;
  return driver.format('?', [value]);
}
