/** Everybody and their accounts, before the year begins. */
import { putAccount } from '../../src/store/accounts.js';
import { putCustomer } from '../../src/store/customers.js';
import { putPreferences } from '../../src/store/preferences.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import type { HouseUnderTest } from '../support/house.js';
import type { World } from './world.js';

const PEOPLE_A_COMMIT = 500;

export async function register({ house, database }: HouseUnderTest, { people, from, currency }: World): Promise<void> {
  for (let start = 0; start < people.length; start += PEOPLE_A_COMMIT) {
    await withTransaction(database, async (trx) => {
      for (const { id, phone, zone, quiet } of people.slice(start, start + PEOPLE_A_COMMIT)) {
        const name = { entity: 'default', customerId: id, at: from };
        await putCustomer(house.vault, trx, { ...name, document: { phone, timeZone: zone } });
        const holders = [{ customerId: id, role: 'owner' as const }];
        const account = { entity: 'default', accountId: id, at: from, document: { holders, currency } };
        await putAccount(house.vault, trx, account);
        if (quiet !== undefined) await putPreferences(house.vault, trx, { ...name, document: { quietHours: quiet } });
      }
    });
  }
}
