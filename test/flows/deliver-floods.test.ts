import { expect } from 'chai';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { purgeSendCounts } from '../../src/flows/deliver/purge-send-counts.js';
import type { DeliverySettings } from '../../src/flows/house.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn } from './delivery-world.js';

const HOUR = 3_600_000;
const LARGE = { name: 'large', conditions: debitFrom('100.00') };

for (const database of databases) {
  describe(`guards against floods on ${database.name}`, () => {
    let home: HouseUnderTest;
    let provider: FakeProvider;

    async function open(
      delivery: Partial<DeliverySettings>,
      options: { phone?: string; rules?: Parameters<typeof ruleSet> } = {},
    ): Promise<void> {
      provider = fakeProvider('gateway');
      const settings = { senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 40, ...delivery };
      home = await openHouse(database, {
        source: ruleSet(...(options.rules ?? [LARGE])),
        house: { adapters: [provider.named], delivery: settings },
      });
      const { phone = '+12015550100' } = options;
      await register(home, { customers: { '1': { phone, timeZone: 'Europe/Tallinn' } } });
    }

    async function commit(count: number): Promise<void> {
      for (let number = 0; number < count; number++) await home.commit(posted());
    }

    afterEach(() => home.close());

    it('a customer gets so many messages about a topic and no more, in one claim or in several', async () => {
      await open({ throttle: [{ messages: 2, minutes: 60 }] });
      await commit(1);
      await deliverOnce(home.house);
      await commit(2);
      await deliverOnce(home.house);
      expect(provider.sent).to.have.length(2);
      expect(await statusesIn(home)).to.deep.equal(['large accepted', 'large accepted', 'large suppressed throttled']);
      home.clock.now += HOUR;
      await commit(1);
      await deliverOnce(home.house);
      expect(provider.sent).to.have.length(3);
    });

    it('what was refused does not count, nor does an alert that is tried again', async () => {
      await open({ throttle: [{ messages: 1, minutes: 60 }] });
      provider.answer = { status: 'rejected', code: 'barred' };
      await commit(1);
      await deliverOnce(home.house);
      provider.answer = { status: 'retryable', code: 'busy', retryAfterMs: 1_000 };
      await commit(1);
      await deliverOnce(home.house);
      provider.answer = { status: 'accepted' };
      home.clock.now += HOUR / 2;
      await deliverOnce(home.house);
      expect(await statusesIn(home)).to.deep.equal(['large accepted', 'large failed']);
    });

    it('a ceiling defers what is beyond it to the next period, over all replicas', async () => {
      await open({ ceilings: [{ countries: ['US'], messages: 3, minutes: 60 }] });
      await commit(8);
      const claims = await Promise.all([claimAlerts(home.house, 'one', 4), claimAlerts(home.house, 'two', 4)]);
      await claimAlerts(home.house, 'one', 10);
      expect(claims.reduce((sum, { leaving }) => sum + leaving.length, 0)).to.be.at.most(3);
      const statuses = await statusesIn(home);
      expect(statuses.filter((status) => status === 'large sending')).to.have.length(3);
      expect(statuses.filter((status) => status === 'large deferred ceiling')).to.have.length(5);
      home.clock.now = NOW + HOUR + 1;
      const { leaving } = await claimAlerts(home.house, 'one', 10);
      expect(leaving).to.have.length(3);
      expect(await purgeSendCounts(home.house)).to.equal(1);
    });

    it('a ceiling of one country stops no other, and none where it is for other lanes', async () => {
      await open({
        ceilings: [
          { countries: ['LV'], messages: 0, minutes: 60 },
          { lanes: ['otp'], messages: 0, minutes: 60 },
        ],
      });
      await commit(2);
      await deliverOnce(home.house);
      expect(provider.sent).to.have.length(2);
    });

    it('nothing is sent to a number that its owner earns by', async () => {
      await open({}, { phone: '+19002345678' });
      await commit(1);
      await deliverOnce(home.house);
      expect(provider.sent).to.deep.equal([]);
      expect(await statusesIn(home)).to.deep.equal(['large failed costly-number']);
    });
  });
}
