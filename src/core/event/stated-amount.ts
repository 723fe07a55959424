/** An amount that an event states only in its data, such as that of a loan. What was validated can always be read. */
import type { LedgerEvent, Money } from '../../contracts/event.js';
import { parseAmount } from './money.js';

/** `amount`, `currency`: keys of the data. Undefined where the event lacks one of them. */
export function statedAmount({ data }: Pick<LedgerEvent, 'data'>, amount: string, currency: string): Money | undefined {
  const [text, unit] = [data[amount], data[currency]];
  return typeof text === 'string' && typeof unit === 'string'
    ? parseAmount(text, unit, { negative: false })
    : undefined;
}
