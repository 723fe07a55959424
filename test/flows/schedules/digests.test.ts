import { expect } from 'chai';
import { changePreferences } from '../../../src/flows/change-preferences.js';
import { eraseCustomer } from '../../../src/flows/erase-customer.js';
import { raiseDigests } from '../../../src/flows/schedules/raise-digests.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { register } from '../../support/registered.js';
import { posted } from '../../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider } from '../delivery-world.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

for (const database of databases) {
  describe(`balance digests on ${database.name}`, () => {
    let home: HouseUnderTest;
    let provider: FakeProvider;

    /** 9 November 2026 is a Monday; Tallinn is two hours ahead of UTC. */
    beforeEach(async () => {
      provider = fakeProvider('gateway');
      const house = { adapters: [provider.named] };
      home = await openHouse(database, { only: ['balance-digest'], now: at('2026-11-09T09:00:00Z'), house });
      await register(home, {
        customers: {
          '1': { phone: '+12015550100', timeZone: 'Europe/Tallinn' },
          '2': { phone: '+12015550101', timeZone: 'Asia/Tokyo' },
        },
      });
      await home.commit(posted({ data: { balanceAfter: '500.00' } }));
    });

    afterEach(() => home.close());

    const choose = (customerId: string, ...frequency: string[]) =>
      changePreferences(home.house, {
        entity: 'default',
        customerId,
        document: { topics: { 'balance-digest': { parameters: { frequency } } } },
        actor: 'test',
      });

    /** What was sent, with its time; two replicas look. */
    async function seenUntil(end: string): Promise<string[]> {
      const seen: string[] = [];
      for (; home.clock.now < at(end); home.clock.now += HOUR) {
        const before = provider.sent.length;
        const made = await Promise.all([raiseDigests(home.house), raiseDigests(home.house)]);
        if (Math.max(...made) > 0) await deliverOnce(home.house);
        const time = new Date(home.clock.now).toISOString().slice(5, 16);
        seen.push(...provider.sent.slice(before).map(({ to }) => `${time} ${to}`));
      }
      return seen;
    }

    it('come as often as each holder chose, by each one’s own clock, from the next day on', async () => {
      await choose('1', 'weekly');
      await choose('2', 'daily');
      expect(await seenUntil('2026-11-17T00:00:00Z')).to.deep.equal(
        [
          '11-10T01:00 +12015550101',
          '11-11T01:00 +12015550101',
          '11-12T01:00 +12015550101',
          '11-13T01:00 +12015550101',
          '11-14T01:00 +12015550101',
          '11-15T01:00 +12015550101',
          '11-16T01:00 +12015550101',
          '11-16T08:00 +12015550100',
          '11-17T01:00 +12015550101',
        ].slice(0, -1),
      );
    });

    it('end when they are no longer wanted, and begin anew when they are', async () => {
      await choose('1', 'daily');
      expect(await seenUntil('2026-11-11T00:00:00Z')).to.have.length(1);
      await choose('1');
      expect(await seenUntil('2026-11-13T00:00:00Z')).to.deep.equal([]);
      expect(await home.database.knex(home.database.table('schedules'))).to.deep.equal([]);
      await choose('1', 'daily');
      expect(await seenUntil('2026-11-14T00:00:00Z')).to.deep.equal(['11-13T08:00 +12015550100']);
    });

    it('tell the balance and what came in and went out since the one before', async () => {
      await choose('1', 'weekly', 'monthly');
      home.clock.now = at('2026-11-09T07:59:59Z');
      await home.commit(posted({ data: { direction: 'credit', amount: '9.00', balanceAfter: '509.00' } }));
      home.clock.now = at('2026-11-12T09:00:00Z');
      await home.commit(posted({ data: { direction: 'credit', amount: '10.50', balanceAfter: '519.50' } }));
      await home.commit(posted({ data: { amount: '20.01', balanceAfter: '499.49' } }));
      await register(home);
      await seenUntil('2026-11-17T00:00:00Z');
      expect(provider.sent.map(({ text }) => text)).to.deep.equal([
        // The debit of 150.00 at nine o'clock is after the beginning of the week, ten o'clock in Tallinn.
        'Account **** 7: €499.49. Since Nov 9, 2026 in €10.50, out €170.01.',
      ]);
    });

    it('frequencies that nobody offers are refused', async () => {
      const refused = await choose('1', 'hourly').catch((error: unknown) => error);
      expect(refused).to.have.nested.property('mistakes[0].code', 'parameter-out-of-bounds');
    });

    it('an erased customer is forgotten', async () => {
      await choose('1', 'daily');
      await eraseCustomer(home.house, { entity: 'default', customerId: '1', actor: 'test' });
      expect(await home.database.knex(home.database.table('schedules'))).to.deep.equal([]);
    });
  });
}
