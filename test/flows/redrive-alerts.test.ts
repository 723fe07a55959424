import { expect } from 'chai';
import { SCHEDULES } from '../../src/core/delivery/backoff.js';
import { redriveAlert, redriveAlerts } from '../../src/flows/redrive-alerts.js';
import { listAudit } from '../../src/store/audit.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn, stepsIn } from './delivery-world.js';

const LARGE = { name: 'large', conditions: debitFrom('100.00') };
const WHO = { actor: 'ops', reason: 'the provider is back' };

for (const database of databases) {
  describe(`alerts that are sent again by hand on ${database.name}`, () => {
    let home: HouseUnderTest;
    let provider: FakeProvider;

    beforeEach(async () => {
      provider = fakeProvider('gateway');
      home = await openHouse(database, { source: ruleSet(LARGE), house: { adapters: [provider.named] } });
      await register(home);
    });
    afterEach(() => home.close());

    const alertIds = async () =>
      (await listAlerts(home.database, home.database.knex, { limit: 50 })).map((a) => a.alertId);

    async function refused(count: number): Promise<void> {
      provider.answer = { status: 'rejected', code: 'barred' };
      for (let number = 0; number < count; number++) await home.commit(posted());
      await deliverOnce(home.house);
      await deliverOnce(home.house);
      provider.answer = { status: 'accepted' };
    }

    it('go out with all their attempts, keep their trace, and are in the audit', async () => {
      await home.commit(posted());
      provider.answer = { status: 'retryable', code: 'busy', retryAfterMs: 1 };
      for (let attempt = 0; attempt < SCHEDULES.service.attempts; attempt++) {
        await deliverOnce(home.house);
        home.clock.now += 86_400_000;
      }
      expect(await statusesIn(home)).to.deep.equal(['large dead attempts-exhausted']);
      const [alertId = ''] = await alertIds();
      await redriveAlert(home.house, { alertId, ...WHO });
      expect(await statusesIn(home)).to.deep.equal(['large queued']);
      await deliverOnce(home.house);
      expect(await statusesIn(home), 'it is tried again as at first').to.deep.equal(['large queued']);
      home.clock.now += 86_400_000;
      provider.answer = { status: 'accepted' };
      await deliverOnce(home.house);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      expect(await stepsIn(home)).to.have.length(SCHEDULES.service.attempts + 2);
      const rows = await listAudit(home.database, home.database.knex, { limit: 10 });
      const row = rows.find(({ action }) => action === 'alert-redriven');
      expect(row).to.include({ actor: 'ops', subject: `alert:${alertId}` });
    });

    it('are chosen by what is known of them, at most so many, and the rest is counted', async () => {
      await refused(5);
      const filter = { entity: 'default', status: 'failed' as const, rule: 'large', lane: 'service' as const };
      for (const other of [
        { rule: 'x' },
        { lane: 'otp' as const },
        { provider: 'x' },
        { code: 'x' },
        { entity: 'x' },
      ]) {
        const none = await redriveAlerts(home.house, { filter: { ...filter, ...other }, limit: 9, ...WHO });
        expect(none, JSON.stringify(other)).to.deep.equal({ redriven: 0, remaining: 0 });
      }
      const some = { ...filter, provider: 'gateway', code: 'barred' };
      const progress: number[] = [];
      const answer = await redriveAlerts(home.house, {
        filter: some,
        limit: 3,
        ...WHO,
        onProgress: (count) => progress.push(count),
      });
      expect(answer).to.deep.equal({ redriven: 3, remaining: 2 });
      expect(progress).to.deep.equal([3]);
      await deliverOnce(home.house);
      expect((await statusesIn(home)).filter((status) => status === 'large accepted')).to.have.length(3);
    });

    it('are counted where the first one may have been sent', async () => {
      await home.commit(posted());
      provider.answer = { status: 'unknown', code: 'timeout' };
      await deliverOnce(home.house);
      const [alertId = ''] = await alertIds();
      await redriveAlert(home.house, { alertId, ...WHO });
      const [alert] = await listAlerts(home.database, home.database.knex, { limit: 1 });
      expect(alert).to.include({ status: 'queued', resends: 1 });
    });

    it('are never codes, which are wiped by then', async () => {
      home.useRules(ruleSet({ ...LARGE, lane: 'otp' }));
      await refused(1);
      const [alertId = ''] = await alertIds();
      expect(await statusesIn(home)).to.deep.equal(['large failed']);
      const error = await redriveAlert(home.house, { alertId, ...WHO }).catch(({ code }) => code);
      expect(error).to.equal('alert-not-redrivable');
      const filter = { entity: 'default', status: 'failed' as const, lane: 'otp' as const };
      expect(await redriveAlerts(home.house, { filter, limit: 9, ...WHO })).to.deep.equal({
        redriven: 0,
        remaining: 0,
      });
    });

    it('are refused where they have left, or where there is none', async () => {
      await home.commit(posted());
      await deliverOnce(home.house);
      const [alertId = ''] = await alertIds();
      const code = (id: string) =>
        redriveAlert(home.house, { alertId: id, ...WHO }).then(
          () => 'redriven',
          (error) => error.code,
        );
      expect(await code(alertId)).to.equal('alert-not-redrivable');
      expect(await code('al_none')).to.equal('alert-unknown');
    });
  });
}
