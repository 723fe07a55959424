/**
 * What customers owed, derived from what they paid: transfers out of one account to the same other account, in the same amount
 * and for the same purpose, month after month. Each month between the first and the last owes once, on the day of the month of
 * the first; what was transferred in it paid for it, and a month without a transfer never was paid.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { seeded } from './schedules-generated.js';
import { type Obligation, type ScheduleWorld, WORLD_POLICY } from './schedules-world.js';

const DAY = 86_400_000;
const ZONE = 'Europe/Prague';
const PURPOSES = new Set(['household', 'insurance', 'loan_payment']);

interface Row {
  accountId: string;
  occurredAt: string;
  amount: string;
  category?: string;
  counterparty?: { account: string };
}

/** `limit`: so many series of payments; all unless stated. */
export function berkaWorld(file: string, limit = Number.POSITIVE_INFINITY): ScheduleWorld {
  const rows: Row[] = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const series = grouped(rows);
  const obligations = [...series.values()].slice(0, limit).flatMap(obligationsOf);
  const times = obligations.flatMap(({ knownAt, due, payments }) => [
    knownAt,
    Date.parse(due),
    ...payments.map(({ at }) => at),
  ]);
  const from = Math.floor(Math.min(...times) / DAY) * DAY - DAY;
  const ids = [...new Set(obligations.map(({ customerId }) => customerId))];
  return {
    customers: ids.map((id) => ({ id, zone: ZONE, frequencies: [] })),
    obligations,
    from,
    to: Math.max(...times) + 60 * DAY,
    downs: [],
    policy: WORLD_POLICY,
    holidays: [],
    currency: 'CZK',
    crashes: 0.02,
    both: 0.2,
    random: seeded(1993),
  };
}

function grouped(rows: readonly Row[]): Map<string, Row[]> {
  const series = new Map<string, Row[]>();
  for (const row of rows) {
    if (!PURPOSES.has(row.category ?? '')) continue;
    const name = `${row.accountId}/${row.counterparty?.account}/${row.category}/${row.amount}`;
    series.set(name, [...(series.get(name) ?? []), row]);
  }
  return series;
}

function obligationsOf(paid: readonly Row[]): Obligation[] {
  const [first] = paid;
  if (first === undefined || paid.length < 2) return [];
  const byMonth = new Map(paid.map((row) => [row.occurredAt.slice(0, 7), row]));
  const last = paid.at(-1)?.occurredAt.slice(0, 7) ?? '';
  const day = Math.min(28, Number(first.occurredAt.slice(8, 10)));
  const cents = Math.round(Number(first.amount) * 100);
  const loanId = `${first.accountId}-${first.counterparty?.account}-${first.category}-${cents}`;
  const obligations: Obligation[] = [];
  for (let month = first.occurredAt.slice(0, 7); month <= last; month = nextMonth(month)) {
    const due = `${month}-${String(day).padStart(2, '0')}`;
    const row = byMonth.get(month);
    obligations.push({
      customerId: first.accountId,
      loanId,
      instalmentId: `${loanId}-${month}`,
      due,
      cents,
      kind: first.category === 'loan_payment' || first.category === 'household' ? 'instalment' : 'standing-order',
      knownAt: Date.parse(`${due}T00:00:30Z`) - 20 * DAY,
      payments: row === undefined ? [] : [{ at: Date.parse(row.occurredAt), cents }],
    });
  }
  return obligations;
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
