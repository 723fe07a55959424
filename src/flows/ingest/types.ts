/** What goes through ingestion, and what is answered. */
import type { LedgerEvent } from '../../contracts/event.js';
import type { DecidedAlert } from '../../store/decisions.js';

/** An event that was verified and validated, on its way to be decided. */
export interface IncomingEvent {
  event: LedgerEvent;
  /** What was posted: kept in quarantine, card data redacted, should it be refused after all. */
  original: unknown;
  /** Values for message texts alone, such as a one-time code: they are in no event, no profile and no decision. */
  secrets?: Readonly<Record<string, string>>;
  /** Its sender states no time: what came again later is the same event. */
  timeIsReceived?: boolean;
}

/** An event and its `eventSubject`, worked out once. */
export interface EventOf {
  event: LedgerEvent;
  subject: string;
}

export type EventResult =
  | { id: string; status: 'accepted' | 'duplicate'; alerts: DecidedAlert[] }
  | { id: string; status: 'rejected'; code: string; path?: string; message: string };
