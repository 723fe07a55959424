import { expect } from 'chai';
import { campaignAlertId } from '../../../src/core/campaign/campaign-ids.js';
import {
  pauseCampaign,
  resumeCampaign,
  startCampaign,
  stopCampaign,
} from '../../../src/flows/campaigns/change-state.js';
import { previewCampaign } from '../../../src/flows/campaigns/preview.js';
import { runCampaigns } from '../../../src/flows/campaigns/run-campaigns.js';
import { writeCampaign } from '../../../src/flows/campaigns/write-campaign.js';
import { claimAlerts } from '../../../src/flows/deliver/claim.js';
import { traceAlert } from '../../../src/flows/find-alerts.js';
import { releaseForgotten } from '../../../src/flows/hold.js';
import { verifyAudit } from '../../../src/store/audit.js';
import { startStop } from '../../../src/store/stops.js';
import { campaignSource } from '../../core/campaign/sketches.js';
import { codeOf } from '../../store/store-under-test.js';
import { databases } from '../../support/databases.js';
import { deliverOnce } from '../delivery-world.js';
import {
  type CampaignWorld,
  customerNamed,
  ENTITY,
  notOnce,
  openCampaignWorld,
  runnerNamed,
  type WorldOptions,
} from './campaign-world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ORDER = { entity: ENTITY, name: 'savings', actor: 'ann' };
const ONE = runnerNamed('one');

for (const database of databases) {
  describe(`a campaign on ${database.name}`, () => {
    let world: CampaignWorld;
    const open = async (options: WorldOptions = {}) => {
      world = await openCampaignWorld(database, options);
    };
    const statuses = async () => {
      const { results } = (await world.standing()).run;
      return Object.values(results.variants ?? {}).reduce<Record<string, number>>((sum, own) => {
        for (const [status, count] of Object.entries(own)) sum[status] = (sum[status] ?? 0) + count;
        return sum;
      }, {});
    };

    afterEach(() => world.close());

    it('tells everybody once who is in its segment and agreed, and is finished then', async () => {
      await open();
      await world.people(1, 230, (number) => ({
        consent: number % 3 !== 0,
        status: number % 5 === 0 ? 'restricted' : 'active',
      }));
      await world.start();
      await world.settle();
      const expected = Array.from({ length: 230 }, (_, at) => at + 1).filter((one) => one % 3 !== 0 && one % 5 !== 0);
      expect(world.provider.sent.map(({ to }) => Number(to.slice(6))).sort((a, b) => a - b)).to.deep.equal(expected);
      expect(notOnce(world.provider)).to.deep.equal({});
      expect(new Set(world.provider.sent.map(({ lane }) => lane))).to.deep.equal(new Set(['marketing']));
      world.home.clock.now += 3_000;
      await world.settle();
      const { campaign, run } = await world.standing();
      expect(campaign.state).to.equal('finished');
      expect(run.tallies).to.deep.include({ seen: 230, matched: 184, messages: expected.length });
      expect(run.tallies.skipped).to.deep.equal({ 'no-consent': 184 - expected.length });
      expect(await statuses()).to.deep.equal({ accepted: expected.length });
    });

    it('is traced as any other alert, with its variant', async () => {
      await open();
      await world.people(1, 1);
      await world.start();
      await world.settle();
      const alertId = campaignAlertId(ENTITY, 'savings', customerNamed(1));
      const trace = await traceAlert(world.house, { alertId, actor: 'ann', withText: true });
      expect(trace.decision).to.deep.include({ rule: 'campaign:savings', detail: 'variant a', status: 'queued' });
      expect(trace.alert).to.deep.include({ status: 'accepted', lane: 'marketing', topic: 'offers' });
      expect(trace.text).to.equal('BANK: save with us. STOP ends these.');
    });

    it('nobody is told before it is started, nor before its first hour', async () => {
      await open();
      await world.people(1, 3);
      await writeCampaign(world.house, { entity: ENTITY, source: campaignSource(), actor: 'ann' });
      await world.settle();
      expect(world.provider.sent).to.deep.equal([]);
      const startsAt = new Date(world.home.clock.now + HOUR).toISOString();
      await writeCampaign(world.house, {
        entity: ENTITY,
        source: campaignSource({ schedule: { startsAt } }),
        actor: 'ann',
      });
      await startCampaign(world.house, ORDER);
      await world.settle();
      expect(world.provider.sent).to.deep.equal([]);
      world.home.clock.now += HOUR;
      await world.settle();
      expect(world.provider.sent).to.have.length(3);
    });

    it('needs as many people as the house says, and cannot be rewritten after the first asked', async () => {
      await open({ marketing: { approvals: 2 } });
      await world.people(1, 2);
      await world.start();
      expect((await world.standing()).campaign.state).to.equal('proposed');
      expect((await world.standing()).missing).to.equal(1);
      expect(await codeOf(startCampaign(world.house, ORDER))).to.equal('campaign-approved-already');
      const other = campaignSource({ description: 'Something else' });
      expect(await codeOf(writeCampaign(world.house, { entity: ENTITY, source: other, actor: 'ann' }))).to.equal(
        'campaign-exists',
      );
      await world.settle();
      expect(world.provider.sent).to.deep.equal([]);
      await startCampaign(world.house, { ...ORDER, actor: 'ben' });
      await world.settle();
      expect(world.provider.sent).to.have.length(2);
      const audit = await world.home.database.knex('lb_audit').orderBy('sequence').select('actor', 'action');
      expect(audit.map(({ actor, action }) => `${actor} ${action}`)).to.deep.equal([
        'ann campaign-created',
        'ann campaign-proposed',
        'ben campaign-started',
      ]);
      expect((await verifyAudit(world.home.database)).ok).to.equal(true);
    });

    it('what a preview says is what happens', async () => {
      const prices = { currency: 'EUR', perPart: { default: '0.05', EE: '0.045' } };
      await open({ texts: { prices }, marketing: { approvals: 1, frequencyCap: { messages: 1, days: 7 } } });
      await world.people(1, 60, (number) => ({
        consent: number % 4 !== 0,
        locale: number % 2 === 0 ? 'et' : 'en',
        status: number % 7 === 0 ? 'closed' : 'active',
        ...(number % 5 === 0 ? { phone: undefined } : {}),
      }));
      const variants = [
        { name: 'short', message: 'short' },
        { name: 'long', message: 'long', weight: 2 },
      ];
      const texts = (word: string) => ({ short: { text: `${word} STOP` }, long: { text: `${word.repeat(40)} STOP` } });
      const segment = { all: [{ fact: 'customer', path: '$.id', operator: 'notEqual', value: customerNamed(1) }] };
      const source = campaignSource({ variants, segment }, { en: texts('save '), et: texts('hoia ') });
      await writeCampaign(world.house, { entity: ENTITY, source, actor: 'ann' });
      const first = await previewCampaign(world.house, { ...ORDER, most: 25 });
      const rest = await previewCampaign(world.house, { ...ORDER, after: first.next as string });
      const whole = await previewCampaign(world.house, ORDER);
      expect([first.tallies.seen, rest.tallies.seen, whole.tallies.seen]).to.deep.equal([25, 35, 60]);
      expect(whole.samples.map(({ phone }) => /^\+3725\*\*\*\d\d$/.test(phone))).to.deep.equal(
        whole.samples.map(() => true),
      );
      await startCampaign(world.house, ORDER);
      await world.settle();
      const { run, spending } = await world.standing();
      expect(run.tallies).to.deep.equal(whole.tallies);
      expect(world.provider.sent).to.have.length(whole.tallies.messages);
      expect(spending).to.deep.include({ messages: whole.tallies.messages, cost: whole.tallies.cost });
      const parts = world.provider.sent.reduce((sum, one) => sum + one.parts, 0);
      expect([parts, parts * 45_000]).to.deep.equal([whole.tallies.parts, whole.tallies.cost]);
      const byText = world.provider.sent.filter(({ parts }) => parts === 1).length;
      expect(byText).to.equal(whole.tallies.variants.short);
      // The cap counts what left: nobody can be told a second time this week.
      await writeCampaign(world.house, {
        entity: ENTITY,
        source: { ...source, campaign: { ...source.campaign, name: 'next' } },
        actor: 'ann',
      });
      const next = await previewCampaign(world.house, { ...ORDER, name: 'next' });
      expect(next.tallies.skipped['frequency-cap']).to.equal(whole.tallies.messages);
      world.home.clock.now += 7 * DAY + 1;
      expect((await previewCampaign(world.house, { ...ORDER, name: 'next' })).tallies.messages).to.equal(
        whole.tallies.messages,
      );
    });

    it('a consent that is withdrawn, a STOP, and a status that changes count until the last moment', async () => {
      await open();
      await world.people(1, 4);
      await world.start();
      await runCampaigns(world.house, ONE);
      await world.consent(customerNamed(1), false);
      const phoneIndex = world.house.vault.phoneIndex('+3725100002');
      await world.home.inTransaction(async (trx) => {
        const [row] = await trx('lb_phones').where({ customer_id: customerNamed(2) });
        await startStop(
          world.home.database,
          trx,
          { entity: ENTITY, phoneIndex: row.phone_index ?? phoneIndex },
          { topic: '*marketing', since: world.home.clock.now, how: 'sms:test' },
        );
      });
      await world.people(3, 3, () => ({ status: 'deceased', consent: false }));
      await world.settle();
      expect(world.provider.sent.map(({ to }) => to.slice(-1))).to.deep.equal(['4']);
      const rows = await world.home.database.knex('lb_alerts').orderBy('customer_id').select('status', 'reason');
      expect(rows.map(({ status, reason }) => `${status} ${reason}`)).to.deep.equal([
        'suppressed no-consent',
        'suppressed stopped',
        'suppressed status',
        'accepted null',
      ]);
    });

    it('stopped, nothing more leaves in the next claim, and what waits is taken back', async () => {
      await open();
      await world.people(1, 50);
      await world.start();
      await runCampaigns(world.house, ONE);
      await deliverOnce(world.house, 10);
      await stopCampaign(world.house, ORDER);
      const { leaving, ended } = await claimAlerts(world.house, 'courier', 10);
      expect(leaving).to.deep.equal([]);
      expect(ended.map(({ verdict }) => verdict.reason)).to.deep.equal(Array(10).fill('campaign-stopped'));
      await world.settle();
      expect(world.provider.sent).to.have.length(10);
      expect(await statuses()).to.deep.equal({ accepted: 10, cancelled: 40 });
      const rows = await world.home.database.knex('lb_alerts').where({ status: 'cancelled' }).distinct('reason');
      expect(rows).to.deep.equal([{ reason: 'campaign-stopped' }]);
      expect(await codeOf(resumeCampaign(world.house, ORDER))).to.equal('campaign-state');
      expect(await codeOf(startCampaign(world.house, ORDER))).to.equal('campaign-state');
    });

    it('paused, what waits is held, whatever else is released, and goes on where it was', async () => {
      await open();
      await world.people(1, 250);
      await world.start();
      await runCampaigns(world.house, ONE);
      await deliverOnce(world.house, 10);
      await pauseCampaign(world.house, ORDER);
      await world.settle();
      expect(world.provider.sent).to.have.length(10);
      expect(await releaseForgotten(world.house)).to.equal(0);
      await world.settle();
      expect(await statuses()).to.deep.equal({ accepted: 10, held: 190 });
      await resumeCampaign(world.house, ORDER);
      await world.settle();
      expect(world.provider.sent).to.have.length(250);
      expect(notOnce(world.provider)).to.deep.equal({});
    });

    it('its end takes back what has not left', async () => {
      await open();
      await world.people(1, 20);
      const endsAt = new Date(world.home.clock.now + HOUR).toISOString();
      await world.start({ schedule: { endsAt } });
      await runCampaigns(world.house, ONE);
      await deliverOnce(world.house, 5);
      world.home.clock.now += HOUR;
      await world.settle();
      const { campaign } = await world.standing();
      expect([campaign.state, campaign.reason]).to.deep.equal(['finished', 'ended']);
      expect(world.provider.sent).to.have.length(5);
      expect((await statuses()).accepted).to.equal(5);
    });

    it('who is asleep is told in the morning, and who cannot be told at once keeps nobody else waiting', async () => {
      await open({ marketing: { approvals: 1, quietHours: { from: '21:00', to: '09:00' } } });
      await world.people(1, 6, (number) => ({ timeZone: number % 2 === 0 ? 'America/Los_Angeles' : 'Europe/Tallinn' }));
      await world.start({ schedule: { hours: { from: '10:00', to: '18:00' } } });
      await world.settle();
      expect(world.provider.sent.map(({ to }) => Number(to.slice(-1)) % 2)).to.deep.equal([1, 1, 1]);
      // 10 November, 10:00 in Los Angeles.
      world.home.clock.now = Date.UTC(2026, 10, 10, 17, 59);
      await world.settle();
      expect(world.provider.sent).to.have.length(3);
      world.home.clock.now = Date.UTC(2026, 10, 10, 18, 0);
      await world.settle();
      expect(world.provider.sent).to.have.length(6);
    });

    it('the hours are asked again when a message leaves', async () => {
      await open();
      await world.people(1, 2);
      await world.start({ schedule: { weekdays: [2], hours: { from: '10:00', to: '18:00' } } });
      await runCampaigns(world.house, ONE);
      world.home.clock.now = Date.UTC(2026, 10, 10, 16, 0);
      await world.settle();
      expect(world.provider.sent).to.deep.equal([]);
      const [row] = await world.home.database.knex('lb_alerts').select('status', 'reason', 'not_before');
      expect(row).to.deep.include({ status: 'deferred', reason: 'campaign-hours' });
      expect(Number(row.not_before)).to.equal(Date.UTC(2026, 10, 17, 8, 0));
    });

    it('a budget of messages is kept to the message, those that are refused at the last moment aside', async () => {
      await open();
      await world.people(1, 40);
      await world.start({ budget: { messages: 15 } });
      await runCampaigns(world.house, ONE);
      for (const number of [1, 2, 3]) await world.consent(customerNamed(number), false);
      await world.settle();
      expect(world.provider.sent).to.have.length(15);
      const { campaign, spending } = await world.standing();
      expect([campaign.state, campaign.reason]).to.deep.equal(['paused', 'budget-messages']);
      expect(spending.messages).to.equal(15);
      expect(await codeOf(resumeCampaign(world.house, ORDER))).to.equal('campaign-budget-spent');
    });

    it('a budget of money is kept to the cent, in two claims at once as well', async () => {
      const prices = { currency: 'EUR', perPart: { default: '0.045' } };
      await open({ texts: { prices } });
      await world.people(1, 40);
      await world.start({ budget: { money: { amount: '0.50', currency: 'EUR' } } });
      await runCampaigns(world.house, ONE);
      const claims = await Promise.all([claimAlerts(world.house, 'a', 20), claimAlerts(world.house, 'b', 20)]);
      expect(claims.reduce((sum, { leaving }) => sum + leaving.length, 0)).to.equal(11);
      await world.settle();
      const { campaign, spending } = await world.standing();
      expect([campaign.state, campaign.reason]).to.deep.equal(['paused', 'budget-money']);
      expect(spending).to.deep.include({ messages: 11, cost: 11 * 45_000 });
    });

    it('a retry costs no second message of the budget', async () => {
      await open();
      await world.people(1, 2);
      world.provider.answer = { status: 'retryable', code: 'busy', retryAfterMs: 1_000 };
      await world.start({ budget: { messages: 2 } });
      await runCampaigns(world.house, ONE);
      await deliverOnce(world.house, 10);
      world.provider.answer = { status: 'accepted' };
      world.home.clock.now += 2 * HOUR;
      await deliverOnce(world.house, 10);
      expect((await statuses()).accepted).to.equal(2);
      expect((await world.standing()).spending.messages).to.equal(2);
    });

    it('keeps its pace over two runners and two couriers', async () => {
      await open();
      await world.people(1, 400);
      await world.start({ throttle: { messages: 20, per: 'second' } });
      const runners = [runnerNamed('one'), runnerNamed('two')];
      const started = world.home.clock.now;
      const left: number[] = [];
      for (let tick = 0; tick < 40; tick++) {
        await Promise.all(runners.map((runner) => runCampaigns(world.house, runner)));
        const before = world.provider.sent.length;
        await Promise.all([deliverOnce(world.house, 50), deliverOnce(world.house, 50)]);
        left.push(world.provider.sent.length - before);
        world.home.clock.now += 100;
      }
      const seconds = (world.home.clock.now - started) / 1_000;
      const sent = left.reduce((sum, count) => sum + count, 0);
      expect(sent)
        .to.be.at.most(20 * seconds + 20)
        .and.at.least(20 * seconds * 0.9);
      for (let at = 0; at + 10 <= left.length; at++) {
        expect(left.slice(at, at + 10).reduce((sum, count) => sum + count, 0)).to.be.at.most(40);
      }
      expect(notOnce(world.provider)).to.deep.equal({});
    });

    it('a pace holds too for what waited for the morning', async () => {
      await open();
      await world.people(1, 60);
      await world.start({
        throttle: { messages: 10, per: 'second' },
        schedule: { hours: { from: '13:00', to: '18:00' } },
      });
      await world.settle();
      world.home.clock.now = Date.UTC(2026, 10, 10, 11, 0);
      await world.settle();
      expect(world.provider.sent.length).to.be.at.most(10);
      for (let second = 0; second < 8; second++) {
        world.home.clock.now += 1_000;
        await world.settle();
        expect(world.provider.sent.length).to.be.at.most(10 * (second + 2));
      }
      expect(world.provider.sent).to.have.length(60);
    });

    it('what is too much for one customer is not sent, whichever campaign comes first', async () => {
      await open({ marketing: { approvals: 1, frequencyCap: { messages: 1, days: 7 } } });
      await world.people(1, 5);
      await world.start();
      await world.start({ name: 'second' }, { en: { offer: { text: 'More. STOP' } } });
      await Promise.all([runCampaigns(world.house, runnerNamed('a')), runCampaigns(world.house, runnerNamed('b'))]);
      await Promise.all([deliverOnce(world.house, 5), deliverOnce(world.house, 5)]);
      await world.settle();
      expect(world.provider.sent).to.have.length(5);
      expect(notOnce(world.provider)).to.deep.equal({});
    });
  });
}
