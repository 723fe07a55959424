import { expect } from 'chai';
import type { LookupOutcome, SendOutcome } from '../../src/contracts/adapter.js';
import type { Lane } from '../../src/contracts/rule.js';
import { SCHEDULES } from '../../src/core/delivery/backoff.js';
import { DEADLINES } from '../../src/core/delivery/unknown.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { type AttemptResult, sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { settleUnknown } from '../../src/flows/deliver/settle-unknown.js';
import type { House } from '../../src/flows/house.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { redriveAlerts } from '../../src/flows/redrive-alerts.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn, stepsIn } from './delivery-world.js';

const ACCEPTED: SendOutcome = { status: 'accepted', providerId: 'g-late' };
const NOT_SENT: SendOutcome = { status: 'retryable', code: '503' };
const REFUSED: SendOutcome = { status: 'rejected', code: 'number-invalid' };

for (const database of databases) {
  describe(`an answer that is recorded after its lease has lapsed, on ${database.name}`, () => {
    let home: HouseUnderTest;
    let house: House;
    let provider: FakeProvider;

    async function open(lane: Lane, options: { found?: LookupOutcome; resend?: boolean } = {}): Promise<void> {
      provider = fakeProvider('gateway', options.found === undefined ? {} : { found: options.found });
      const delivery = {
        ...{ senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 4 },
        unknown: options.resend ? { [lane]: 'resend' as const } : {},
      };
      const source = ruleSet({ name: 'large', lane, conditions: debitFrom('100.00') });
      home = await openHouse(database, { source, house: { adapters: [provider.named], delivery } });
      house = home.house;
      await register(home);
      await home.commit(posted());
    }

    /** A replica makes the request, and hangs before it can record the answer; another one marks it. */
    async function hang(answer: SendOutcome): Promise<AttemptResult[]> {
      provider.answer = answer;
      const { leaving } = await claimAlerts(house, 'hangs', 10);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(house, claimed)));
      home.clock.now += 60_000;
      expect(await markAbandoned(house)).to.equal(1);
      expect(await statusesIn(home)).to.deep.equal(['large unknown']);
      return results;
    }

    async function pass(milliseconds: number): Promise<void> {
      home.clock.now += milliseconds;
      await settleUnknown(house);
    }

    afterEach(() => home.close());

    it('ends the doubt, whatever it says', async () => {
      for (const [answer, ends] of [
        [ACCEPTED, 'accepted'],
        [REFUSED, 'failed'],
        [NOT_SENT, 'queued'],
        [{ status: 'unknown', code: 'timeout' }, 'unknown'],
      ] as const) {
        await open('service');
        const results = await hang(answer);
        const [settled] = await settleAttempts(house, results);
        expect(settled?.status).to.equal(ends);
        expect(await statusesIn(home)).to.deep.equal([`large ${ends}`]);
        const [alert] = await listAlerts(home.database, home.database.knex, { limit: 1 });
        expect(alert?.checkAt === undefined, 'it is looked into no more').to.equal(ends !== 'unknown');
        if (ends !== 'unknown') await home.close();
      }
    });

    it('lets what was certainly not sent leave again, once', async () => {
      await open('service');
      await settleAttempts(house, await hang(NOT_SENT));
      provider.answer = { status: 'accepted' };
      home.clock.now += DEADLINES.service;
      await deliverOnce(house);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      expect(await stepsIn(home)).to.deep.equal(['gateway retryable', 'gateway accepted']);
    });

    it('does not begin again what was given up on doubt: it is dead, so that an operator may', async () => {
      await open('otp');
      const results = await hang(NOT_SENT);
      await pass(DEADLINES.otp);
      expect(await statusesIn(home)).to.deep.equal(['large unknown no-word']);
      await settleAttempts(house, results);
      expect(await statusesIn(home)).to.deep.equal(['large dead attempts-exhausted']);
    });

    it('counts for what was given up after a resend, so that nobody sends again what a phone has got', async () => {
      await open('otp', { resend: true });
      const results = await hang(ACCEPTED);
      await pass(DEADLINES.otp);
      provider.answer = NOT_SENT;
      for (let attempt = 2; attempt <= SCHEDULES.otp.attempts; attempt++) {
        await deliverOnce(house);
        home.clock.now += SCHEDULES.otp.cap;
      }
      expect(await statusesIn(home)).to.deep.equal(['large dead attempts-exhausted']);
      await settleAttempts(house, results);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      await receiveReceipts(house, 'gateway', [{ providerId: 'g-late', state: 'delivered' }]);
      expect(await statusesIn(home)).to.deep.equal(['large delivered']);
    });

    it('saves the resend where it comes before it', async () => {
      await open('service', { resend: true });
      const results = await hang(ACCEPTED);
      await pass(DEADLINES.service);
      await settleAttempts(house, results);
      await deliverOnce(house);
      expect(provider.sent).to.have.length(1);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
    });

    it('counts while the next attempt is under way, and that one answer changes nothing more', async () => {
      for (const second of [REFUSED, NOT_SENT, { status: 'unknown', code: 'timeout' }] as const) {
        await open('service', { resend: true });
        const results = await hang(ACCEPTED);
        await pass(DEADLINES.service);
        provider.answer = second;
        const { leaving } = await claimAlerts(house, 'second', 10);
        const later = await Promise.all(leaving.map((claimed) => sendAlert(house, claimed)));
        await settleAttempts(house, results);
        expect(await statusesIn(home)).to.deep.equal(['large accepted']);
        await settleAttempts(house, later);
        expect(await statusesIn(home)).to.deep.equal(['large accepted']);
        await receiveReceipts(house, 'gateway', [{ providerId: 'g-late', state: 'delivered' }]);
        expect(await statusesIn(home)).to.deep.equal(['large delivered']);
        if (second.status !== 'unknown') await home.close();
      }
    });

    it('comes together with that of the next attempt, in either order', async () => {
      for (const isLateFirst of [true, false]) {
        await open('service', { resend: true });
        const results = await hang(ACCEPTED);
        await pass(DEADLINES.service);
        provider.answer = NOT_SENT;
        const { leaving } = await claimAlerts(house, 'second', 10);
        const later = await Promise.all(leaving.map((claimed) => sendAlert(house, claimed)));
        await settleAttempts(house, isLateFirst ? [...results, ...later] : [...later, ...results]);
        expect(await statusesIn(home)).to.deep.equal(['large accepted']);
        if (isLateFirst) await home.close();
      }
    });

    it('says nothing about an attempt that an operator began', async () => {
      await open('service');
      const results = await hang(REFUSED);
      await pass(DEADLINES.service);
      await redriveAlerts(house, {
        filter: { entity: 'default', status: 'unknown' },
        ...{ limit: 10, actor: 'ops', reason: 'a test' },
      });
      provider.answer = { status: 'unknown', code: 'timeout' };
      await deliverOnce(house);
      await settleAttempts(house, results);
      expect(await statusesIn(home)).to.deep.equal(['large unknown']);
    });

    it('makes a look-up that was under way say nothing about the attempt after it', async () => {
      await open('service', { found: { status: 'absent' } });
      const results = await hang(NOT_SENT);
      const { lookup } = provider.named.adapter;
      provider.named.adapter.lookup = async (request) => {
        await settleAttempts(house, results);
        home.clock.now += DEADLINES.service;
        provider.answer = { status: 'unknown', code: 'timeout' };
        await deliverOnce(house);
        return (await lookup?.(request)) ?? { status: 'absent' };
      };
      await settleUnknown(house);
      expect(await statusesIn(home), 'the second may have been sent').to.deep.equal(['large unknown']);
    });

    it('is not asked for: who hung between claim and request makes no request any more', async () => {
      await open('service', { found: { status: 'absent' } });
      const { leaving } = await claimAlerts(house, 'hangs', 10);
      home.clock.now += 2_500;
      const [inTime] = leaving;
      if (inTime === undefined) throw new Error('nothing leaves');
      expect((await sendAlert(house, inTime)).outcome.status).to.equal('accepted');
      home.clock.now += 1;
      const late = await sendAlert(house, inTime);
      expect(late).to.deep.include({ adapter: 'none', outcome: { status: 'retryable', code: 'left-too-late' } });
      expect(provider.sent).to.have.length(1);
    });

    it('is not asked for after the expiry, however short the way to the provider', async () => {
      await open('otp');
      const { leaving } = await claimAlerts(house, 'hangs', 10);
      const [claimed] = leaving;
      if (claimed === undefined) throw new Error('nothing leaves');
      const expiring = { ...claimed, alert: { ...claimed.alert, expiresAt: home.clock.now + 100 } };
      home.clock.now += 100;
      expect((await sendAlert(house, expiring)).outcome).to.deep.equal({ status: 'retryable', code: 'expired' });
      expect(provider.sent).to.deep.equal([]);
    });
  });
}
