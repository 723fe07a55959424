import { expect } from 'chai';
import type { TextPolicy } from '../../src/contracts/rule.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, fakeProvider, statusesIn } from './delivery-world.js';

const ESTONIAN = '+37251234567';
const AMERICAN = '+12015550100';

for (const database of databases) {
  describe(`links in texts on ${database.name}`, () => {
    let home: HouseUnderTest;
    afterEach(() => home.close());

    async function statusOf(text: string, phone: string, texts?: TextPolicy): Promise<string | undefined> {
      const provider = fakeProvider('gateway');
      const source = { ...ruleSet({ name: 'large', conditions: debitFrom('100.00'), text }), ...(texts && { texts }) };
      home = await openHouse(database, { source, house: { adapters: [provider.named] } });
      await register(home, { customers: { '1': { phone, timeZone: 'Europe/Tallinn' } } });
      await home.commit(posted());
      await deliverOnce(home.house);
      return (await statusesIn(home))[0];
    }

    it('leave only where the bank allows them: in the countries and entities of texts.json', async () => {
      const text = 'See https://bank.example/x';
      const estonia = { links: [{ hosts: ['bank.example'], countries: ['EE'] }] };
      expect(await statusOf(text, ESTONIAN, estonia)).to.equal('large accepted');
      await home.close();
      expect(await statusOf(text, AMERICAN, estonia)).to.equal('large failed link-not-allowed');
      await home.close();
      const other = { links: [{ hosts: ['bank.example'], entities: ['other'] }] };
      expect(await statusOf(text, ESTONIAN, other)).to.equal('large failed link-not-allowed');
      await home.close();
      expect(await statusOf(text, ESTONIAN)).to.equal('large failed link-not-allowed');
    });

    it('a text without one is not asked', async () => {
      expect(await statusOf('Paid.', AMERICAN)).to.equal('large accepted');
    });
  });
}
