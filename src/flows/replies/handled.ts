/** What the parts that handle replies are given, and what they answer. */
import type { Sender } from './sender.js';

export interface InboundAtHand {
  inboundKey: Buffer;
  adapter: string;
  /** The number or short code it was sent to, as the provider writes it. */
  sentTo: string;
  sender: Sender;
  /** ISO 3166, of the number it came from; absent where it has none. */
  country?: string;
  /** Epoch milliseconds. */
  at: number;
}

export interface Handled {
  /** Kept with the message: docs/replies.md has the list. */
  outcome:
    | 'stopped'
    | 'stopped-already'
    | 'started'
    | 'not-stopped'
    | 'helped'
    | 'reply-first'
    | 'reply-contradicts'
    | 'reply-later'
    | 'reply-ambiguous'
    | 'nothing-asked'
    | 'not-understood';
  /** The alert it is bound to. */
  alertId?: string;
  /** The SMS that answers it. */
  answerId?: string;
}
