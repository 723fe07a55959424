import { expect } from 'chai';
import type { Receipt } from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { receiptsOf } from '../../src/store/receipts.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { fakeProvider, statusesIn } from './delivery-world.js';

for (const database of databases) {
  describe(`a receipt that names a message by its provider's id alone on ${database.name}`, () => {
    let home: HouseUnderTest;
    let alertId: string | undefined;

    /** The provider calls back before its own answer is recorded. */
    async function told(...receipts: Receipt[]): Promise<void> {
      const provider = fakeProvider('gateway');
      const large = { name: 'large', conditions: debitFrom('100.00') };
      home = await openHouse(database, { source: ruleSet(large), house: { adapters: [provider.named] } });
      await register(home);
      await home.commit(posted());
      const { leaving } = await claimAlerts(home.house, 'test', 10);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(home.house, claimed)));
      for (const receipt of receipts) await receiveReceipts(home.house, 'gateway', [receipt]);
      const settled = await settleAttempts(home.house, results);
      expect(await statusesIn(home)).to.deep.equal(settled.map(({ status }) => `large ${status}`));
      alertId = leaving[0]?.alert.alertId;
    }

    afterEach(() => home.close());

    const ID = 'gateway-1';

    it('counts although it came before that id was recorded', async () => {
      await told({ providerId: ID, state: 'delivered', code: '000' });
      expect(await statusesIn(home)).to.deep.equal(['large delivered']);
      const stored = await receiptsOf(home.database, home.database.knex, alertId ?? '');
      expect(
        stored.map(({ state, code }) => [state, code]),
        'in its trace',
      ).to.deep.equal([['delivered', '000']]);
    });

    it('counts in the order in which it came', async () => {
      await told({ providerId: ID, state: 'accepted' }, { providerId: ID, state: 'failed', code: '27' });
      expect(await statusesIn(home)).to.deep.equal(['large failed']);
    });

    it('says nothing about the message of another provider or with another id', async () => {
      await told({ providerId: 'gateway-2', state: 'failed' });
      await receiveReceipts(home.house, 'other', [{ providerId: ID, state: 'failed' }]);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
    });
  });
}
