import { expect } from 'chai';
import type { Knex } from 'knex';
import { type Database, openDatabase } from '../../src/store/database.js';
import { insertRows } from '../../src/store/insert-rows.js';
import { selectIn } from '../../src/store/select-in.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { type CreatedDatabase, databases } from '../support/databases.js';

const mysql = databases.filter(({ name }) => name !== 'SQLite');

for (const kind of mysql) {
  for (const multipleStatements of [true, false]) {
    describe(`a transaction on ${kind.name}, ${multipleStatements ? 'many statements' : 'one statement'} a round trip`, () => {
      let created: CreatedDatabase;
      let database: Database;

      before(async () => {
        created = await kind.create();
        const { connection, ...config } = created.config;
        const settings = { ...(connection as object), multipleStatements } as Knex.MySql2ConnectionConfig;
        database = openDatabase({ config: { ...config, connection: settings }, tablePrefix: 't_' });
        await database.knex.schema.createTable('t_words', (table) => {
          table.integer('id').primary();
          table.string('word', 40);
          table.binary('bytes');
        });
      });
      after(async () => {
        await database.close();
        await created.drop();
      });
      beforeEach(() => database.knex('t_words').delete());

      const write = (trx: Knex.Transaction, ...rows: unknown[][]) =>
        insertRows(database, trx, 'words', ['id', 'word', 'bytes'], rows);
      const wordsOf = (trx: Knex, ids: number[]) =>
        selectIn<{ word: string }>(
          database,
          trx,
          { sql: (list) => `select word from t_words where id in ${list} order by id` },
          ids.map((id) => [id]),
        ).then((rows) => rows.map(({ word }) => word));

      it('sees what it wrote before', async () => {
        await withTransaction(database, async (trx) => {
          await write(trx, [1, 'one', null]);
          const [first, second] = await Promise.all([wordsOf(trx, [1, 2]), wordsOf(trx, [2])]);
          expect([first, second]).to.deep.equal([['one'], []]);
          await write(trx, [2, 'two', null]);
          expect(await trx('t_words').orderBy('id').pluck('word')).to.deep.equal(['one', 'two']);
        });
        expect(await wordsOf(database.knex, [1, 2])).to.deep.equal(['one', 'two']);
      });

      it('keeps every character and byte as it was given', async () => {
        const words = [`'; drop table t_words; -- `, '\\', `"\\'`, 'õ?€\u0000%', '??'];
        const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        await withTransaction(database, (trx) => write(trx, ...words.map((word, id) => [id, word, bytes])));
        const rows = await database.knex('t_words').orderBy('id');
        expect(rows.map(({ word }) => word)).to.deep.equal(words);
        for (const row of rows) expect(row.bytes.equals(bytes)).to.equal(true);
      });

      it('keeps nothing where a write fails, also one that only travels with the commit', async () => {
        const failed = withTransaction(database, async (trx) => {
          await write(trx, [1, 'one', null]);
          await write(trx, [1, 'another', null]);
          await write(trx, [2, 'two', null]);
        });
        expect(await failed.then(String, ({ code }) => code)).to.equal('ER_DUP_ENTRY');
        expect(await wordsOf(database.knex, [1, 2])).to.deep.equal([]);
      });

      it('quotes no value in an error', async () => {
        const failed = withTransaction(database, async (trx) => {
          await write(trx, [1, 'one', null], [1, 'secret', null]);
        });
        const error = await failed.then(String, (thrown) => thrown);
        expect([error.message, error.sql ?? ''].join(' ')).not.to.contain('secret');
      });

      it('does nothing more once something failed, and lets go of its locks', async () => {
        await database.knex('t_words').insert({ id: 1, word: 'one' });
        const failed = withTransaction(database, async (trx) => {
          await trx('t_words').where({ id: 1 }).update({ word: 'changed' });
          await trx.raw('select nothing').catch(() => undefined);
          await write(trx, [2, 'two', null]);
        });
        expect(await failed.then(String, ({ code }) => code)).to.equal('ER_BAD_FIELD_ERROR');
        await database.knex('t_words').where({ id: 1 }).update({ word: 'free' });
        expect(await wordsOf(database.knex, [1, 2])).to.deep.equal(['free']);
      });

      it('carries many rows and large ones in order', async () => {
        const many = Array.from({ length: 1_000 }, (_, id) => [id, `word ${id}`, Buffer.alloc(3_000, id % 256)]);
        await withTransaction(database, async (trx) => {
          for (let start = 0; start < many.length; start += 100) await write(trx, ...many.slice(start, start + 100));
          expect(await wordsOf(trx, [0, 500, 999])).to.deep.equal(['word 0', 'word 500', 'word 999']);
        });
        expect(Number((await database.knex('t_words').count({ rows: '*' }))[0]?.rows)).to.equal(1_000);
      });
    });
  }
}
