import { expect } from 'chai';
import type { LookupOutcome, LookupRequest } from '../../src/contracts/adapter.js';
import { DEADLINES, FIRST_LOOKUP } from '../../src/core/delivery/unknown.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { settleUnknown } from '../../src/flows/deliver/settle-unknown.js';
import type { DeliverySettings, House } from '../../src/flows/house.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { wipeCodes } from '../../src/store/codes-in-alerts.js';
import { listAlerts, openText } from '../../src/store/outbox.js';
import { textContext } from '../../src/store/outbox-alert.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn, stepsIn } from './delivery-world.js';

const LARGE = { name: 'large', lane: 'security' as const, conditions: debitFrom('100.00') };

for (const database of databases) {
  describe(`messages that may have been sent on ${database.name}`, () => {
    let home: HouseUnderTest;
    let house: House;
    let provider: FakeProvider;

    async function open(options: { found?: LookupOutcome; unknown?: DeliverySettings['unknown'] } = {}): Promise<void> {
      provider = fakeProvider('gateway', options.found === undefined ? {} : { found: options.found });
      provider.answer = { status: 'unknown', code: 'timeout' };
      const delivery = { senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 4, unknown: options.unknown };
      home = await openHouse(database, { source: ruleSet(LARGE), house: { adapters: [provider.named], delivery } });
      house = home.house;
      await register(home);
      await home.commit(posted());
    }

    async function later(milliseconds: number): Promise<number> {
      home.clock.now += milliseconds;
      return settleUnknown(house);
    }

    afterEach(() => home.close());

    it('are settled by what their provider says', async () => {
      await open({ found: { status: 'found', state: 'delivered', providerId: 'g1' } });
      await deliverOnce(house);
      expect(await settleUnknown(house), 'not before its time').to.equal(0);
      expect(await later(FIRST_LOOKUP)).to.equal(1);
      expect(await statusesIn(home)).to.deep.equal(['large delivered']);
      expect(await stepsIn(home)).to.deep.equal(['gateway unknown', 'gateway lookup-found']);
      expect(await later(DEADLINES.security)).to.equal(0);
    });

    it('stay in doubt where the provider found the message of another alert', async () => {
      await open({ found: { status: 'found', state: 'delivered', providerId: 'g1' } });
      provider.answer = { status: 'accepted', providerId: 'g1' };
      await deliverOnce(house);
      await home.commit(posted());
      provider.answer = { status: 'unknown', code: 'timeout' };
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      expect(await statusesIn(home)).to.deep.equal(['large accepted', 'large unknown']);
    });

    it('are looked for with the text as it was sent', async () => {
      await open({ found: { status: 'unclear', code: 'busy' } });
      const asked: LookupRequest[] = [];
      provider.named.adapter.lookup = async (request) => {
        asked.push(request);
        return { status: 'unclear', code: 'busy' };
      };
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      expect(asked[0]).to.include({ text: provider.sent[0]?.text, to: provider.sent[0]?.to });
    });

    it('are sent again where their provider is sure that it never took them', async () => {
      await open({ found: { status: 'absent' } });
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      expect(await statusesIn(home)).to.deep.equal(['large queued']);
      provider.answer = { status: 'accepted' };
      await deliverOnce(house);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      expect(await stepsIn(home)).to.deep.equal(['gateway unknown', 'gateway lookup-absent', 'gateway accepted']);
    });

    it('are asked about less and less often while the answer is unclear, and then given up', async () => {
      await open({ found: { status: 'unclear', code: 'busy' } });
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      expect(await later(FIRST_LOOKUP)).to.equal(0);
      expect(await later(FIRST_LOOKUP)).to.equal(1);
      await later(DEADLINES.security);
      expect(await statusesIn(home)).to.deep.equal(['large unknown no-word']);
      expect((await stepsIn(home)).at(-1)).to.equal('gateway deadline-give-up');
      expect(await later(DEADLINES.security)).to.equal(0);
      expect(provider.sent).to.have.length(1);
    });

    it('semantics line twenty-nine: are sent again on doubt only where the lane says so, once, and counted', async () => {
      await open({ unknown: { security: 'resend' } });
      await deliverOnce(house);
      await later(DEADLINES.security - 1);
      expect(await statusesIn(home)).to.deep.equal(['large unknown']);
      await later(1);
      await deliverOnce(house);
      expect(provider.sent).to.have.length(2);
      await later(DEADLINES.security);
      await deliverOnce(house);
      expect(provider.sent, 'not a third time').to.have.length(2);
      expect(await statusesIn(home)).to.deep.equal(['large unknown no-word']);
      expect(await stepsIn(home)).to.deep.equal([
        'gateway unknown',
        'gateway deadline-resend',
        'gateway unknown',
        'gateway deadline-give-up',
      ]);
    });

    it('keep the code they hold while they are looked into, and no longer', async () => {
      await open({ found: { status: 'absent' } });
      home.useRules(ruleSet({ ...LARGE, lane: 'otp', text: 'Code 123456' }));
      await home.database.knex(home.database.table('alerts')).delete();
      await home.commit(posted());
      const [alert] = await listAlerts(home.database, home.database.knex, { limit: 1 });
      const alertId = alert?.alertId ?? '';
      const key = (await house.vault.keys.find(home.database.knex, ['default/customer:1'])).get('default/customer:1');
      const text = key?.seal(Buffer.from('Code ***'), textContext(alertId));
      await home.database.knex(home.database.table('alert_evidence')).insert({ alert_id: alertId, text });
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      await deliverOnce(house);
      expect(provider.sent.map((message) => message.text)).to.deep.equal(['Code 123456', 'Code 123456']);
      provider.found = { status: 'unclear', code: 'busy' };
      await later(DEADLINES.otp);
      await wipeCodes(home.database, home.database.knex);
      const [left] = await listAlerts(home.database, home.database.knex, { limit: 1 });
      expect(left && key && openText(left, key)).to.equal('Code ***');
    });

    it('are left alone once a receipt came, even while they are given up', async () => {
      await open();
      await deliverOnce(house);
      await later(DEADLINES.security);
      await receiveReceipts(house, 'gateway', [{ alertId: provider.sent[0]?.alertId, state: 'delivered' }]);
      expect(await statusesIn(home)).to.deep.equal(['large delivered']);
      expect(await later(DEADLINES.security)).to.equal(0);
    });

    it('are looked up after the process that sent them has died', async () => {
      await open({ found: { status: 'found', state: 'accepted', providerId: 'g1' } });
      await claimAlerts(house, 'died', 10);
      home.clock.now += 60_000;
      await markAbandoned(house);
      await settleUnknown(house);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      expect(provider.lookups).to.equal(1);
    });

    it('stay in doubt where the look-up throws, and no secret is logged', async () => {
      await open({ found: { status: 'absent' } });
      const logged: object[] = [];
      provider.named.adapter.lookup = () => Promise.reject(new Error('boom +12015550100'));
      house = { ...house, log: { ...house.log, error: (fields: object) => logged.push(fields) } };
      await deliverOnce(house);
      await later(FIRST_LOOKUP);
      expect(await statusesIn(home)).to.deep.equal(['large unknown']);
      expect(JSON.stringify(logged)).to.contain('gateway').and.not.contain('5550100');
    });
  });
}
