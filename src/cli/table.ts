/** Tables and times as people read them. */
import Table from 'cli-table3';

type Cell = string | number | boolean | undefined | null;

/** `none` is said where there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], none: string): string {
  if (rows.length === 0) return none;
  const made = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  made.push(...rows.map((row) => row.map(cellText)));
  return made.toString();
}

/** One thing, name by name; what is absent is left out. */
export function sheet(facts: Record<string, Cell>): string {
  const shown = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${cellText(value)}`).join('\n');
}

/** Ids and names come from outside: what would move the cursor or colour the terminal is taken out. */
export function cellText(value: Cell): string {
  return String(value ?? '').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** UTC, to the second. */
export function shownTime(epochMs: number | undefined): string {
  if (epochMs === undefined) return '';
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
