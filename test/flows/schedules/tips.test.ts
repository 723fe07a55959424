import { expect } from 'chai';
import { DEFAULT_SCHEDULE_POLICY } from '../../../src/core/schedule/policy.js';
import { changePreferences } from '../../../src/flows/change-preferences.js';
import { eraseCustomer } from '../../../src/flows/erase-customer.js';
import { raiseTips } from '../../../src/flows/schedules/raise-tips.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { register } from '../../support/registered.js';
import { ruleSet } from '../../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider } from '../delivery-world.js';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const TIPS = { everyMonths: 1 as const, dayOfMonth: 10, spreadDays: 1 };
const schedules = { ...DEFAULT_SCHEDULE_POLICY, securityTips: TIPS };

for (const database of databases) {
  describe(`security tips on ${database.name}`, () => {
    let home: HouseUnderTest;
    let provider: FakeProvider;

    /** 10 November 2026 is a Tuesday. */
    beforeEach(async () => {
      provider = fakeProvider('gateway');
      const house = { adapters: [provider.named], schedules };
      home = await openHouse(database, { only: ['security-tip'], now: at('2026-11-09T12:00:00Z'), house });
      await register(home, {
        customers: {
          '1': { phone: '+12015550100', timeZone: 'Europe/Tallinn', locale: 'et' },
          '2': { phone: '+12015550101', timeZone: 'Asia/Tokyo' },
        },
      });
    });

    afterEach(() => home.close());

    /** What was sent, with its time; two replicas look. */
    async function seenUntil(end: string, step = HOUR): Promise<string[]> {
      const seen: string[] = [];
      for (; home.clock.now < at(end); home.clock.now += step) {
        const before = provider.sent.length;
        const made = await Promise.all([raiseTips(home.house), raiseTips(home.house)]);
        if (Math.max(...made) > 0) await deliverOnce(home.house);
        const time = new Date(home.clock.now).toISOString().slice(5, 16);
        seen.push(...provider.sent.slice(before).map(({ to }) => `${time} ${to}`));
      }
      return seen;
    }

    it('come to everybody once a month, by each one’s own clock and in their language', async () => {
      expect(await seenUntil('2026-11-10T12:00:00Z')).to.deep.equal([
        '11-10T01:00 +12015550101',
        '11-10T08:00 +12015550100',
      ]);
      expect(provider.sent.map(({ text }) => text)).to.deep.equal([
        'Security tip: before you use a code, read what its SMS says you confirm. Another amount or payee than yours? Do not use it.',
        'Turvanipp: enne koodi kasutamist lugege selle SMS-ist summat ja saajat. Kui need on valed, ärge koodi kasutage.',
      ]);
      expect(await seenUntil('2026-12-10T00:00:00Z', 12 * HOUR)).to.deep.equal([]);
      expect(await seenUntil('2026-12-11T12:00:00Z')).to.have.length(2);
    });

    it('are not told to whoever does not want them, and to nobody erased', async () => {
      const document = { topics: { 'security-tips': { wanted: false } } };
      await changePreferences(home.house, { entity: 'default', customerId: '1', document, actor: 'test' });
      await raiseTips(home.house);
      await eraseCustomer(home.house, { entity: 'default', customerId: '2', actor: 'test' });
      expect(await seenUntil('2026-11-10T12:00:00Z')).to.deep.equal([]);
      const reasons = await home.database.knex(home.database.table('decisions')).pluck('reason');
      expect(reasons).to.deep.equal(['opted-out']);
      expect(await home.database.knex(home.database.table('schedules'))).to.have.length(1);
    });

    it('come to those who were registered later from their day on', async () => {
      await raiseTips(home.house);
      home.clock.now = at('2026-11-10T00:00:00Z');
      await register(home, {
        accountId: '8',
        customers: { '3': { phone: '+12015550102', timeZone: 'Europe/Tallinn' } },
      });
      expect((await seenUntil('2026-11-10T12:00:00Z')).map((one) => one.slice(-12)).sort()).to.deep.equal([
        '+12015550100',
        '+12015550101',
        '+12015550102',
      ]);
    });

    it('end when the bank switches them off, and begin again for everybody', async () => {
      await raiseTips(home.house);
      home.house.schedules = DEFAULT_SCHEDULE_POLICY;
      expect(await seenUntil('2026-11-11T12:00:00Z')).to.deep.equal([]);
      home.house.schedules = schedules;
      // What is still of use is told, and then what comes next.
      const seen = await seenUntil('2026-12-11T00:00:00Z', 6 * HOUR);
      expect(seen.map((one) => one.slice(0, 2))).to.deep.equal(['11', '11', '12', '12']);
    });

    it('are planned for nobody where no rule would tell them', async () => {
      home.useRules(ruleSet());
      expect(await raiseTips(home.house)).to.equal(0);
      expect(await home.database.knex(home.database.table('schedules'))).to.deep.equal([]);
    });
  });
}
