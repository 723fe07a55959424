/** Posts the webhooks whose turn it is, and records what came of each. The order in which an endpoint gets them is not promised. */
import { webhookRetryAt } from '../../core/webhooks/retry.js';
import { claimWebhooks, deleteDelivered, type StoredWebhook, settleWebhook } from '../../store/webhooks.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { type PostOutcome, postWebhook } from './post-webhook.js';

/** Posted at the same time. */
const TOGETHER = 16;
/** Delivered ones are kept for questions this long. */
const KEPT_MS = 30 * 86_400_000;

/** Returns how many were tried. */
export async function deliverWebhooks(house: House): Promise<number> {
  const { database } = house.vault;
  const leaseMs = Math.ceil(house.delivery.attemptMs * 2);
  const claimed = await withTransaction(database, (trx) =>
    claimWebhooks(database, trx, { now: house.now(), leaseMs, limit: TOGETHER }),
  );
  await Promise.all(claimed.map((webhook) => deliverOne(house, webhook)));
  return claimed.length;
}

async function deliverOne(house: House, webhook: StoredWebhook): Promise<void> {
  const { database } = house.vault;
  const outcome = await attempt(house, webhook);
  const now = house.now();
  if (outcome.status === 'taken') {
    await settleWebhook(database, database.knex, webhook, { status: 'delivered' }, now);
    house.watch?.webhookPosted({ endpoint: webhook.endpoint, outcome: 'delivered' });
    return;
  }
  const { code, retryAfterMs } = outcome;
  const again =
    code === UNKNOWN_ENDPOINT
      ? undefined
      : webhookRetryAt({ attempt: webhook.attempts, now, retryAfterMs, random: house.random() });
  const settled =
    again === undefined ? { status: 'dead' as const, code } : { status: 'pending' as const, code, notBefore: again };
  await settleWebhook(database, database.knex, webhook, settled, now);
  house.watch?.webhookPosted({ endpoint: webhook.endpoint, outcome: settled.status });
  if (again === undefined) {
    const { webhookId, endpoint, type } = webhook;
    house.log.error(
      { webhookId, endpoint, type, code },
      'a webhook to the bank was given up: ledgerbell webhooks redrive',
    );
  }
}

/** The endpoint was taken out of the configuration. */
const UNKNOWN_ENDPOINT = 'endpoint-unknown';

async function attempt(house: House, { webhookId, endpoint, body }: StoredWebhook): Promise<PostOutcome> {
  const target = house.webhooks?.find(({ name }) => name === endpoint);
  if (target === undefined) return { status: 'failed', code: UNKNOWN_ENDPOINT };
  return postWebhook(house, target, { id: webhookId, body });
}

/** Retention. Returns how many were removed. */
export async function purgeWebhooks({ vault: { database }, now }: House): Promise<number> {
  return deleteDelivered(database, database.knex, now() - KEPT_MS);
}
