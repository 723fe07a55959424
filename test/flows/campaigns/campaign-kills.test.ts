import { expect } from 'chai';
import { type Runner, runCampaigns } from '../../../src/flows/campaigns/run-campaigns.js';
import { claimAlerts } from '../../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../../src/flows/deliver/mark-abandoned.js';
import type { House } from '../../../src/flows/house.js';
import { databases } from '../../support/databases.js';
import { deliverOnce } from '../delivery-world.js';
import { type CampaignWorld, customerNamed, notOnce, openCampaignWorld, runnerNamed } from './campaign-world.js';

const LEASE = 10_000;

for (const database of databases) {
  describe(`a campaign whose runners die on ${database.name}`, () => {
    let world: CampaignWorld;
    beforeEach(async () => {
      world = await openCampaignWorld(database);
      await world.people(1, 620);
    });
    afterEach(() => world.close());

    /** A house that throws at the `after`th time it is asked for keys: in the middle of a page. */
    function failing(after: number): House {
      const { vault } = world.house;
      let asked = 0;
      const load: typeof vault.keys.load = (...args) => {
        asked += 1;
        if (asked === after) throw new Error('the process died');
        return vault.keys.load(...args);
      };
      return { ...world.house, vault: { ...vault, keys: { ...vault.keys, load } } };
    }

    it('goes on after the last page that was written, whichever step was the last of a runner', async () => {
      await world.start();
      for (let life = 1; life <= 6; life++) {
        const runner = runnerNamed(`life-${life}`);
        const house = failing(life % 3 === 0 ? 1 : life);
        try {
          for (let step = 0; step < life; step++) {
            await runCampaigns(house, runner);
            await deliverOnce(world.house, 40);
          }
        } catch (error) {
          expect((error as Error).message).to.equal('the process died');
        }
        world.home.clock.now += LEASE;
      }
      await world.settle(runnerNamed('last'));
      expect(world.provider.sent).to.have.length(620);
      expect(notOnce(world.provider)).to.deep.equal({});
      const { run } = await world.standing();
      expect(run.tallies).to.deep.include({ seen: 620, matched: 620, messages: 620 });
    });

    it('a page that was not committed leaves nothing behind', async () => {
      await world.start();
      const died = await runCampaigns(failing(1), runnerNamed('one')).catch((error: Error) => error.message);
      expect(died).to.equal('the process died');
      const counts = await Promise.all(
        ['lb_alerts', 'lb_campaign_alerts', 'lb_decisions'].map((name) =>
          world.home.database.knex(name).count({ n: '*' }),
        ),
      );
      expect(counts.map(([row]) => Number(row?.n))).to.deep.equal([0, 0, 0]);
      expect((await world.standing()).run.lastCustomer).to.equal(undefined);
    });

    it('what was leaving when the courier died is not sent again', async () => {
      await world.start();
      await runCampaigns(world.house, runnerNamed('one'));
      const { leaving } = await claimAlerts(world.house, 'dead', 30);
      expect(leaving).to.have.length(30);
      world.home.clock.now += 2 * LEASE;
      expect(await markAbandoned(world.house)).to.equal(30);
      await world.settle(runnerNamed('two'));
      expect(world.provider.sent).to.have.length(590);
      expect(notOnce(world.provider)).to.deep.equal({});
    });

    it('one replica works on it at a time, and another takes over when its lease has lapsed', async () => {
      await world.start();
      const [one, two] = [runnerNamed('one'), runnerNamed('two')];
      const ownerAfter = async (runner: Runner) => {
        await runCampaigns(world.house, runner);
        return (await world.standing()).run.leaseOwner;
      };
      expect(await ownerAfter(one)).to.equal('one');
      expect(await ownerAfter(two)).to.equal('one');
      expect((await world.standing()).run.lastCustomer).to.equal(customerNamed(200));
      world.home.clock.now += LEASE - 1;
      expect(await ownerAfter(two)).to.equal('one');
      world.home.clock.now += 1;
      expect(await ownerAfter(two)).to.equal('two');
      expect((await world.standing()).run.lastCustomer).to.equal(customerNamed(400));
    });

    it('two runners and two couriers at once tell nobody twice and leave nobody out', async () => {
      await world.start();
      const [one, two] = [runnerNamed('one'), runnerNamed('two')];
      for (let round = 0; round < 12; round++) {
        await Promise.all([
          runCampaigns(world.house, one),
          runCampaigns(world.house, two),
          deliverOnce(world.house, 60),
          deliverOnce(world.house, 60),
        ]);
        world.home.clock.now += round % 4 === 3 ? LEASE : 100;
      }
      await world.settle(two);
      expect(world.provider.sent).to.have.length(620);
      expect(notOnce(world.provider)).to.deep.equal({});
    });
  });
}
