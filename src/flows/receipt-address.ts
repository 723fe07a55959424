/**
 * Where providers call back. Each address carries a token that only this house can make: one for a single alert, which is
 * given to the provider with the message, or one for an adapter, which is entered at the provider once.
 */
import type { Vault } from '../store/crypto/vault.js';
import type { House } from './house.js';

export type CallbackKind = 'receipts' | 'inbound';

type Keyed = Pick<Vault, 'bodyMac'>;

/** 128 bits, bound to the adapter and the alert. */
export function receiptToken(vault: Keyed, adapter: string, alertId: string): string {
  return token(vault, `receipt|${adapter}|${alertId}`);
}

/** 128 bits, bound to the adapter and to what comes: a token for receipts brings no messages. */
export function adapterToken(vault: Keyed, adapter: string, kind: CallbackKind): string {
  return token(vault, `callback|${kind}|${adapter}`);
}

function token(vault: Keyed, name: string): string {
  return vault.bodyMac(name).subarray(0, 16).toString('base64url');
}

/** `publicUrl` is the service's own address as the provider reaches it, mount path included. */
export function receiptUrl(vault: Keyed, publicUrl: string, adapter: string, alertId: string): string {
  const query = new URLSearchParams({ alert: alertId, token: receiptToken(vault, adapter, alertId) });
  return `${callbackPath(publicUrl, adapter, 'receipts')}?${query}`;
}

export interface CallbackAddresses {
  adapter: string;
  receipts?: string;
  inbound?: string;
}

/** What is entered at each provider: an address for receipts and one for messages, where its adapter reads them. */
export function callbackAddresses({ adapters, vault }: House, publicUrl: string): CallbackAddresses[] {
  return adapters.map(({ name, adapter }) => {
    const address = (kind: CallbackKind): string =>
      `${callbackPath(publicUrl, name, kind)}?${new URLSearchParams({ token: adapterToken(vault, name, kind) })}`;
    return {
      adapter: name,
      ...(adapter.receipts === undefined ? {} : { receipts: address('receipts') }),
      ...(adapter.inbound === undefined ? {} : { inbound: address('inbound') }),
    };
  });
}

export function callbackPath(publicUrl: string, adapter: string, kind: CallbackKind): string {
  return `${publicUrl.replace(/\/$/, '')}/${kind}/${encodeURIComponent(adapter)}`;
}
