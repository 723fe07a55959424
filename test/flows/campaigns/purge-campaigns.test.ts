import { expect } from 'chai';
import { pauseCampaign, resumeCampaign, stopCampaign } from '../../../src/flows/campaigns/change-state.js';
import { purgeCampaigns } from '../../../src/flows/campaigns/purge-campaigns.js';
import { runCampaigns } from '../../../src/flows/campaigns/run-campaigns.js';
import { placeLegalHold, releaseLegalHold } from '../../../src/flows/legal-hold.js';
import { purgeEvidence } from '../../../src/flows/purge-evidence.js';
import { readRun } from '../../../src/store/campaign-runs.js';
import { databases } from '../../support/databases.js';
import { deliverOnce } from '../delivery-world.js';
import {
  type CampaignWorld,
  customerNamed,
  ENTITY,
  KEY,
  notOnce,
  openCampaignWorld,
  runnerNamed,
} from './campaign-world.js';

const DAY = 86_400_000;
const DAYS = 400;
const ORDER = { entity: ENTITY, name: 'savings', actor: 'ann' };
const PEOPLE = 40;
const VARIANTS = [
  { name: 'a', message: 'offer' },
  { name: 'b', message: 'offer' },
];

for (const database of databases) {
  describe(`retention of campaigns on ${database.name}`, () => {
    let world: CampaignWorld;

    beforeEach(async () => {
      world = await openCampaignWorld(database, { house: { evidenceMs: DAYS * DAY } });
      await world.people(1, PEOPLE);
    });
    afterEach(() => world.close());

    const pass = (days: number) => {
      world.home.clock.now += days * DAY;
    };
    /** As the nights do it: the messages first. */
    async function purge(): Promise<number> {
      await purgeEvidence(world.house);
      return purgeCampaigns(world.house);
    }
    async function finished(): Promise<void> {
      await world.start({ variants: VARIANTS });
      await world.settle();
      world.home.clock.now += 3_000;
      await world.settle();
      expect((await world.standing()).campaign.state).to.equal('finished');
    }
    const counts = async () => {
      const { knex, table } = world.home.database;
      const names = ['campaign_alerts', 'alerts', 'decisions'];
      return Object.fromEntries(await Promise.all(names.map(async (one) => [one, (await knex(table(one))).length])));
    };
    const variants = async () => (await world.standing()).run.results.variants;
    const stored = async () => readRun(world.home.database, world.home.database.knex, KEY);
    const ALL = { campaign_alerts: PEOPLE, alerts: PEOPLE, decisions: PEOPLE };
    const NOTHING = { campaign_alerts: 0, alerts: 0, decisions: 0 };

    it('leaves no customer of one that ended long ago, and all of its counts', async () => {
      await finished();
      const [before, { tallies }] = [await variants(), (await world.standing()).run];
      expect(Object.keys(before ?? {})).to.have.members(['a', 'b']);
      pass(DAYS - 1);
      expect(await purge()).to.equal(0);
      expect(await counts()).to.deep.equal(ALL);
      pass(2);
      expect(await purge()).to.equal(PEOPLE + 1);
      expect(await counts()).to.deep.equal(NOTHING);
      expect((await stored())?.lastCustomer).to.equal(undefined);
      const { run } = await world.standing();
      expect(run.results.variants).to.deep.equal(before);
      expect(run.tallies).to.deep.equal(tallies);
      expect(await purge()).to.equal(0);
    });

    it('counts each message once, however many replicas remove it', async () => {
      await finished();
      const before = await variants();
      pass(DAYS + 1);
      await Promise.all([purge(), purge(), purge()]);
      expect(await variants()).to.deep.equal(before);
      expect(await counts()).to.deep.equal(NOTHING);
    });

    it('takes nothing from one that is paused, and nobody is told twice when it is resumed', async () => {
      await world.start({ variants: VARIANTS });
      await runCampaigns(world.house, runnerNamed('one'));
      expect(await deliverOnce(world.house, 15)).to.have.length(15);
      await pauseCampaign(world.house, ORDER);
      pass(2 * DAYS);
      expect(await purge()).to.equal(0);
      expect(await counts()).to.deep.equal({ campaign_alerts: PEOPLE, alerts: PEOPLE - 15, decisions: PEOPLE });
      await resumeCampaign(world.house, ORDER);
      await world.settle();
      world.home.clock.now += 3_000;
      await world.settle();
      expect(world.provider.sent).to.have.length(PEOPLE);
      expect(notOnce(world.provider)).to.deep.equal({});
      expect(total((await stored())?.results.variants, 'accepted')).to.equal(PEOPLE);
      expect(total(await variants(), 'accepted')).to.equal(PEOPLE);
    });

    it('takes nothing from one whose messages are still being taken back', async () => {
      await world.start({ variants: VARIANTS });
      await runCampaigns(world.house, runnerNamed('one'));
      await stopCampaign(world.house, ORDER);
      pass(DAYS + 1);
      expect(await purge()).to.equal(0);
      expect(await counts()).to.deep.equal(ALL);
      await world.settle();
      expect(await purge(), 'the last customer').to.equal(1);
      expect(await counts(), 'what was taken back just now').to.deep.equal(ALL);
      pass(DAYS + 1);
      expect(await purge()).to.equal(PEOPLE);
      expect(total(await variants(), 'cancelled')).to.equal(PEOPLE);
    });

    it('passes over customers under a legal hold until it ends', async () => {
      await finished();
      const before = await variants();
      const of = { entity: ENTITY, customerId: customerNamed(7), actor: 'carol' };
      await placeLegalHold(world.house, { ...of, reason: 'dispute', reference: 'case 7' });
      pass(DAYS + 1);
      await purge();
      expect(await counts()).to.deep.equal({ campaign_alerts: 1, alerts: 1, decisions: 1 });
      expect(await variants()).to.deep.equal(before);
      await releaseLegalHold(world.house, of);
      await purge();
      expect(await counts()).to.deep.equal(NOTHING);
      expect(await variants()).to.deep.equal(before);
    });

    it('is for ever where nothing is configured', async () => {
      await finished();
      world.house.evidenceMs = undefined;
      pass(100 * DAYS);
      expect(await purge()).to.equal(0);
      expect(await counts()).to.deep.equal(ALL);
    });
  });
}

function total(variants: Record<string, Record<string, number>> = {}, status: string): number {
  return Object.values(variants).reduce((sum, own) => sum + (own[status] ?? 0), 0);
}
