/** Registers customers and accounts in a house under test. */
import type { CustomerDocument } from '../../src/contracts/customer.js';
import { putAccount } from '../../src/store/accounts.js';
import { putCustomer } from '../../src/store/customers.js';
import type { HouseUnderTest } from './house.js';

/** Account 7 held by customer 1, whose phone is fictional, unless said otherwise. */
export async function register(
  home: HouseUnderTest,
  options: { accountId?: string; customers?: Record<string, CustomerDocument> } = {},
): Promise<void> {
  const { accountId = '7', customers = { '1': { phone: '+12015550100', timeZone: 'Europe/Tallinn' } } } = options;
  const { vault } = home.house;
  await home.inTransaction(async (trx) => {
    for (const [customerId, document] of Object.entries(customers)) {
      await putCustomer(vault, trx, { entity: 'default', customerId, document, at: home.clock.now });
    }
    const holders = Object.keys(customers).map((customerId) => ({ customerId, role: 'owner' as const }));
    await putAccount(vault, trx, {
      entity: 'default',
      accountId,
      document: { holders, currency: 'EUR' },
      at: home.clock.now,
    });
  });
}
