/** Webhooks to the bank: what became of each, and another try for those that were given up. */
import { readWebhooks, redriveWebhooks, type WebhookStatus } from '../../flows/webhooks/redrive.js';
import { page } from '../cursor.js';
import type { Call, Route } from '../route.js';
import { webhookView } from '../webhook-view.js';
import { pageOf } from './page-of.js';

export const webhookRoutes: readonly Route[] = [
  { method: 'get', path: '/webhooks', scope: 'webhooks:read', query: 'webhooks', answer: list },
  { method: 'post', path: '/webhooks/redrive', scope: 'webhooks:redrive', query: 'none', answer: redrive },
  { method: 'post', path: '/webhooks/{id}/redrive', scope: 'webhooks:redrive', query: 'none', answer: redrive },
];

async function list(call: Call) {
  const { limit, after } = pageOf(call, ['number', 'string']);
  const status = call.query.status as WebhookStatus | undefined;
  const rows = await readWebhooks(call.house, {
    status,
    limit,
    after: after && { createdAt: Number(after[0]), webhookId: String(after[1]) },
  });
  return { body: { items: rows.map(webhookView), ...page(rows, limit, (row) => [row.createdAt, row.webhookId]) } };
}

async function redrive({ house, params, caller }: Call) {
  return { body: { redriven: await redriveWebhooks(house, { webhookId: params.id, actor: caller.subject }) } };
}
