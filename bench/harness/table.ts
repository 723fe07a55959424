/** Tables as Markdown, so that they can be read in a terminal and quoted in a page alike. */
export interface Table {
  title: string;
  /** What is measured, and anything a reader must know to judge it. */
  notes: readonly string[];
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

export function printTable({ title, notes, columns, rows }: Table): void {
  const all = [columns, ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => [...(row[at] ?? '')].length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => pad(row[at] ?? '', width, at)).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  console.log(`\n### ${title}\n`);
  for (const note of notes) console.log(`${note}\n`);
  for (const text of [line(columns), rule, ...rows.map(line)]) console.log(text);
}

/** Words to the left, numbers to the right. */
function pad(text: string, width: number, at: number): string {
  const space = ' '.repeat(width - [...text].length);
  return at === 0 ? text + space : space + text;
}

/** Three significant digits, with commas. */
export function amount(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '-';
  if (Number.isInteger(value) && Math.abs(value) < 1000) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = digits > 0 ? value.toFixed(Math.min(digits, 4)) : Number(value.toPrecision(3)).toFixed(0);
  return rounded.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}

export function times(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : `${amount(value)} x`;
}

export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
