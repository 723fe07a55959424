import { expect } from 'chai';
import { putAccount } from '../../src/store/accounts.js';
import { putCustomer } from '../../src/store/customers.js';
import { databases } from './databases.js';
import { openHouse } from './house.js';

for (const database of databases) {
  describe(`the house for tests on ${database.name}`, () => {
    it('commits an event with the shipped rules and a clock that the test moves', async () => {
      const home = await openHouse(database, { only: ['large-withdrawal'] });
      try {
        const at = home.clock.now;
        const named = { entity: 'default', at };
        await home.inTransaction(async (trx) => {
          const document = { phone: '+3725123456' };
          await putCustomer(home.house.vault, trx, { ...named, customerId: '2', document });
          const holders = [{ customerId: '2', role: 'owner' as const }];
          await putAccount(home.house.vault, trx, { ...named, accountId: '704', document: { holders } });
        });
        home.clock.now += 1_000;
        const data = { accountId: '704', direction: 'debit', amount: '1000.00', currency: 'EUR', kind: 'transfer' };
        const result = await home.commit({ id: '1', source: 'core', type: 'transaction.posted', data });
        expect(result).to.deep.include({ id: '1', status: 'accepted' });
        expect(result.status === 'accepted' && result.alerts.map(({ status }) => status)).to.deep.equal(['queued']);
      } finally {
        await home.close();
      }
    });
  });
}
