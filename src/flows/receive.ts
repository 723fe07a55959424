/**
 * Takes posted events: each is validated on its own, what fails is kept in quarantine and answered by name, the rest is
 * decided and durable when this returns.
 */

import { isUtf8 } from 'node:buffer';
import { LedgerbellError } from '../contracts/errors.js';
import type { LedgerEvent } from '../contracts/event.js';
import { type EventLimits, parseEvent } from '../core/event/parse-event.js';
import { redactCardData, redactText } from '../core/event/redact.js';
import { keepInQuarantine } from '../store/quarantine.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import type { EventResult, IncomingEvent } from './ingest/types.js';

export interface ReceivedRequest {
  /** Parsed JSON, one item an event. */
  events: readonly unknown[];
  /** Where they came in, for the quarantine: `events`, or a source's name. */
  origin: string;
  /** The entity of events that name none. */
  entity?: string;
  learn?: boolean;
  /** Throws where the sender may not send this event. */
  check?(event: LedgerEvent): void;
}

export interface ReceivedAnswer {
  accepted: number;
  duplicates: number;
  rejected: number;
  results: EventResult[];
}

/** @throws LedgerbellError `queue-full`, `stopping`, and whatever the database threw: then nothing was lost, send again */
export async function receiveEvents(house: House, request: ReceivedRequest): Promise<ReceivedAnswer> {
  const now = house.now();
  const parsed = request.events.map((input) => parseOne(house, request, input, now));
  const incoming = parsed.flatMap((one) => (one.incoming === undefined ? [] : [one.incoming]));
  const decided = incoming.length === 0 ? [] : await house.pipeline.submit(incoming);
  // After the others: a request that is sent again because they could not be taken brings these again too.
  const refused = parsed.filter((one) => one.refusal !== undefined);
  if (refused.length > 0) {
    await quarantine(house, request, refused, now);
    house.watch?.eventsRefused(refused.flatMap(({ refusal }) => refusal?.code ?? []));
  }
  let next = 0;
  const results = parsed.map((one) => one.refusal ?? (decided[next++] as EventResult));
  const count = (status: EventResult['status']) => results.filter((result) => result.status === status).length;
  return { accepted: count('accepted'), duplicates: count('duplicate'), rejected: count('rejected'), results };
}

interface Parsed {
  input: unknown;
  incoming?: IncomingEvent;
  refusal?: EventResult & { status: 'rejected' };
}

function parseOne(house: House, request: ReceivedRequest, input: unknown, now: number): Parsed {
  const limits: EventLimits = {
    now,
    futureToleranceMs: house.limits.futureToleranceMs,
    origin: 'outside',
    entity: request.entity,
    learn: request.learn,
  };
  try {
    const event = parseEvent(input, limits);
    request.check?.(event);
    checkAge(house, event, now);
    return { input, incoming: { event, original: input } };
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    const { code, message, path } = error;
    return {
      input,
      refusal: { id: idOf(input), status: 'rejected', code, message, ...(path === undefined ? {} : { path }) },
    };
  }
}

/** Older than duplicates are remembered: whether it is new cannot be told any more. */
function checkAge({ limits }: House, event: LedgerEvent, now: number): void {
  if (limits.duplicateHorizonMs === undefined || now - event.time <= limits.duplicateHorizonMs) return;
  throw new LedgerbellError('too-old', 'The event is older than duplicates are remembered', { path: '/time' });
}

/** Keeps a verified body that could not be read as events at all, as it came but for card data. */
export async function keepUnreadable(
  house: House,
  origin: string,
  body: Buffer,
  { code, message, path }: LedgerbellError,
): Promise<void> {
  // Latin-1 gives every byte a character, so that what is no UTF-8 comes back unchanged.
  const encoding = isUtf8(body) ? 'utf8' : 'latin1';
  const redacted = Buffer.from(redactText(body.toString(encoding)), encoding);
  const entry = { receivedAt: house.now(), origin, code, path, message, body: redacted };
  await withTransaction(house.vault.database, (trx) => keepInQuarantine(house.vault, trx, entry));
}

async function quarantine(
  house: House,
  request: ReceivedRequest,
  refused: readonly Parsed[],
  now: number,
): Promise<void> {
  await withTransaction(house.vault.database, async (trx) => {
    for (const { input, refusal } of refused) {
      if (refusal === undefined) continue;
      const redacted = redactCardData(asReceived(input, request) as never);
      const body = Buffer.from(JSON.stringify(redacted, keepInfinite) ?? 'null');
      const { code, path, message } = refusal;
      await keepInQuarantine(house.vault, trx, { receivedAt: now, origin: request.origin, code, path, message, body });
    }
  });
}

/** What the request fixed for its events is kept with each, or a replay would take it for another entity's, or alert. */
function asReceived(input: unknown, { entity, learn }: ReceivedRequest): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const event = input as Record<string, unknown>;
  const isSilent = learn === true && (event.learn ?? false) === false;
  const ofEntity = entity !== undefined && (event.entity ?? undefined) === undefined;
  if (!isSilent && !ofEntity) return input;
  return { ...event, ...(isSilent ? { learn } : {}), ...(ofEntity ? { entity } : {}) };
}

/** A number too large for a double (`1e400`) has no JSON of its own; as null it would seem to have been left out. */
function keepInfinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** For the answer only: what is not text, or too long to be an id, is left out. */
function idOf(input: unknown): string {
  const id = typeof input === 'object' && input !== null && 'id' in input ? input.id : undefined;
  return typeof id === 'string' && id.length <= 255 ? id : '';
}
