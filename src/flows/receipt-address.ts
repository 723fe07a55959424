/** Where a provider sends the receipt of one alert: the address carries a token that only this house can make. */
import type { Vault } from '../store/crypto/vault.js';

/** 128 bits, bound to the adapter and the alert. */
export function receiptToken(vault: Pick<Vault, 'bodyMac'>, adapter: string, alertId: string): string {
  return vault.bodyMac(`receipt|${adapter}|${alertId}`).subarray(0, 16).toString('base64url');
}

/** `publicUrl` is the service's own address as the provider reaches it, mount path included. */
export function receiptUrl(vault: Pick<Vault, 'bodyMac'>, publicUrl: string, adapter: string, alertId: string): string {
  const query = new URLSearchParams({ alert: alertId, token: receiptToken(vault, adapter, alertId) });
  return `${publicUrl.replace(/\/$/, '')}/receipts/${encodeURIComponent(adapter)}?${query}`;
}
