import { expect } from 'chai';
import { appendAudit, listAudit, verifyAudit } from '../../src/store/audit.js';
import type { Database } from '../../src/store/database.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { databases } from '../support/databases.js';
import { codeOf, openStore, type StoreUnderTest } from './store-under-test.js';

for (const kind of databases) {
  describe(`the audit chain on ${kind.name}`, () => {
    let store: StoreUnderTest;
    let database: Database;

    beforeEach(async () => {
      store = await openStore(kind);
      database = store.database;
    });
    afterEach(() => store.close());

    const append = (on: Database, number: number) =>
      withTransaction(
        on,
        (trx) =>
          appendAudit(on, trx, {
            at: number,
            actor: 'ops',
            action: 'hold-placed',
            subject: `lane:${number}`,
            detail: { number },
          }),
        { attempts: 50 },
      );
    const appendSome = async (count: number) => {
      for (let number = 1; number <= count; number++) await append(database, number);
    };

    it('is whole when empty and after every append', async () => {
      expect(await verifyAudit(database)).to.deep.equal({ ok: true, rows: 0 });
      await appendSome(3);
      expect(await verifyAudit(database)).to.deep.equal({ ok: true, rows: 3 });
    });

    it('stays whole under appenders on two connections', async () => {
      const { database: other } = await store.replica();
      await Promise.all(Array.from({ length: 20 }, (_, index) => append(index % 2 ? database : other, index)));
      expect(await verifyAudit(database)).to.deep.equal({ ok: true, rows: 20 });
    });

    it('leaves no gap where a transaction was rolled back', async () => {
      await appendSome(1);
      const failed = store.inTransaction(async (trx) => {
        await appendAudit(database, trx, { at: 2, actor: 'ops', action: 'x', subject: 'y' });
        throw Object.assign(new Error(), { code: 'rolled-back' });
      });
      expect(await codeOf(failed)).to.equal('rolled-back');
      await appendSome(1);
      expect(await verifyAudit(database)).to.deep.equal({ ok: true, rows: 2 });
    });

    it('shows a changed field, a removed row, a cut end and a forged row', async () => {
      const table = () => database.knex('lb_audit');
      await appendSome(5);
      const rows = await table().orderBy('sequence');
      for (const change of [{ at: 9 }, { actor: 'nobody' }, { detail: '{"number":9}' }]) {
        await table().where({ sequence: 3 }).update(change);
        expect(await verifyAudit(database)).to.deep.equal({ ok: false, sequence: 3 });
        await table().where({ sequence: 3 }).update(rows[2]);
      }
      await table().where({ sequence: 2 }).delete();
      expect(await verifyAudit(database)).to.deep.equal({ ok: false, sequence: 2 });
      await table().insert(rows[1]);
      await table().where({ sequence: 5 }).delete();
      expect(await verifyAudit(database)).to.deep.equal({ ok: false, sequence: 5 });
      await table().insert({ ...rows[4], actor: 'nobody' });
      expect(await verifyAudit(database)).to.deep.equal({ ok: false, sequence: 5 });
    });

    it('is verified over more than one page', async () => {
      await store.inTransaction(async (trx) => {
        for (let at = 1; at <= 1001; at++)
          await appendAudit(database, trx, { at, actor: 'a', action: 'b', subject: 'c' });
      });
      expect(await verifyAudit(database)).to.deep.equal({ ok: true, rows: 1001 });
    });

    it('is listed by cursor and by subject', async () => {
      await appendSome(5);
      const page = await listAudit(database, database.knex, { after: 2, limit: 2 });
      expect(page.map((record) => record.sequence)).to.deep.equal([3, 4]);
      const [only] = await listAudit(database, database.knex, { limit: 10, subject: 'lane:5' });
      expect(only).to.deep.equal({
        sequence: 5,
        at: 5,
        actor: 'ops',
        action: 'hold-placed',
        subject: 'lane:5',
        detail: { number: 5 },
      });
    });
  });
}
