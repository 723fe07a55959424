/** The real transactions as CloudEvents, and what must come of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CloudEvent } from '../../src/contracts/event.js';

export interface ReplaySet {
  name: string;
  /** Directory of the rules that are replayed. */
  rules: string;
  /** In posting order. */
  events: CloudEvent[];
  /** Rule to the ids of the events that must alert, in order. */
  expected: Record<string, string[]>;
  currency: string;
}

type Row = Record<string, unknown> & { id: string; occurredAt: string; accountId: string };

const SLICE = join('examples', 'data');

/** The slice that ships with the repository. */
export function sliceSets(): ReplaySet[] {
  const expected = readJson(join(SLICE, 'expected.json'));
  return [
    berka(join(SLICE, 'berka-slice.jsonl.gz'), expected.berka),
    sparkov(join(SLICE, 'sparkov-slice.jsonl.gz'), expected.sparkov),
  ];
}

/** All of it, from the folder that LEDGERBELL_DATA_DIR names. */
export function fullSets(folder: string): ReplaySet[] {
  const transactions = join(folder, 'transactions');
  const rules: Record<string, { ids: string[] }> = readJson(join(transactions, 'expected.dev.json')).rules;
  const expected = Object.fromEntries(Object.entries(rules).map(([name, { ids }]) => [name, ids]));
  return [
    berka(join(transactions, 'berka-events.dev.jsonl.gz'), expected),
    sparkov(join(transactions, 'sparkov-200c-6m.jsonl.gz'), readJson(join(transactions, 'expected.sparkov.json'))),
  ];
}

function berka(file: string, expected: ReplaySet['expected']): ReplaySet {
  const events = rows(file).map((row) => {
    const { accountId, direction, amount, currency, balanceAfter, category, operation: kind } = row;
    return posted(row, { accountId, direction, amount, currency, kind, balanceAfter, category });
  });
  return { name: 'Berka', rules: 'test/replay/berka-rules', events, expected, currency: 'CZK' };
}

function sparkov(file: string, expected: ReplaySet['expected']): ReplaySet {
  const events = rows(file).map((row) => {
    const { accountId, cardId, amount, currency } = row;
    const [home, at] = [row.home as [number, number], row.at as [number, number]];
    return posted(row, {
      accountId,
      cardId,
      amount,
      currency,
      direction: 'debit',
      kind: 'card',
      home: { latitude: home[0], longitude: home[1] },
      location: { latitude: at[0], longitude: at[1] },
    });
  });
  return { name: 'Sparkov', rules: 'test/replay/sparkov-rules', events, expected, currency: 'USD' };
}

function posted({ id, occurredAt }: Row, data: Record<string, unknown>): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: 'core',
    type: 'transaction.posted',
    time: occurredAt,
    data: data as CloudEvent['data'],
  };
}

function rows(file: string): Row[] {
  const text = gunzipSync(readFileSync(file)).toString('utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Row);
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
