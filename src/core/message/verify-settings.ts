/** How codes that tell a genuine SMS behave, as the bank set it. */
import type { Lane } from '../../contracts/rule.js';

/** At most `count` within any `periodMs`. */
export interface VerifyLimit {
  count: number;
  periodMs: number;
}

export interface VerifySettings {
  /** Lanes whose messages carry a code although their text does not name it. */
  append: Partial<Record<Lane, boolean>>;
  /** The word before an appended code, by language. */
  words: Readonly<Record<string, string>>;
  /** How long a code is answered after its message left, milliseconds. */
  keptMs: number;
  limits: {
    /** For one address: an IPv4 address, or the 64-bit network of an IPv6 one. */
    address: VerifyLimit;
    /** For all who ask, over all replicas. */
    overall: VerifyLimit;
  };
}

const HOUR = 3_600_000;

/** What the limits leave to somebody who guesses is worked out in docs/verify.md. */
export const DEFAULT_VERIFY_SETTINGS: VerifySettings = {
  append: {},
  words: { en: 'Check:', et: 'Kontroll:' },
  keptMs: 30 * 24 * HOUR,
  limits: { address: { count: 30, periodMs: HOUR }, overall: { count: 3_000, periodMs: HOUR } },
};
