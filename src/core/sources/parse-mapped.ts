/** The events of a mapped item are held to the very rules of events that are sent as such. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LedgerEvent } from '../../contracts/event.js';
import { parseEvent } from '../event/parse-event.js';
import type { MappedEvent } from './map-delivery.js';

export interface SourceLimits {
  /** Epoch milliseconds. */
  now: number;
  futureToleranceMs: number;
  entity?: string;
  learn?: boolean;
}

/** A refused event, with the place of the template in the mapping beside the place in the event. */
export interface RefusedEvent {
  id: string;
  code: string;
  message: string;
  /** Pointer into the event. */
  path?: string;
  /** Pointer into the mapping. */
  at: string;
}

/** @returns the event, or why it is none */
export function parseMapped(
  mapped: MappedEvent,
  limits: SourceLimits,
): { event: LedgerEvent } | { refused: RefusedEvent } {
  try {
    return { event: parseEvent(mapped.event, { ...limits, origin: 'outside' }) };
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    const { code, message, path } = error;
    const id = typeof mapped.event.id === 'string' ? mapped.event.id : '';
    return { refused: { id, code, message, path, at: mapped.at } };
  }
}
