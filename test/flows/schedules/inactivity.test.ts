import { expect } from 'chai';
import { DEFAULT_SCHEDULE_POLICY } from '../../../src/core/schedule/policy.js';
import { raiseInactivity } from '../../../src/flows/schedules/raise-inactivity.js';
import { listAlerts } from '../../../src/store/outbox.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { register } from '../../support/registered.js';
import { posted, type RuleSketch, ruleSet } from '../../support/rules.js';

const DAY = 86_400_000;
const QUIET: RuleSketch = {
  name: 'quiet',
  on: ['schedule.inactive'],
  schedule: { after: ['P30D', 'P60D'] },
  conditions: { all: [{ fact: 'schedule', path: '$.days', operator: 'greaterThanInclusive', value: 30 }] },
};

for (const database of databases) {
  describe(`inactivity on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      // On any day: those that are moved have tests of their own.
      const businessDays = { ...DEFAULT_SCHEDULE_POLICY.businessDays, inactivity: 'none' } as const;
      const schedules = { ...DEFAULT_SCHEDULE_POLICY, businessDays };
      home = await openHouse(database, { source: ruleSet(QUIET), house: { schedules } });
      await register(home);
    });

    afterEach(() => home.close());

    async function told(): Promise<number> {
      return (await listAlerts(home.database, home.database.knex, { rule: 'quiet', limit: 50 })).length;
    }

    async function daysLater(days: number): Promise<number> {
      home.clock.now += days * DAY;
      await raiseInactivity(home.house);
      return told();
    }

    it('tells each stage once, however often the clock ticks', async () => {
      await home.commit(posted());
      expect(await daysLater(29)).to.equal(0);
      expect(await daysLater(1)).to.equal(1);
      expect(await daysLater(1)).to.equal(1);
      expect(await daysLater(29)).to.equal(2);
      expect(await daysLater(400)).to.equal(2);
    });

    it('begins anew when the customer returns', async () => {
      await home.commit(posted());
      expect(await daysLater(30)).to.equal(1);
      await home.commit(posted());
      expect(await daysLater(29)).to.equal(1);
      expect(await daysLater(1)).to.equal(2);
    });

    it('two replicas that tick at once make one alert', async () => {
      await home.commit(posted());
      home.clock.now += 30 * DAY;
      await Promise.all([raiseInactivity(home.house), raiseInactivity(home.house)]);
      expect(await told()).to.equal(1);
    });

    it('semantics line four: what schedules make is not activity, and moves no time', async () => {
      await home.commit(posted());
      await daysLater(30);
      const late = await home.commit(posted({ time: new Date(home.clock.now - 10 * DAY).toISOString() }));
      expect(late.status).to.equal('accepted');
      expect(await daysLater(19), 'counted from the event that came in between').to.equal(1);
      expect(await daysLater(1)).to.equal(2);
    });

    it('does not count what the bank does by itself', async () => {
      await home.commit(posted());
      home.clock.now += 20 * DAY;
      await home.commit(posted({ data: { kind: 'interest', direction: 'credit' } }));
      expect(await daysLater(10)).to.equal(1);
    });

    it('a closed account is left in peace', async () => {
      await home.commit(posted());
      await home.commit({ id: 'closed', source: 'core', type: 'account.closed', data: { accountId: '7' } });
      expect(await daysLater(30)).to.equal(0);
    });

    it('finds what is due through the index, and leaves the index alone while an account is busy', async () => {
      await home.commit(posted());
      const due = async () => (await home.database.knex(home.database.table('profiles')).first('due_at')).due_at;
      const noted = await due();
      home.clock.now += 20 * DAY;
      await home.commit(posted());
      expect(await due()).to.equal(noted);
      expect(await daysLater(10), 'looked at, and found not to be due').to.equal(0);
      expect(Number(await due())).to.equal(Number(noted) + 20 * DAY);
    });

    describe('on days and in hours in which a message may come', () => {
      const HOUR = 3_600_000;
      const at = (text: string): number => Date.parse(text);

      beforeEach(() => {
        home.house.schedules = DEFAULT_SCHEDULE_POLICY;
        home.house.settings = { ...home.house.settings, holidays: ['2026-12-24'] };
      });

      /** When the first alert was made, by ticks every hour. */
      async function firstTold(until: string): Promise<string | undefined> {
        for (; home.clock.now <= at(until); home.clock.now += HOUR) {
          await raiseInactivity(home.house);
          if ((await told()) > 0) return new Date(home.clock.now).toISOString();
        }
        return undefined;
      }

      async function quietSince(time: string): Promise<void> {
        home.clock.now = at(time);
        await home.commit(posted({ time }));
        home.clock.now = at(time) + 29 * DAY;
      }

      it('waits for the morning of the holder', async () => {
        // The 30th day ends at 04:00 in Tallinn.
        await quietSince('2026-11-10T02:00:00Z');
        expect(await firstTold('2026-12-12T00:00:00Z')).to.equal('2026-12-10T08:00:00.000Z');
      });

      it('waits over a weekend and a holiday', async () => {
        await quietSince('2026-11-24T10:00:00Z');
        // Thursday 24 December is a holiday, the 25th a business day here.
        expect(await firstTold('2026-12-27T00:00:00Z')).to.equal('2026-12-25T08:00:00.000Z');
      });

      it('is silent where the customer returned while it waited', async () => {
        await quietSince('2026-11-24T10:00:00Z');
        home.clock.now = at('2026-12-24T11:00:00Z');
        await raiseInactivity(home.house);
        await home.commit(posted());
        expect(await firstTold('2026-12-27T00:00:00Z')).to.equal(undefined);
      });
    });
  });
}
