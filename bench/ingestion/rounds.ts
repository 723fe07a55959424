/** One turn of one entrant: load on it for a while, and what that cost whom. */
import { databaseCpu, type Kind } from '../harness/databases.js';
import type { Worker } from '../harness/worker.js';
import { ACCOUNTS } from '../world/ingestion.js';
import type { Entrant } from './entrants.js';
import type { LoadOrder, LoadResult } from './generator.js';
import type { RawResult } from './raw-worker.js';
import { CONNECTIONS, eventsIn, type Mode } from './requests.js';

export interface Turn {
  events: number;
  milliseconds: number;
  /** Events a second. */
  rate: number;
  /** CPU milliseconds an event. */
  cpu: { service: number; mainThread: number; database: number; generator: number };
  latency?: LoadResult['latency'];
}

let orders = 0;

/** Requests made beforehand: half as many again as the last turn needed. */
const expected = new Map<string, number>();
const FIRST_GUESS: Record<Mode, number> = { single: 3_000, batch: 60 };

/** It gains nothing from more batches at once, and each of them takes it half a second. */
const HANDWRITTEN_CONNECTIONS: Record<Mode, number> = { single: 64, batch: 2 };

export interface TurnOptions {
  kind: Kind;
  mode: Mode;
  milliseconds: number;
  /** Events a second, at times fixed in advance. */
  rate?: number;
}

export async function turn(entrant: Entrant, generator: Worker, options: TurnOptions): Promise<Turn> {
  const { kind, mode } = options;
  const before = { service: await entrant.worker.usage(), database: databaseCpu(kind) };
  const result = entrant.role === 'raw' ? await write(entrant, options) : await sendTo(entrant, generator, options);
  const after = { service: await entrant.worker.usage(), database: databaseCpu(kind) };
  if (result.events === 0) throw new Error(`${entrant.name} (${kind}, ${mode}) took no event`);
  const each = (milliseconds: number) => milliseconds / result.events;
  return {
    events: result.events,
    milliseconds: result.milliseconds,
    rate: (result.events * 1000) / result.milliseconds,
    cpu: {
      service: each(after.service.cpu - before.service.cpu - ('prepared' in result ? result.prepared : 0)),
      mainThread: each(after.service.mainThread - before.service.mainThread),
      database: each(after.database - before.database),
      generator: each('cpu' in result ? result.cpu : 0),
    },
    ...('latency' in result ? { latency: result.latency } : {}),
  };
}

async function sendTo(
  entrant: Entrant,
  generator: Worker,
  { kind, mode, milliseconds, rate }: TurnOptions,
): Promise<LoadResult> {
  const key = `${kind} ${mode} ${entrant.name}`;
  const known = expected.get(key);
  const guess = known === undefined ? FIRST_GUESS[mode] : Math.ceil(1.5 * known * milliseconds) + 20;
  const perSecond = rate === undefined ? undefined : rate / eventsIn(mode);
  orders += 1;
  const order: LoadOrder = {
    port: entrant.worker.ready as number,
    mode,
    prefix: `o${orders}`,
    seed: orders,
    accounts: ACCOUNTS,
    requests: perSecond === undefined ? guess : Math.ceil((perSecond * milliseconds) / 1000) + 1,
    milliseconds,
    rate: perSecond,
    connections: entrant.role === 'handwritten' ? HANDWRITTEN_CONNECTIONS[mode] : CONNECTIONS[mode],
  };
  const result = await generator.ask<LoadResult>('load', order);
  if (result.refused > 0) throw new Error(`${entrant.name} refused ${result.refused} of ${result.requests} requests`);
  if (rate === undefined) expected.set(key, result.requests / result.milliseconds);
  return result;
}

async function write({ worker }: Entrant, { milliseconds }: TurnOptions): Promise<RawResult> {
  const events = Math.ceil(1.5 * (expected.get('raw') ?? 15) * milliseconds);
  const result = await worker.ask<RawResult>('write', { events, milliseconds });
  expected.set('raw', Math.max(expected.get('raw') ?? 0, result.events / result.milliseconds));
  return result;
}
