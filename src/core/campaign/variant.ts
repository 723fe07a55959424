/** Which text a customer gets: chosen by a hash, so that every replica, a preview and a run after a crash choose the same. */
import { digest } from './campaign-ids.js';

export interface Weighted {
  name: string;
  weight: number;
}

/** Names are part of the hash only through the campaign: another campaign shuffles the customers anew. */
export function chooseVariant<T extends Weighted>(
  variants: readonly T[],
  of: { entity: string; campaign: string; customerId: string },
): T {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const bytes = digest(['variant', of.entity, of.campaign, of.customerId]);
  // 48 bits: the remainder favours no variant by more than one in ten thousand million.
  const number = bytes.subarray(0, 6).reduce((value, byte) => value * 256 + byte, 0);
  let left = number % total;
  for (const variant of variants) {
    left -= variant.weight;
    if (left < 0) return variant;
  }
  return variants.at(-1) as T;
}
