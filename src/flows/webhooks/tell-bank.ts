/** Puts a webhook to the bank into its outbox, in the transaction of what it tells: both happened, or neither. */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import type { WebhookDocument, WebhookType } from '../../contracts/webhook.js';
import { insertWebhooks } from '../../store/webhooks.js';
import type { House } from '../house.js';
import { endpointsFor } from './endpoints.js';

export interface Told {
  type: WebhookType;
  entity: string;
  /** Names what happened: telling it again makes no second webhook. */
  occurrence: string;
  /** Epoch milliseconds. */
  at: number;
  data: object;
}

export async function tellBank(
  { vault, webhooks, now }: Pick<House, 'vault' | 'webhooks' | 'now'>,
  trx: Knex.Transaction,
  { type, entity, occurrence, at, data }: Told,
): Promise<void> {
  const document: WebhookDocument = { type, timestamp: new Date(at).toISOString(), data: { ...data } };
  const body = JSON.stringify(document);
  const made = endpointsFor(webhooks, type).map(({ name }) => ({
    webhookId: webhookId(name, type, occurrence),
    endpoint: name,
    type,
    entity,
    body,
  }));
  await insertWebhooks(vault.database, trx, made, now());
}

/** `wh_` and 128 bits. */
function webhookId(...parts: string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('|');
  return `wh_${hash('sha256', text).slice(0, 32)}`;
}
