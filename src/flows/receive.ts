/**
 * Takes posted events: each is validated on its own, what fails is kept in quarantine and answered by name, the rest is
 * decided and durable when this returns.
 */

import { LedgerbellError } from '../contracts/errors.js';
import type { LedgerEvent } from '../contracts/event.js';
import { type EventLimits, parseEvent } from '../core/event/parse-event.js';
import { redactCardData } from '../core/event/redact.js';
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
  const refused = parsed.filter((one) => one.refusal !== undefined);
  if (refused.length > 0) await quarantine(house, request.origin, refused, now);
  const incoming = parsed.flatMap((one) => (one.incoming === undefined ? [] : [one.incoming]));
  const decided = incoming.length === 0 ? [] : await house.pipeline.submit(incoming);
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

async function quarantine(house: House, origin: string, refused: readonly Parsed[], now: number): Promise<void> {
  await withTransaction(house.vault.database, async (trx) => {
    for (const { input, refusal } of refused) {
      if (refusal === undefined) continue;
      const body = Buffer.from(JSON.stringify(redactCardData(input as never)) ?? 'null');
      const { code, path, message } = refusal;
      await keepInQuarantine(house.vault, trx, { receivedAt: now, origin, code, path, message, body });
    }
  });
}

/** For the answer only: what is not text, or too long to be an id, is left out. */
function idOf(input: unknown): string {
  const id = typeof input === 'object' && input !== null && 'id' in input ? input.id : undefined;
  return typeof id === 'string' && id.length <= 255 ? id : '';
}
