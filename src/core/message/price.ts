/** What a text costs: the price of one part, times its parts, in integers of a millionth. */
import type { TextPolicy } from '../../contracts/rule.js';

const DECIMALS = 6;

/** A decimal string with as many decimals as the price has, or undefined where there are no prices. */
export function priceOf(prices: TextPolicy['prices'], parts: number, country = 'default'): string | undefined {
  const perPart = prices?.perPart[country] ?? prices?.perPart.default;
  if (perPart === undefined) return undefined;
  const [whole = '0', fraction = ''] = perPart.split('.');
  const millionths = BigInt(whole + fraction.padEnd(DECIMALS, '0')) * BigInt(parts);
  const digits = millionths.toString().padStart(DECIMALS + 1, '0');
  const cut = fraction.length;
  return digits.slice(0, -DECIMALS) + (cut === 0 ? '' : `.${digits.slice(-DECIMALS).slice(0, cut)}`);
}
