import { expect } from 'chai';
import { type Database, openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { firstTables } from '../../src/store/migrations/0001-tables.js';
import { delivery } from '../../src/store/migrations/0002-delivery.js';
import { migrationStatements } from '../../src/store/migrations/migration.js';
import { databases } from '../support/databases.js';

const ROW = {
  event_key: Buffer.alloc(32, 1),
  profile_hash: Buffer.alloc(16, 1),
  entity: 'default',
  customer_id: '1',
  notify: 'customer',
  rule: 'large',
  rule_version: '1',
  topic: 'large',
  lane: 1,
  priority: 3,
  locale: 'en',
  fires: 'each',
  phone_choice: 'current',
  status: 'queued',
  queued_at: 5,
  not_before: 5,
  attempts: 2,
  text: Buffer.from('x'),
  discreet: 0,
  delayed: 0,
  updated_at: 7,
  undelivered_reported: 0,
};

for (const kind of databases) {
  describe(`an outbox of an older version on ${kind.name}`, () => {
    let database: Database;
    let drop: () => Promise<void>;

    beforeEach(async () => {
      const created = await kind.create();
      drop = created.drop;
      database = openDatabase({ config: created.config, tablePrefix: 'lb_', synchronous: 'NORMAL' });
      await migrateDatabase(database, [firstTables]);
      await database.knex('lb_alerts').insert([
        { ...ROW, alert_id: 'waits' },
        { ...ROW, alert_id: 'bank', notify: 'bank', customer_id: null },
        { ...ROW, alert_id: 'doubt', status: 'unknown' },
        { ...ROW, alert_id: 'done', status: 'delivered' },
      ]);
    });
    afterEach(async () => {
      await database.close();
      await drop();
    });

    async function rows(): Promise<Record<string, unknown>> {
      const found = await database.knex('lb_alerts').orderBy('alert_id');
      return Object.fromEntries(
        found.map(({ alert_id, bucket, queue_key, steps, check_at }) => [
          alert_id,
          [bucket, queue_key === null ? null : Number(queue_key), steps, check_at === null ? null : Number(check_at)],
        ]),
      );
    }

    const lane = (1 * 4_096 + 2_048 - 3) * 65_536;
    const expected = {
      bank: [0, lane, 2, null],
      done: [65_535, null, 2, null],
      doubt: [65_535, null, 2, 7],
      waits: [65_535, lane + 65_535, 2, null],
    };

    it('is sorted into queues, and what is in doubt is looked into', async () => {
      await migrateDatabase(database, [firstTables, delivery]);
      expect(await rows()).to.deep.equal(expected);
      await database.knex('lb_alerts').where({ alert_id: 'waits' }).update({ status: 'held' });
      expect((await rows()).waits, 'the database itself takes it out of its queue').to.deep.equal([
        65_535,
        null,
        2,
        null,
      ]);
    });

    it('is finished where a starter was killed half way', async function () {
      if (database.dialect === 'sqlite') this.skip();
      const target = { dialect: database.dialect, prefix: 'lb_', collation: 'utf8mb4_nopad_bin' };
      await database.knex.transaction(async (trx) => {
        for (const sql of migrationStatements(delivery, target).slice(0, 14)) await trx.raw(sql);
      });
      await migrateDatabase(database, [firstTables, delivery]);
      expect(await rows()).to.deep.equal(expected);
    });
  });
}
