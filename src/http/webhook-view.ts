/** A webhook to the bank as it is answered. */
import type { StoredWebhook } from '../flows/webhooks/redrive.js';
import { rfc3339 } from './time.js';

export function webhookView({ webhookId, endpoint, type, entity, body, status, attempts, ...rest }: StoredWebhook) {
  const { code, notBefore, createdAt, updatedAt } = rest;
  return {
    id: webhookId,
    endpoint,
    type,
    entity,
    status,
    attempts,
    code,
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
    ...(status === 'pending' ? { nextAttempt: rfc3339(notBefore) } : {}),
    data: (JSON.parse(body) as { data: Record<string, unknown> }).data,
  };
}
