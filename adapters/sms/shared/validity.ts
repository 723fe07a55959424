export interface ValidityRule {
  /** The provider's unit, in milliseconds. */
  unitMs: number;
  /** Its documented bounds, in its unit. The least is at least 1: providers read 0 as "no limit" or refuse it. */
  least: number;
  most: number;
}

/**
 * How long the provider may keep trying, in its unit: rounded down, so that a message does not outlive its deadline, and within
 * the provider's bounds. Undefined for a message that never expires.
 * @param expiresAt and @param now epoch milliseconds
 */
export function validityOf(expiresAt: number | undefined, now: number, rule: ValidityRule): number | undefined {
  if (expiresAt === undefined) return undefined;
  return Math.max(rule.least, Math.min(rule.most, Math.floor((expiresAt - now) / rule.unitMs)));
}
