/** What the address of a callback proves, before the adapter reads anything. */
import { timingSafeEqual } from 'node:crypto';
import type { SmsAdapter } from '../../contracts/adapter.js';
import { LedgerbellError } from '../../contracts/errors.js';
import type { House } from '../../flows/house.js';
import { adapterToken, type CallbackKind, receiptToken } from '../../flows/receipt-address.js';

/** `alert`: only receipts of this one are taken. `adapter`: the ids in the callback count. */
export type CallbackScope = { of: 'alert'; alertId: string } | { of: 'adapter' };

/**
 * A token in the address has to be right, also where the provider signs. Without one, the provider's own signature is
 * left to prove everything, and the address may then name no alert: nothing would cover it.
 * @throws LedgerbellError `callback-unverified`
 */
export function callbackScope(
  { vault }: Pick<House, 'vault'>,
  { name, adapter }: { name: string; adapter: Pick<SmsAdapter, 'callbacks'> },
  kind: CallbackKind,
  query: URLSearchParams,
): CallbackScope {
  const alertId = only(query, 'alert');
  const token = only(query, 'token');
  if (kind === 'receipts' && alertId !== undefined) {
    if (!isSame(token, receiptToken(vault, name, alertId))) throw refused();
    return { of: 'alert', alertId };
  }
  const isSigned = adapter.callbacks === 'signature';
  if (!(token === undefined && isSigned) && !isSame(token, adapterToken(vault, name, kind))) throw refused();
  return { of: 'adapter' };
}

/** Given twice, one could be checked and the other used. @throws LedgerbellError `callback-unverified` */
function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw refused();
  return values[0];
}

function isSame(given: string | undefined, expected: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refused(): LedgerbellError {
  return new LedgerbellError('callback-unverified', 'The address of this callback was not made here');
}
