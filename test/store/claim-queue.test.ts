import { expect } from 'chai';
import type { Knex } from 'knex';
import type { AlertDraft } from '../../src/contracts/decision.js';
import { nextQueue, type Queue, selectWaiting } from '../../src/store/claim-queue.js';
import { insertAlerts } from '../../src/store/outbox.js';
import { changeAlerts, lockAlerts } from '../../src/store/outbox-changes.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { ruleSet } from '../support/rules.js';

const DRAFT: AlertDraft = {
  notify: 'customer',
  topic: 'news',
  lane: 'service',
  priority: 0,
  locale: 'en',
  fires: 'each',
  phone: 'current',
  text: 'Hello',
  discreet: false,
} as AlertDraft;

for (const database of databases) {
  describe(`the queues of the outbox on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet() });
    });
    afterEach(() => home.close());

    const put = (alerts: Record<string, Partial<AlertDraft>>, at = NOW) =>
      home.inTransaction(async (trx) => {
        const keys = await home.house.vault.keys.load(trx, ['default/customer:1']);
        const key = keys.get('default/customer:1');
        if (key === undefined) throw new Error('no key');
        const rows = Object.entries(alerts).map(([alertId, draft]) => ({
          alertId,
          eventKey: Buffer.alloc(32, 1),
          subject: 'default/account:7',
          entity: 'default',
          customerId: '1',
          rule: 'news',
          ruleVersion: '1',
          draft: { ...DRAFT, ...draft },
          status: 'queued' as const,
          key,
        }));
        await insertAlerts(home.database, trx, rows, at);
      });

    async function queues(trx: Knex): Promise<Queue[]> {
      const found: Queue[] = [];
      for (;;) {
        const queue = await nextQueue(home.database, trx, found.at(-1)?.key ?? -1);
        if (queue === undefined) return found;
        found.push(queue);
      }
    }

    async function inOrder(now = NOW): Promise<string[]> {
      return home.inTransaction(async (trx) => {
        const alerts = [];
        for (const { key } of await queues(trx))
          alerts.push(...(await selectWaiting(home.database, trx, { key, now, limit: 10 })));
        return alerts.map(({ alertId }) => alertId);
      });
    }

    it('are served by lane, then by priority, then by age', async () => {
      await put({ late: {}, code: { lane: 'otp', priority: -1000 } }, NOW - 1);
      await put(
        { low: { priority: -5 }, high: { priority: 1000 }, early: {}, ad: { lane: 'marketing', priority: 7 } },
        NOW - 2,
      );
      expect(await inOrder()).to.deep.equal(['code', 'high', 'early', 'late', 'low', 'ad']);
    });

    it('hold neither what has left nor what is held, and nothing before its time', async () => {
      await put({ a: {}, b: {}, c: {}, d: {} });
      await home.inTransaction((trx) =>
        changeAlerts(
          home.database,
          trx,
          [
            { alertId: 'a', change: { status: 'sending' } },
            { alertId: 'b', change: { status: 'held' } },
            { alertId: 'c', change: { status: 'deferred', notBefore: NOW + 1 } },
          ],
          NOW,
        ),
      );
      expect(await inOrder()).to.deep.equal(['d']);
      expect(await inOrder(NOW + 1)).to.deep.equal(['d', 'c']);
    });

    it('keep alerts for other adapters apart, those not sorted yet behind them', async () => {
      await put({ first: {}, second: {} });
      await home.inTransaction((trx) =>
        changeAlerts(home.database, trx, [{ alertId: 'second', change: { bucket: 7 } }], NOW),
      );
      expect(await inOrder()).to.deep.equal(['second', 'first']);
    });

    it('changes many alerts, each to its own values, and nothing else of them', async () => {
      const names = Array.from({ length: 150 }, (_, index) => `al_${index}`);
      await put(Object.fromEntries(names.map((name) => [name, {}])));
      const changes = names.map((alertId, index) => ({
        alertId,
        change: { status: 'accepted' as const, providerId: `p${index}`, code: index % 2 === 0 ? null : 'odd' },
      }));
      const after = await home.inTransaction(async (trx) => {
        await changeAlerts(home.database, trx, changes, NOW + 5);
        return lockAlerts(home.database, trx, names);
      });
      const told = names.map((name) => {
        const { status, providerId, code, updatedAt, notBefore } = after.get(name) ?? {};
        return { status, providerId, code, updatedAt, notBefore };
      });
      expect(told).to.deep.equal(
        names.map((_, index) => ({
          status: 'accepted',
          providerId: `p${index}`,
          code: index % 2 === 0 ? undefined : 'odd',
          updatedAt: NOW + 5,
          notBefore: NOW,
        })),
      );
    });

    it('are read through one index, in its order, however many wait', async () => {
      const many = Array.from({ length: 2_000 }, (_, index) => [`al_${index}`, { lane: 'marketing' as const }]);
      await put(Object.fromEntries(many));
      await put({ code: { lane: 'otp' } });
      const statements: { sql: string; bindings: readonly unknown[] }[] = [];
      const listen = (query: { sql: string; bindings: readonly unknown[] }) => {
        if (query.sql.includes('queue_key')) statements.push(query);
      };
      await home.database.knex(home.database.table('alerts')).count();
      home.database.knex.on('query', listen);
      await inOrder();
      home.database.knex.removeListener('query', listen);
      expect(statements.length).to.be.greaterThan(3);
      for (const { sql, bindings } of statements) {
        const explain = home.database.dialect === 'sqlite' ? 'explain query plan' : 'explain';
        const answer = await home.database.knex.raw(`${explain} ${sql}`, [...bindings] as never);
        const plan = JSON.stringify(home.database.dialect === 'sqlite' ? answer : answer[0]);
        expect(plan).to.contain('lb_alerts_queue');
        expect(plan).not.to.match(/TEMP B-TREE|filesort|temporary/i);
      }
    });
  });
}
