/** What a bank may be asked to prove for longer than it is set to keep. */
import type { Config } from '../config/config.js';
import type { Logger } from '../flows/house.js';

/** Thirteen months, in which a payer may dispute a payment: Article 71 of Directive (EU) 2015/2366. */
const THIRTEEN_MONTHS_MS = 397 * 86_400_000;

export function warnOfShortEvidence({ retention: { evidenceMs } }: Config, log: Logger): void {
  if (evidenceMs >= THIRTEEN_MONTHS_MS) return;
  const days = evidenceMs / 86_400_000;
  log.warn({ days }, 'what was sent is provable for less than thirteen months: see retention.evidenceDays');
}
