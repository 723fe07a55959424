import { expect } from 'chai';
import { listHolds, placeHold, releaseHold } from '../../src/store/holds.js';
import { keepInQuarantine, listQuarantine, markReplayed, openQuarantined } from '../../src/store/quarantine.js';
import { getSetting, insertSetting, putSetting } from '../../src/store/settings.js';
import { databases } from '../support/databases.js';
import { codeOf, openStore, type StoreUnderTest } from './store-under-test.js';

for (const kind of databases) {
  describe(`holds, quarantine and settings on ${kind.name}`, () => {
    let store: StoreUnderTest;

    beforeEach(async () => {
      store = await openStore(kind);
    });
    afterEach(() => store.close());

    it('semantics line ten: a hold is placed once, listed and released once', async () => {
      const { database } = store;
      const hold = { scope: 'lane', value: 'marketing', since: 1, placedBy: 'ops', reason: 'storm' } as const;
      await store.inTransaction(async (trx) => {
        expect(await placeHold(database, trx, hold)).to.equal(true);
        expect(await placeHold(database, trx, { ...hold, since: 2 })).to.equal(false);
        expect(await listHolds(database, trx)).to.deep.equal([hold]);
        expect(await releaseHold(database, trx, hold)).to.equal(true);
        expect(await releaseHold(database, trx, hold)).to.equal(false);
        expect(await listHolds(database, trx)).to.deep.equal([]);
      });
    });

    it('quarantine keeps a body sealed, lists it without, and opens it byte for byte', async () => {
      const { database, vault } = store;
      const body = Buffer.from([0, 255, 1, 254, 13, 10]);
      const entry = {
        receivedAt: 5,
        origin: 'events',
        code: 'amount-malformed',
        path: '/data/amount',
        message: 'not a number',
      };
      const id = await store.inTransaction((trx) => keepInQuarantine(vault, trx, { ...entry, body }));
      const [row] = await database.knex('lb_quarantine');
      expect(row.body.includes(body)).to.equal(false);
      expect(await listQuarantine(database, database.knex, { limit: 10 })).to.deep.equal([{ id, ...entry }]);
      expect(await openQuarantined(vault, database.knex, id)).to.deep.equal({ id, ...entry, body });
      expect(await openQuarantined(vault, database.knex, id + 1)).to.equal(undefined);
    });

    it('quarantine opens no body that was moved to another entry', async () => {
      const { database, vault } = store;
      const keep = (receivedAt: number) =>
        store.inTransaction((trx) =>
          keepInQuarantine(vault, trx, {
            receivedAt,
            origin: 'events',
            code: 'x',
            message: '',
            body: Buffer.from('y'),
          }),
        );
      const [first, second] = [await keep(1), await keep(2)];
      const { body } = await database.knex('lb_quarantine').where({ row_id: first }).first();
      await database.knex('lb_quarantine').where({ row_id: second }).update({ body });
      expect(await codeOf(openQuarantined(vault, database.knex, second))).to.equal('sealed-data-damaged');
    });

    it('quarantine pages from the newest, and marks a replay once', async () => {
      const { database, vault } = store;
      const body = Buffer.from('x');
      for (let receivedAt = 1; receivedAt <= 5; receivedAt++) {
        const entry = { receivedAt, origin: 'events', code: 'x', message: '', body };
        await store.inTransaction((trx) => keepInQuarantine(vault, trx, entry));
      }
      const first = await listQuarantine(database, database.knex, { limit: 2 });
      const second = await listQuarantine(database, database.knex, { limit: 2, before: first[1]?.id });
      expect([...first, ...second].map((record) => record.receivedAt)).to.deep.equal([5, 4, 3, 2]);
      const replay = { id: first[0]?.id as number, at: 9, outcome: 'accepted' };
      expect(await store.inTransaction((trx) => markReplayed(database, trx, replay))).to.equal(true);
      expect(await store.inTransaction((trx) => markReplayed(database, trx, replay))).to.equal(false);
      const open = await listQuarantine(database, database.knex, { limit: 10, open: true });
      expect(open.map((record) => record.receivedAt)).to.deep.equal([4, 3, 2, 1]);
    });

    it('a setting is inserted once and replaced on purpose', async () => {
      const { database } = store;
      await store.inTransaction(async (trx) => {
        expect(await getSetting(database, trx, 'epoch')).to.equal(undefined);
        await insertSetting(database, trx, 'epoch', Buffer.from('1'));
        await insertSetting(database, trx, 'epoch', Buffer.from('2'));
        expect(String(await getSetting(database, trx, 'epoch'))).to.equal('1');
        await putSetting(database, trx, 'epoch', Buffer.from('3'));
        expect(String(await getSetting(database, trx, 'epoch', { forUpdate: true }))).to.equal('3');
      });
    });
  });
}
