/** What became of the webhooks to the bank, for people, and another try for those that were given up. */
import { LedgerbellError } from '../../contracts/errors.js';
import { appendAudit } from '../../store/audit.js';
import {
  findWebhook,
  listWebhooks,
  redriveDead,
  type StoredWebhook,
  type WebhookFilter,
  type WebhookStatus,
} from '../../store/webhooks.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';

export type { StoredWebhook, WebhookFilter, WebhookStatus };

/** Newest first. */
export function readWebhooks({ vault: { database } }: House, filter: WebhookFilter): Promise<StoredWebhook[]> {
  return listWebhooks(database, database.knex, filter);
}

/**
 * Sends dead webhooks again, with all their attempts: the one named, or all of them. Returns how many.
 * @throws LedgerbellError `webhook-unknown`, `webhook-not-dead`
 */
export async function redriveWebhooks(
  house: House,
  { webhookId, actor }: { webhookId?: string; actor: string },
): Promise<number> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const at = house.now();
    if (webhookId !== undefined) {
      const found = await findWebhook(database, trx, webhookId);
      if (found === undefined) throw new LedgerbellError('webhook-unknown', 'There is no webhook with this id');
      if (found.status !== 'dead') {
        throw new LedgerbellError(
          'webhook-not-dead',
          `This webhook is ${found.status}, so there is nothing to redrive`,
        );
      }
    }
    const redriven = await redriveDead(database, trx, webhookId, at);
    if (redriven > 0) {
      const subject = webhookId === undefined ? 'webhooks' : `webhook:${webhookId}`;
      await appendAudit(database, trx, { at, actor, action: 'webhook-redriven', subject, detail: { redriven } });
    }
    return redriven;
  });
}
