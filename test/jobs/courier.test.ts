import { expect } from 'chai';
import type { SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import type { DeliverySettings, NamedAdapter } from '../../src/flows/house.js';
import { type Courier, createCourier } from '../../src/jobs/courier.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { waitFor } from '../support/wait-for.js';

/** A provider that answers when it is told to. */
interface SlowProvider {
  named: NamedAdapter;
  asked: SmsMessage[];
  answerAll(): void;
  answerOne(): void;
}

function slowProvider(name: string): SlowProvider {
  const waiting: ((outcome: SendOutcome) => void)[] = [];
  const asked: SmsMessage[] = [];
  return {
    asked,
    answerAll: () => {
      for (const answer of waiting.splice(0)) answer({ status: 'accepted' });
    },
    answerOne: () => waiting.shift()?.({ status: 'accepted' }),
    named: {
      name,
      processesIn: [],
      adapter: {
        send: (message) => {
          asked.push(message);
          return new Promise((resolve) => waiting.push(resolve));
        },
      },
    },
  };
}

const LARGE = { conditions: debitFrom('100.00') };

for (const database of databases) {
  describe(`the courier on ${database.name}`, () => {
    let home: HouseUnderTest;
    let courier: Courier;
    let providers: SlowProvider[];
    /** How many outcomes went into each commit. */
    let recorded: number[];

    async function open(
      rules: Parameters<typeof ruleSet>,
      names: readonly string[],
      delivery: Partial<DeliverySettings> = {},
    ): Promise<void> {
      providers = names.map(slowProvider);
      home = await openHouse(database, {
        source: ruleSet(...rules),
        house: {
          adapters: providers.map(({ named }) => named),
          delivery: { senders: { default: 'BANK' }, attemptMs: 60_000, concurrency: 4, ...delivery },
        },
      });
      await register(home);
      recorded = [];
      courier = createCourier(home.house, { everyMs: 20, onSettled: ({ length }) => recorded.push(length) });
    }

    afterEach(async () => {
      const answering = setInterval(() => {
        for (const provider of providers) provider.answerAll();
      }, 5);
      await courier.stop();
      clearInterval(answering);
      await home.close();
    });

    const lanes = (provider: SlowProvider | undefined) => provider?.asked.map(({ lane }) => lane) ?? [];

    async function commit(count: number, data: object = {}): Promise<void> {
      for (let number = 0; number < count; number++) await home.commit(posted({ data }));
    }

    it('sends a code at once, although a campaign fills its places and its provider answers nothing', async () => {
      const low = { ...LARGE, name: 'news', priority: 5 };
      const code = { name: 'code', lane: 'otp' as const, conditions: debitFrom('900.00') };
      await open([low, code], ['gateway'], { routes: [{ adapters: ['gateway'] }] });
      await commit(20);
      courier.start();
      await waitFor(() => lanes(providers[0]).length === 3);
      await commit(1, { amount: '950.00' });
      courier.wake();
      await waitFor(() => lanes(providers[0]).includes('otp'));
      expect(lanes(providers[0])).to.deep.equal(['service', 'service', 'service', 'otp']);
    });

    it('lets a provider that answers nothing hold up no other', async () => {
      const slow = { ...LARGE, name: 'slow', priority: 9 };
      const quick = { ...LARGE, name: 'quick' };
      await open([slow, quick], ['first', 'second'], {
        routes: [{ topics: ['slow'], adapters: ['first'] }, { adapters: ['second'] }],
      });
      await commit(12);
      courier.start();
      const answering = setInterval(() => providers[1]?.answerAll(), 5);
      await waitFor(() => lanes(providers[1]).length === 12);
      clearInterval(answering);
      expect(lanes(providers[0])).to.have.length(3);
    });

    it('records answers together that come one after the other', async () => {
      await open([{ ...LARGE, name: 'large' }], ['gateway'], { concurrency: 24 });
      await commit(16);
      courier.start();
      await waitFor(() => lanes(providers[0]).length === 16);
      for (let answered = 0; answered < 15; answered++) {
        providers[0]?.answerOne();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await waitFor(() => recorded.reduce((sum, count) => sum + count, 0) === 15);
      expect(recorded.length, `commits: ${recorded.join()}`).to.be.below(8);
    });

    it('sends everything once, whatever is under way, and nothing is left marked', async () => {
      await open([{ ...LARGE, name: 'large' }], ['gateway'], { concurrency: 8 });
      const others = createCourier(home.house, { everyMs: 20 });
      await commit(60);
      courier.start();
      others.start();
      const answering = setInterval(() => providers[0]?.answerAll(), 2);
      const statuses = async () =>
        (await listAlerts(home.database, home.database.knex, { limit: 100 })).map(({ status }) => status);
      await waitFor(async () => (await statuses()).every((status) => status === 'accepted'));
      await others.stop();
      clearInterval(answering);
      const asked = providers[0]?.asked.map(({ alertId }) => alertId) ?? [];
      expect(asked).to.have.length(60);
      expect(new Set(asked).size).to.equal(60);
    });
  });
}
