/**
 * A platform's delivery, already believed: mapped, its customers and accounts registered, its events decided, and whatever of
 * it is refused kept in quarantine. When this returns, all of it is durable. The same delivery again is harmless.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LedgerEvent } from '../../contracts/event.js';
import type { SourceDelivery } from '../../contracts/source.js';
import { type MappedItem, mapItem, type OpenedDelivery, openDelivery } from '../../core/sources/map-delivery.js';
import { MappingRefused } from '../../core/sources/mapping-refused.js';
import { parseMapped } from '../../core/sources/parse-mapped.js';
import type { House } from '../house.js';
import type { EventResult, IncomingEvent } from '../ingest/types.js';
import { fetchedFor } from './fetch-for.js';
import { keepRefusedDelivery, noteIgnored } from './keep-delivery.js';
import type { ReadySource } from './ready-source.js';
import { registerAccount, registerCustomer } from './register.js';

/** `item` counts the items of the body from 0. */
export type SourceResult =
  | (EventResult & { item: number })
  | { id: ''; status: 'ignored'; reason: string; item: number };

export interface SourceAnswer {
  accepted: number;
  duplicates: number;
  ignored: number;
  rejected: number;
  results: SourceResult[];
}

export interface Sender {
  /** The entity of events that name none. */
  entity?: string;
  /** Throws where the sender may not send this event. */
  check?(event: LedgerEvent): void;
}

/** How it came: `replayed` is in quarantine already. */
export type Arrival = 'received' | 'replayed';

interface Taking {
  results: SourceResult[];
  incoming: (IncomingEvent & { item: number })[];
  /** Of the results so far, which waits for the answer to which event. */
  ignored: Map<string, number>;
}

/** @throws LedgerbellError `source-fetch-failed`, `queue-full`, `stopping`, and whatever the database threw: then send again */
export async function takeDelivery(
  house: House,
  source: ReadySource,
  delivery: SourceDelivery,
  sender: Sender,
  arrival: Arrival = 'received',
): Promise<SourceAnswer> {
  const taking: Taking = { results: [], incoming: [], ignored: new Map() };
  await mapAll(house, source, delivery, sender, taking);
  const refused = taking.results.flatMap((result) => (result.status === 'rejected' ? [result] : []));
  if (refused.length > 0) {
    if (arrival === 'received') await keepRefusedDelivery(house, source, delivery, refused);
    house.watch?.eventsRefused(refused.map(({ code }) => code));
  }
  const decided = taking.incoming.length === 0 ? [] : await house.pipeline.submit(taking.incoming);
  const results = [
    ...taking.results,
    ...decided.map((result, at) => ({ ...result, item: taking.incoming[at]?.item ?? 0 })),
  ];
  if (taking.ignored.size > 0) await noteIgnored(house, source, taking.ignored);
  results.sort((a, b) => a.item - b.item);
  const count = (status: SourceResult['status']) => results.filter((result) => result.status === status).length;
  return {
    accepted: count('accepted'),
    duplicates: count('duplicate'),
    ignored: count('ignored'),
    rejected: count('rejected'),
    results,
  };
}

async function mapAll(
  house: House,
  source: ReadySource,
  delivery: SourceDelivery,
  sender: Sender,
  taking: Taking,
): Promise<void> {
  let opened: OpenedDelivery;
  const { name, parameters, avro } = source;
  try {
    opened = mapping(house, source, () =>
      openDelivery(source.mapping, delivery, { name, parameters, most: house.limits.batchEvents, avro }),
    );
  } catch (error) {
    refuse(taking, 0, error);
    return;
  }
  // Everything is fetched before anything is registered: a fetch that fails leaves nothing half done.
  const fetched = await fetchedFor(house, source, opened);
  for (const [item, one] of opened.items.entries()) {
    try {
      const found = fetched[item];
      if (found instanceof MappingRefused) throw found;
      await takeItem(
        house,
        source,
        mapping(house, source, () => mapItem(opened, one, found)),
        { item, sender, taking },
      );
      if (taking.incoming.length > house.limits.batchEvents)
        throw new MappingRefused('mapping-too-many', { at: '/cases' });
    } catch (error) {
      refuse(taking, item, error);
    }
  }
}

/** The pure part. Whatever goes wrong in it, the delivery is kept. @throws MappingRefused */
function mapping<T>(house: House, source: ReadySource, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MappingRefused) throw error;
    house.log.error({ source: source.name, error: (error as Error)?.name }, 'a mapping could not be run');
    throw new MappingRefused('mapping-internal', { at: '' }, undefined, error);
  }
}

interface ItemOf {
  item: number;
  sender: Sender;
  taking: Taking;
}

async function takeItem(
  house: House,
  source: ReadySource,
  mapped: MappedItem,
  { item, sender, taking }: ItemOf,
): Promise<void> {
  if (mapped.ignored !== undefined) {
    taking.ignored.set(mapped.ignored, (taking.ignored.get(mapped.ignored) ?? 0) + 1);
    taking.results.push({ id: '', status: 'ignored', reason: mapped.ignored, item });
    return;
  }
  const events = mapped.events.flatMap((made) => {
    const now = house.now();
    const limits = { now, futureToleranceMs: house.limits.futureToleranceMs, entity: source.entity ?? sender.entity };
    const parsed = parseMapped(made, { ...limits, learn: source.learn });
    if ('refused' in parsed) {
      const { id, code, message, path } = parsed.refused;
      taking.results.push({ id, status: 'rejected', code, message, item, ...(path === undefined ? {} : { path }) });
      return [];
    }
    try {
      sender.check?.(parsed.event);
      checkAge(house, parsed.event, now);
      return [{ event: parsed.event, original: made.event, timeIsReceived: made.timeIsReceived, item }];
    } catch (error) {
      refuse(taking, item, error, parsed.event.id);
      return [];
    }
  });
  await register(house, source, mapped, { item, sender, taking });
  taking.incoming.push(...events);
}

/** One that cannot be registered keeps nobody's events from being decided. */
async function register(
  house: House,
  source: ReadySource,
  mapped: MappedItem,
  { item, sender, taking }: ItemOf,
): Promise<void> {
  const by = { entity: mapped.entity ?? source.entity ?? sender.entity ?? 'default', actor: `source:${source.name}` };
  for (const customer of mapped.customers) await attempt(() => registerCustomer(house, by, customer));
  for (const account of mapped.accounts) await attempt(() => registerAccount(house, by, account));

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      refuse(taking, item, error);
    }
  }
}

/** Older than duplicates are remembered: whether it is new cannot be told any more. */
function checkAge({ limits }: House, event: LedgerEvent, now: number): void {
  if (limits.duplicateHorizonMs === undefined || now - event.time <= limits.duplicateHorizonMs) return;
  throw new LedgerbellError('too-old', 'The event is older than duplicates are remembered', { path: '/time' });
}

/** What is no refusal of ours is thrown on. */
function refuse(taking: Taking, item: number, error: unknown, id = ''): void {
  if (!(error instanceof LedgerbellError)) throw error;
  const { code, message, path } = error;
  taking.results.push({ id, status: 'rejected', code, message, item, ...(path === undefined ? {} : { path }) });
}
