/** How short links behave, as the bank set it. */
import type { VerifyLimit } from './verify-settings.js';

export interface ShortLinkSettings {
  /** The only hosts that links may lead to, in small letters; none: no link is made. */
  hosts: readonly string[];
  /** What stands before a token; `<public address>/l` where absent. */
  address?: string;
  /** How long a link leads anywhere, where whoever makes it does not say, milliseconds. */
  lastsMs: number;
  limits: {
    /** For one address: an IPv4 address, or the 64-bit network of an IPv6 one. */
    address: VerifyLimit;
    /** For all who follow links, over all replicas. */
    overall: VerifyLimit;
  };
}

const HOUR = 3_600_000;

/** One address of a mobile operator stands for thousands of its customers, so it may follow many more links than look up codes. */
export const DEFAULT_SHORT_LINK_SETTINGS: ShortLinkSettings = {
  hosts: [],
  lastsMs: 90 * 24 * HOUR,
  limits: { address: { count: 2_000, periodMs: HOUR }, overall: { count: 400_000, periodMs: HOUR } },
};
