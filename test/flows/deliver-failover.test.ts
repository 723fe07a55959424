import { expect } from 'chai';
import { FIRST_PAUSE, OPENS_AFTER } from '../../src/core/delivery/breaker.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import type { DeliverySettings, House } from '../../src/flows/house.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn, stepsIn } from './delivery-world.js';

const HOUR = 3_600_000;
const LARGE = { name: 'large', conditions: debitFrom('100.00') };
const NEWS = { name: 'news', lane: 'security' as const, conditions: debitFrom('100.00') };

for (const database of databases) {
  describe(`providers that take over on ${database.name}`, () => {
    let home: HouseUnderTest;
    let house: House;
    let first: FakeProvider;
    let second: FakeProvider;

    async function open(
      options: { delivery?: Partial<DeliverySettings>; rules?: Parameters<typeof ruleSet>; first?: FakeProvider } = {},
    ): Promise<void> {
      first = options.first ?? fakeProvider('first');
      second = fakeProvider('second');
      const delivery = { senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 4, ...options.delivery };
      home = await openHouse(database, {
        source: ruleSet(...(options.rules ?? [LARGE])),
        house: { adapters: [first.named, second.named], delivery },
      });
      house = home.house;
      await register(home);
    }

    async function commit(count: number): Promise<void> {
      for (let number = 0; number < count; number++) await home.commit(posted());
    }

    afterEach(() => home.close());

    it('the next of the route is tried at once, then everything waits', async () => {
      await open();
      first.answer = { status: 'retryable', code: 'busy' };
      second.answer = { status: 'retryable', code: 'busy' };
      await commit(1);
      expect(await deliverOnce(house)).to.deep.equal(['first']);
      expect(await deliverOnce(house)).to.deep.equal(['second']);
      expect(await deliverOnce(house)).to.deep.equal([]);
      home.clock.now += HOUR;
      second.answer = { status: 'accepted' };
      expect(await deliverOnce(house)).to.deep.equal(['first']);
      expect(await deliverOnce(house)).to.deep.equal(['second']);
      expect(await statusesIn(home)).to.deep.equal(['large accepted']);
      expect(await stepsIn(home)).to.deep.equal([
        'first retryable',
        'second retryable',
        'first retryable',
        'second accepted',
      ]);
    });

    it('a refusal that concerns our account goes on, and one that concerns the message does not', async () => {
      await open();
      first.answer = { status: 'rejected', code: 'no-credit', scope: 'account' };
      await commit(1);
      await deliverOnce(house);
      await deliverOnce(house);
      expect([first.sent.length, second.sent.length]).to.deep.equal([1, 1]);
      first.answer = { status: 'rejected', code: 'no-such-number' };
      await commit(1);
      await deliverOnce(house);
      await deliverOnce(house);
      expect([first.sent.length, second.sent.length]).to.deep.equal([2, 1]);
      expect(await statusesIn(home)).to.deep.equal(['large accepted', 'large failed']);
    });

    it('a refusal by the account of the last one is a failure', async () => {
      await open();
      first.answer = { status: 'rejected', code: 'no-credit', scope: 'account' };
      second.answer = { status: 'rejected', code: 'key-revoked', scope: 'account' };
      await commit(1);
      for (let round = 0; round < 3; round++) await deliverOnce(house);
      expect(await statusesIn(home)).to.deep.equal(['large failed']);
      expect([first.sent.length, second.sent.length]).to.deep.equal([1, 1]);
    });

    it('semantics line twenty-nine: what may have been sent never takes another way', async () => {
      await open();
      first.answer = { status: 'unknown', code: 'timeout' };
      await commit(1);
      await deliverOnce(house);
      await deliverOnce(house);
      home.clock.now += 24 * HOUR;
      await deliverOnce(house);
      expect([first.sent.length, second.sent.length]).to.deep.equal([1, 0]);
      expect(await statusesIn(home)).to.deep.equal(['large unknown']);
    });

    it('an outcome recorded late says nothing about the attempt after it', async () => {
      await open();
      await commit(1);
      first.answer = { status: 'retryable', code: 'busy' };
      const { leaving } = await claimAlerts(house, 'test', 10);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(house, claimed)));
      await settleAttempts(house, results);
      const again = await claimAlerts(house, 'test', 10);
      expect(again.leaving.map(({ adapter }) => adapter)).to.deep.equal(['second']);
      await settleAttempts(house, results);
      expect(await statusesIn(home), 'the second request is under way').to.deep.equal(['large sending']);
    });

    it('a provider that fails again and again is left alone, but for one probe at a time', async () => {
      await open();
      first.answer = { status: 'retryable', code: 'down' };
      for (let number = 0; number < OPENS_AFTER; number++) {
        await commit(1);
        await deliverOnce(house, 1);
        await deliverOnce(house, 1);
      }
      expect([first.sent.length, second.sent.length]).to.deep.equal([OPENS_AFTER, OPENS_AFTER]);
      await commit(3);
      expect(await deliverOnce(house)).to.deep.equal(['second', 'second', 'second']);
      home.clock.now += FIRST_PAUSE;
      await commit(3);
      first.answer = { status: 'accepted' };
      const claims = [await claimAlerts(house, 'test', 10), await claimAlerts(house, 'test', 10)];
      const leaving = claims.flatMap((claim) => claim.leaving);
      expect(
        leaving.map(({ adapter }) => adapter),
        'one asks how it is',
      ).to.deep.equal(['first', 'second', 'second']);
      await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      await commit(2);
      expect(await deliverOnce(house)).to.deep.equal(['first', 'first']);
    });

    it('while the only provider is away nothing is used up: all of it waits', async () => {
      await open({ delivery: { routes: [{ adapters: ['first'] }] } });
      first.answer = { status: 'retryable', code: 'down' };
      await commit(20);
      for (let round = 0; round < 20; round++) await deliverOnce(house, 1);
      expect(first.sent.length).to.equal(OPENS_AFTER);
      expect(second.sent).to.deep.equal([]);
      first.answer = { status: 'accepted' };
      home.clock.now += HOUR;
      for (let round = 0; round < 20; round++) await deliverOnce(house);
      expect(new Set(await statusesIn(home))).to.deep.equal(new Set(['large accepted']));
    });

    it('routes send by lane, topic and country, with their own sender', async () => {
      await open({
        rules: [LARGE, NEWS],
        delivery: {
          routes: [
            { lanes: ['security'], countries: ['US'], adapters: ['second'], sender: 'ALARM' },
            { adapters: ['first', 'second'] },
          ],
        },
      });
      await commit(1);
      await deliverOnce(house);
      await deliverOnce(house);
      expect(first.sent.map(({ from, lane }) => [from, lane])).to.deep.equal([['BANK', 'service']]);
      expect(second.sent.map(({ from, lane }) => [from, lane])).to.deep.equal([['ALARM', 'security']]);
    });

    it('an adapter that processes messages where the entity does not allow it is never chosen', async () => {
      await open({
        delivery: { residency: { default: ['EU'] } },
        first: fakeProvider('first', { processesIn: ['US'] }),
      });
      await commit(2);
      expect(await deliverOnce(house)).to.deep.equal(['second', 'second']);
    });

    it('a busy provider holds up neither another one nor what waits behind its own messages', async () => {
      await open({
        rules: [LARGE, { ...LARGE, name: 'other' }],
        delivery: { routes: [{ topics: ['large'], adapters: ['first'] }, { adapters: ['second'] }] },
      });
      await commit(6);
      const busy = new Map([['first', 4]]);
      const left: string[] = [];
      for (let round = 0; round < 8; round++) {
        const { leaving } = await claimAlerts(house, 'test', 2, busy);
        left.push(...leaving.map(({ adapter }) => adapter));
        await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      }
      expect(left).to.deep.equal(Array(6).fill('second'));
      const { moved } = await claimAlerts(house, 'test', 10, busy);
      expect(moved, 'nothing is looked at in vain').to.equal(0);
      expect(await deliverOnce(house)).to.deep.equal(['first', 'first', 'first']);
    });

    it('places are kept free for the lanes above', async () => {
      await open({
        rules: [
          { ...LARGE, name: 'ad' },
          { ...LARGE, name: 'code', lane: 'otp' },
        ],
        delivery: { concurrency: 4, routes: [{ adapters: ['first'] }] },
      });
      await commit(4);
      const full = new Map([['first', 3]]);
      const { leaving } = await claimAlerts(house, 'test', 10, full);
      expect(leaving.map(({ alert }) => alert.rule)).to.deep.equal(['code']);
    });

    it('a rate is kept over all replicas, and over time', async () => {
      await open({ first: fakeProvider('first', { limits: { perSecond: 2, burst: 3, concurrency: 100 } }) });
      house = { ...house, delivery: { ...house.delivery, routes: [{ adapters: ['first'] }] } };
      await commit(12);
      const claims = await Promise.all([claimAlerts(house, 'one', 10), claimAlerts(house, 'two', 10)]);
      const leaving = claims.flatMap((claim) => claim.leaving);
      expect(leaving.length).to.be.at.most(3);
      await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      for (let round = 0; round < 3; round++) await deliverOnce(house);
      expect(first.sent.length).to.equal(3);
      const { refillsIn } = await claimAlerts(house, 'one', 10);
      expect(refillsIn).to.equal(500);
      home.clock.now += 1_000;
      for (let round = 0; round < 3; round++) await deliverOnce(house);
      expect(first.sent.length).to.equal(5);
    });
  });
}
