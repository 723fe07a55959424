import { expect } from 'chai';
import { runCampaigns } from '../../src/flows/campaigns/run-campaigns.js';
import { campaignSource } from '../core/campaign/sketches.js';
import { runnerNamed } from '../flows/campaigns/campaign-world.js';
import { deliverOnce, type FakeProvider, fakeProvider } from '../flows/delivery-world.js';
import { databases } from '../support/databases.js';
import { register } from '../support/registered.js';
import { openService, type ServiceUnderTest } from './service-under-test.js';

for (const database of databases) {
  describe(`campaigns over HTTP on ${database.name}`, () => {
    let service: ServiceUnderTest;
    let provider: FakeProvider;

    beforeEach(async () => {
      provider = fakeProvider('gateway');
      service = await openService(database, {
        source: {
          rules: [],
          topics: { offers: { consent: 'opt-in' } },
          conditions: {},
          texts: { prices: { currency: 'EUR', perPart: { default: '0.05' } } },
        },
        house: {
          adapters: [provider.named],
          delivery: { senders: { default: '+12015550199' }, attemptMs: 5_000, concurrency: 10 },
          marketing: { approvals: 2 },
        },
      });
      await register(service, {
        customers: {
          '1': { phone: '+37251000001', timeZone: 'Europe/Tallinn' },
          '2': { phone: '+37251000002', timeZone: 'Europe/Tallinn' },
        },
      });
      const consent = {
        topic: 'offers',
        granted: true,
        by: 'test',
        at: '2026-11-01T10:00:00Z',
        how: 'web',
        wording: 'Offers',
      };
      await service.as('operator')('POST', '/customers/1/consents', consent);
    });
    afterEach(() => service.close());

    it('go from a draft to their figures, with a second person in between', async () => {
      const analyst = service.as('analyst');
      const written = await analyst('POST', '/campaigns', campaignSource());
      expect([written.status, written.body.state, written.body.missing]).to.deep.equal([201, 'draft', 2]);
      expect((await analyst('POST', '/campaigns', campaignSource())).status).to.equal(200);

      const preview = await analyst('POST', '/campaigns/savings/preview', {});
      expect(preview.body).to.deep.include({
        customers: 2,
        matched: 2,
        messages: 1,
        skipped: { 'no-consent': 1 },
        cost: { amount: '0.05', currency: 'EUR' },
        complete: true,
        samples: [
          { variant: 'a', locale: 'en', parts: 1, phone: '+3725***01', text: 'BANK: save with us. STOP ends these.' },
        ],
      });
      const part = await analyst('POST', '/campaigns/savings/preview', { customers: 1 });
      expect(part.body).to.deep.include({ seen: 1, complete: false, next: '1' });

      const proposed = await analyst('POST', '/campaigns/savings/start', { reason: 'as agreed' });
      expect([proposed.body.state, proposed.body.missing]).to.deep.equal(['proposed', 1]);
      expect((await analyst('POST', '/campaigns/savings/start', {})).body.code).to.equal('campaign-approved-already');
      const started = await service.as('admin')('POST', '/campaigns/savings/start', {});
      expect([started.body.state, started.body.startedBy]).to.deep.equal(['running', ['analyst', 'admin']]);

      await runCampaigns(service.house, runnerNamed('one'));
      await deliverOnce(service.house);
      expect(provider.sent.map(({ to }) => to)).to.deep.equal(['+37251000001']);
      const { body } = await service.as('auditor')('GET', '/campaigns/savings');
      expect(body.results.variants).to.deep.equal({ a: { accepted: 1 } });
      expect(body.spent).to.deep.equal({ messages: 1, cost: { amount: '0.05', currency: 'EUR' } });
      const { body: alerts } = await analyst('GET', '/alerts?rule=campaign%3Asavings');
      expect((await analyst('GET', `/alerts/${alerts.items[0].id}`)).body.message.text).to.include('STOP');
    });

    it('are paused, resumed and stopped by those who may', async () => {
      await service.as('admin')('POST', '/campaigns', campaignSource());
      for (const role of ['admin', 'analyst'] as const) await service.as(role)('POST', '/campaigns/savings/start', {});
      const operator = service.as('operator');
      const state = async (verb: string) => (await operator('POST', `/campaigns/savings/${verb}`, {})).body;
      expect((await state('start')).code).to.equal('forbidden');
      expect(await state('pause')).to.deep.include({ state: 'paused', reason: 'operator' });
      expect((await state('resume')).code).to.equal('forbidden');
      expect((await service.as('analyst')('POST', '/campaigns/savings/resume', {})).body.state).to.equal('running');
      expect((await state('stop')).state).to.equal('stopped');
      expect((await state('stop')).code).to.equal('campaign-state');
      expect((await service.as('auditor')('POST', '/campaigns/savings/stop', {})).body.code).to.equal('forbidden');
      expect((await operator('POST', '/campaigns/none/stop', {})).body.code).to.equal('campaign-unknown');
    });

    it('are refused with all their mistakes at once, and listed newest first', async () => {
      const admin = service.as('admin');
      const wrong = campaignSource({ topic: 'offer', schedule: { endsAt: 'soon' } }, {
        en: { offer: 'Save.' },
      } as never);
      const { status, body } = await admin('POST', '/campaigns', wrong);
      expect([status, body.code]).to.deep.equal([422, 'campaign-invalid']);
      expect(body.errors.map(({ path }: { path: string }) => path)).to.deep.equal([
        '/campaign/topic',
        '/campaign/schedule/endsAt',
        '/messages/en/offer/text',
      ]);
      for (const name of ['one', 'two', 'three']) {
        service.clock.now += 1;
        await admin('POST', '/campaigns', campaignSource({ name }));
      }
      const first = await admin('GET', '/campaigns?limit=2');
      const second = await admin('GET', `/campaigns?limit=2&after=${first.body.next}`);
      const names = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
      expect(names).to.deep.equal(['three', 'two', 'one']);
      const other = campaignSource({ name: 'one', description: 'New words' });
      expect((await admin('POST', '/campaigns', other)).body.description).to.equal('New words');
    });
  });
}
