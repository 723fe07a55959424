import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import knexModule from 'knex';
import { type Database, openDatabase } from '../../src/store/database.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { type CreatedDatabase, databases } from '../support/databases.js';
import { codeOf } from './store-under-test.js';

for (const kind of databases) {
  describe(`the database connection on ${kind.name}`, () => {
    let created: CreatedDatabase;
    let database: Database;
    let other: Database;

    before(async () => {
      created = await kind.create();
      database = openDatabase({ config: created.config, tablePrefix: 't_' });
      other = openDatabase({ config: created.config, tablePrefix: 't_' });
      await database.knex.schema.createTable('t_counter', (table) => {
        table.integer('id').primary();
        table.bigInteger('value');
      });
      await database.knex('t_counter').insert([
        { id: 1, value: 0 },
        { id: 2, value: 0 },
      ]);
    });
    after(async () => {
      await database.close();
      await other.close();
      await created.drop();
    });

    it('commits what the work did, and nothing of work that failed', async () => {
      await withTransaction(database, async (trx) => trx('t_counter').where({ id: 1 }).update({ value: 7 }));
      const failed = withTransaction(database, async (trx) => {
        await trx('t_counter').where({ id: 1 }).update({ value: 8 });
        throw new Error('no further');
      });
      expect(await codeOf(failed)).to.equal('Error: no further');
      expect((await other.knex('t_counter').where({ id: 1 }).first()).value).to.equal(7);
    });

    it('loses no update of writers on two connections that read before they write', async () => {
      await database.knex('t_counter').update({ value: 0 });
      const increment = (on: Database) =>
        withTransaction(
          on,
          async (trx) => {
            const query = trx('t_counter').where({ id: 1 }).first();
            const row = await (on.dialect === 'mysql' ? query.forUpdate() : query);
            await trx('t_counter')
              .where({ id: 1 })
              .update({ value: row.value + 1 });
          },
          { attempts: 50 },
        );
      await Promise.all(Array.from({ length: 20 }, (_, index) => increment(index % 2 ? database : other)));
      expect((await database.knex('t_counter').where({ id: 1 }).first()).value).to.equal(20);
    });

    it('tries again after a deadlock', async function () {
      if (database.dialect === 'sqlite') this.skip();
      await database.knex('t_counter').update({ value: 0 });
      let waiting: (() => void)[] = [];
      // Both hold their first row before either asks for the second; later attempts do not wait.
      const bothAreHere = () =>
        new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length < 2) return;
          for (const go of waiting) go();
        });
      let attempts = 0;
      const crossing = (first: number, second: number) =>
        withTransaction(database, async (trx) => {
          attempts++;
          await trx('t_counter').where({ id: first }).increment('value');
          if (attempts <= 2) await bothAreHere();
          await trx('t_counter').where({ id: second }).increment('value');
        });
      await Promise.all([crossing(1, 2), crossing(2, 1)]);
      waiting = [];
      expect(attempts).to.be.greaterThan(2);
      expect(await database.knex('t_counter').orderBy('id').pluck('value')).to.deep.equal([2, 2]);
    });

    it('gives up on a lock that is never released, after the stated number of attempts', async function () {
      if (database.dialect === 'mysql') this.skip();
      let attempts = 0;
      const code = await withTransaction(other, () =>
        codeOf(
          withTransaction(
            database,
            async () => {
              attempts++;
            },
            { attempts: 2 },
          ),
        ),
      );
      expect(code).to.equal('SQLITE_BUSY');
      expect(attempts).to.equal(0);
      expect((await database.knex('t_counter').where({ id: 2 }).first()).id).to.equal(2);
    });

    it('keeps numbers that need more than 32 bits', async () => {
      const time = 8_640_000_000_000_000;
      await database.knex('t_counter').where({ id: 2 }).update({ value: time });
      expect((await database.knex('t_counter').where({ id: 2 }).first()).value).to.equal(time);
    });

    it('leaves an instance that the host lent open', async () => {
      const knex = knexModule(created.config);
      const lent = openDatabase({ config: knex, tablePrefix: 't_' });
      expect(lent.dialect).to.equal(database.dialect);
      await withTransaction(lent, async (trx) => trx('t_counter').where({ id: 1 }).update({ value: 3 }));
      await lent.close();
      expect((await knex('t_counter').where({ id: 1 }).first()).value).to.equal(3);
      await knex.destroy();
    });
  });
}

describe('opening a database', () => {
  it('makes the folder of a SQLite file, and uses a write-ahead log with full durability', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledgerbell-open-'));
    const filename = join(folder, 'deeper', 'still', 'test.sqlite');
    const config = { client: 'better-sqlite3', connection: { filename } };
    const database = openDatabase({ config, tablePrefix: '' });
    const [{ journal_mode }] = await database.knex.raw('PRAGMA journal_mode');
    const [{ synchronous }] = await database.knex.raw('PRAGMA synchronous');
    await database.close();
    expect({ journal_mode, synchronous, exists: existsSync(filename) }).to.deep.equal({
      journal_mode: 'wal',
      synchronous: 2,
      exists: true,
    });
    await rm(folder, { recursive: true });
  });

  it('refuses what it cannot speak, and prefixes that could be SQL', async () => {
    expect(await codeOf(() => openDatabase({ config: { client: 'pg' }, tablePrefix: '' }))).to.equal(
      'database-unsupported',
    );
    const config = { client: 'mysql2' };
    expect(await codeOf(() => openDatabase({ config, tablePrefix: 'a`b' }))).to.equal('table-prefix-malformed');
  });

  it('names the package to install when the driver is missing', async () => {
    const script = `
      import Module from 'node:module';
      const load = Module._load;
      Module._load = function (name, ...rest) {
        if (name === 'mysql2') throw new Error("Cannot find module 'mysql2'");
        return load.call(this, name, ...rest);
      };
      const { openDatabase } = await import('./src/store/database.ts');
      try {
        openDatabase({ config: { client: 'mysql2', connection: {} }, tablePrefix: '' });
      } catch (error) {
        console.log(error.code, error.message);
      }`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(stdout).to.match(/^driver-missing .*npm install mysql2/);
  });
});
