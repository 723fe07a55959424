/** The sample data of examples/data as events, one lap after another: each lap is the same events, later and with new ids. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CloudEvent, LedgerEvent } from '../../src/contracts/event.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { cloudEvent } from '../world/banking.js';

export interface Sample {
  name: 'Berka' | 'Sparkov';
  events: CloudEvent[];
  /** Rule of `test/replay` to the ids of the events that must alert. */
  expected: Record<string, string[]>;
  rules: string;
}

type Pair = [latitude: number, longitude: number];
type Row = Record<string, string> & { id: string; occurredAt: string };
type CardRow = Record<string, string | Pair> & { id: string; occurredAt: string; home: Pair; at: Pair };

const FOLDER = join('examples', 'data');

export function samples(): Sample[] {
  const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8'));
  return [
    {
      name: 'Berka',
      rules: 'test/replay/berka-rules',
      events: rows<Row>('berka').map(berka),
      expected: expected.berka,
    },
    {
      name: 'Sparkov',
      rules: 'test/replay/sparkov-rules',
      events: rows<CardRow>('sparkov').map(sparkov),
      expected: expected.sparkov,
    },
  ];
}

function rows<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(join(FOLDER, `${name}-slice.jsonl.gz`))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function berka({ id, occurredAt, operation: kind, ...data }: Row): CloudEvent {
  return cloudEvent(id, Date.parse(occurredAt), 'transaction.posted', { ...data, kind });
}

function sparkov({ id, occurredAt, home, at, ...data }: CardRow): CloudEvent {
  const place = ([latitude, longitude]: Pair) => ({ latitude, longitude });
  const more = { direction: 'debit', kind: 'card', home: place(home), location: place(at) };
  return cloudEvent(id, Date.parse(occurredAt), 'transaction.posted', { ...data, ...more });
}

export function parse(event: CloudEvent): LedgerEvent {
  return parseEvent(event, { now: Number.MAX_SAFE_INTEGER, futureToleranceMs: 0, origin: 'outside' });
}

/** How long the sample lasts, rounded up to whole days. */
export function lapMs(events: readonly CloudEvent[]): number {
  const times = events.map(({ time }) => Date.parse(time));
  const day = 86_400_000;
  return (Math.floor((Math.max(...times) - Math.min(...times)) / day) + 1) * day;
}

export function inLap(event: LedgerEvent, lap: number, length: number): LedgerEvent {
  return { ...event, id: `${event.id}-${lap}`, time: event.time + lap * length };
}
