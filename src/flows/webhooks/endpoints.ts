/** Where the bank is told, and of what. Addresses come from the configuration alone: no request and no event can name one. */
import type { WebhookType } from '../../contracts/webhook.js';

export interface WebhookEndpoint {
  name: string;
  url: string;
  /** Every one of them signs, so that the bank can change its secret without missing anything. */
  keys: readonly Buffer[];
  /** Absent: all. */
  types?: readonly WebhookType[];
}

export function endpointsFor(
  endpoints: readonly WebhookEndpoint[] | undefined,
  type: WebhookType,
): readonly WebhookEndpoint[] {
  return (endpoints ?? []).filter(({ types }) => types?.includes(type) ?? true);
}
