/**
 * Real accounts. What their holders owed is derived from what they paid: transfers out of one account to the same other account,
 * in the same amount and for the same purpose. Each month between the first and the last owes once, on the day of the month of
 * the first; what was transferred in it paid for it, and a month without a transfer never was paid.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { downsBetween } from './generated.js';
import { fictionalPhones } from './people.js';
import { DAY, type Fact, HOUR, MINUTE, WORLD_POLICY, type World } from './world.js';

const SEED = 1993;
/** The rest are standing orders, which the bank pays by itself. */
const OWED = new Set(['household', 'loan_payment']);
const BY_BANK = new Set(['interest', 'statement_fee', 'sanction_interest']);
const NIGHT = 2 * HOUR + 37 * MINUTE;

interface Row {
  accountId: string;
  occurredAt: string;
  direction: string;
  amount: string;
  balanceAfter: string;
  category?: string;
  counterparty?: { account: string } | null;
}

/** `accounts`: so many of them; all unless stated. */
export function berkaWorld(file: string, options: { accounts?: number; kills: number }): World {
  const all: Row[] = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ids = [...new Set(all.map(({ accountId }) => accountId))].slice(0, options.accounts);
  const rows = all.filter(({ accountId }) => ids.includes(accountId));
  const facts = [
    ...[...seriesOf(rows).values()].flatMap(loanOf),
    ...rows.map(postedOf),
    ...ids.flatMap((id, index) => choiceOf(id, index, rows)),
  ].sort((a, b) => a.at - b.at);
  const from = Math.floor((facts[0]?.at ?? 0) / DAY) * DAY - DAY;
  const to = (facts.at(-1)?.at ?? 0) + 60 * DAY;
  const phones = fictionalPhones(ids.length);
  return {
    seed: SEED,
    people: ids.map((id, index) => ({ id, zone: 'Europe/Prague', phone: phones[index] ?? '' })),
    facts,
    campaigns: [],
    from,
    to: Math.ceil(to / MINUTE) * MINUTE,
    downs: downsBetween(from, to, SEED, 8),
    kills: options.kills,
    policy: WORLD_POLICY,
    holidays: ['1993-12-24', '1994-12-26', '1995-05-01', '1996-01-01', '1997-07-05', '1998-10-28'],
    currency: 'CZK',
  };
}

function seriesOf(rows: readonly Row[]): Map<string, Row[]> {
  const series = new Map<string, Row[]>();
  for (const row of rows) {
    const { accountId, direction, counterparty, category, amount } = row;
    if (direction !== 'debit' || !counterparty) continue;
    const name = `${accountId}/${counterparty.account}/${category}/${amount}`;
    const own = series.get(name) ?? [];
    series.set(name, own);
    own.push(row);
  }
  return series;
}

/** One that was paid once is no series. */
function loanOf(paid: readonly Row[], index: number): Fact[] {
  const [first] = paid;
  if (first === undefined || paid.length < 2) return [];
  const day = String(Math.min(28, Number(first.occurredAt.slice(8, 10)))).padStart(2, '0');
  const last = paid.at(-1)?.occurredAt.slice(0, 7) ?? '';
  const about = { customerId: first.accountId, loanId: `S${index}` };
  const facts: Fact[] = paid.map(({ occurredAt, amount }) => {
    const instalmentId = `${about.loanId}/${occurredAt.slice(0, 7)}`;
    return { kind: 'paid', ...about, instalmentId, at: Date.parse(occurredAt), cents: centsOf(amount) };
  });
  for (let month = first.occurredAt.slice(0, 7); month <= last; month = nextMonth(month)) {
    const due = `${month}-${day}`;
    const known = { at: Date.parse(due) + NIGHT - 20 * DAY, instalmentId: `${about.loanId}/${month}` };
    const isOrder = !OWED.has(first.category ?? '');
    facts.push({ kind: 'due', ...about, ...known, due, cents: centsOf(first.amount), isOrder });
  }
  return facts;
}

/** As the core system says it, at the end of the hour. */
function postedOf({ accountId, occurredAt, balanceAfter, category }: Row): Fact {
  const byBank = BY_BANK.has(category ?? '');
  return { kind: 'posted', customerId: accountId, at: endOfHour(occurredAt), balance: centsOf(balanceAfter), byBank };
}

/** Every third holder chooses a digest when the account is new. */
function choiceOf(id: string, index: number, rows: readonly Row[]): Fact[] {
  const first = rows.find(({ accountId }) => accountId === id);
  if (first === undefined || index % 3 !== 0) return [];
  const at = endOfHour(first.occurredAt) + 37 * MINUTE;
  return [{ kind: 'chose', customerId: id, at, frequencies: index % 15 === 0 ? ['weekly'] : ['monthly'] }];
}

function endOfHour(time: string): number {
  return Math.ceil(Date.parse(time) / HOUR) * HOUR;
}

function centsOf(amount: string): number {
  return Math.round(Number(amount) * 100);
}

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
