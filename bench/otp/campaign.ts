/** Customers, and a campaign that waits in the outbox as ingestion leaves it: sealed, queued, one row a message. */
import { hash } from 'node:crypto';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import type { Vault } from '../../src/store/crypto/vault.js';
import { putCustomer } from '../../src/store/customers.js';
import { type AlertToStore, insertAlerts } from '../../src/store/outbox.js';
import { withTransaction } from '../../src/store/with-transaction.js';

/** Who is written to; each gets many. */
const AUDIENCE = 1_000;
const BATCH = 5_000;
const TEXT =
  'Our new savings account pays more. Read about it in the app or ask in a branch. Reply STOP to get no more of these.';

/** @param phoneOf of the customer with this number */
export async function registerCustomers(
  vault: Vault,
  prefix: string,
  count: number,
  phoneOf: (number: number) => string,
): Promise<void> {
  for (let start = 0; start < count; start += 250) {
    await withTransaction(vault.database, async (trx) => {
      for (let number = start; number < Math.min(count, start + 250); number++) {
        const document = { phone: phoneOf(number), locale: 'en', timeZone: 'Europe/Tallinn' };
        await putCustomer(vault, trx, {
          entity: 'default',
          customerId: `${prefix}${number}`,
          document,
          at: Date.now(),
        });
      }
    });
  }
}

export async function queueCampaign(vault: Vault, messages: number): Promise<void> {
  await registerCustomers(vault, 'audience', AUDIENCE, () => '+12015550100');
  for (let start = 0; start < messages; start += BATCH) {
    await queueSome(vault, start, Math.min(messages, start + BATCH));
  }
}

function queueSome(vault: Vault, from: number, to: number): Promise<void> {
  const at = Date.now();
  return withTransaction(vault.database, async (trx) => {
    const subject = (number: number) => customerSubject('default', `audience${number % AUDIENCE}`);
    const keys = await vault.keys.load(trx, [...new Set(Array.from({ length: AUDIENCE }, (_, n) => subject(n)))]);
    const rows = Array.from({ length: to - from }, (_, index): AlertToStore => {
      const number = from + index;
      const key = keys.get(subject(number));
      if (key === undefined) throw new Error('a customer without a key');
      return {
        alertId: `campaign-${number}`,
        eventKey: hash('sha256', `campaign-${number}`, 'buffer'),
        subject: subject(number),
        entity: 'default',
        customerId: `audience${number % AUDIENCE}`,
        rule: 'campaign',
        ruleVersion: '1',
        draft: {
          notify: 'customer',
          topic: 'offers',
          lane: 'marketing',
          priority: 1,
          locale: 'en',
          text: TEXT,
          discreet: false,
          fires: 'each',
          phone: 'current',
        },
        status: 'queued',
        key,
      };
    });
    await insertAlerts(vault.database, trx, rows, at);
  });
}
