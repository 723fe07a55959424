import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import knexModule, { type Knex } from 'knex';
import { type Database, openDatabase } from '../../src/store/database.js';
import { nullable, text } from '../../src/store/ddl.js';
import { migrateDatabase, migrationSql, pendingMigrations } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations/index.js';
import type { Migration } from '../../src/store/migrations/migration.js';
import { type CreatedDatabase, databases } from '../support/databases.js';
import { codeOf } from './store-under-test.js';

const NAMES = MIGRATIONS.map((migration) => migration.name);
const LATER: Migration = {
  name: '9999-later',
  tables: [{ name: 'later', columns: { id: text(8), note: nullable(text(8)) }, primary: ['id'] }],
  statements: ({ prefix }) => [
    `INSERT INTO \`${prefix}later\` (id) SELECT 'one' WHERE NOT EXISTS (SELECT 1 FROM \`${prefix}later\`)`,
  ],
};

for (const kind of databases) {
  describe(`migrations on ${kind.name}`, () => {
    let created: CreatedDatabase;
    let database: Database;

    beforeEach(async () => {
      created = await kind.create();
      database = openDatabase({ config: created.config, tablePrefix: 'lb_', synchronous: 'NORMAL' });
    });
    afterEach(async () => {
      await database.close();
      await created.drop();
    });

    it('make the tables once, under the prefix only', async () => {
      expect(await pendingMigrations(database)).to.deep.equal(NAMES);
      expect(await migrateDatabase(database)).to.deep.equal(NAMES);
      expect(await migrateDatabase(database)).to.deep.equal([]);
      const names = await tableNames(database);
      expect(names).to.include.members(['lb_events', 'lb_alerts', 'lb_migrations']);
      expect(names.filter((name) => !name.startsWith('lb_'))).to.deep.equal([]);
    });

    it('say what is pending without changing anything', async () => {
      await pendingMigrations(database);
      expect(await tableNames(database)).to.deep.equal([]);
    });

    it('bring an older schema up to date', async () => {
      await migrateDatabase(database);
      expect(await pendingMigrations(database, [...MIGRATIONS, LATER])).to.deep.equal(['9999-later']);
      expect(await migrateDatabase(database, [...MIGRATIONS, LATER])).to.deep.equal(['9999-later']);
      expect(await database.knex('lb_later').pluck('id')).to.deep.equal(['one']);
    });

    it('refuse a schema that a newer version has made', async () => {
      await migrateDatabase(database, [...MIGRATIONS, LATER]);
      expect(await codeOf(migrateDatabase(database))).to.equal('schema-newer');
      expect(await codeOf(pendingMigrations(database))).to.equal('schema-newer');
    });

    it('get past the lock row that a killed starter left behind', async () => {
      await migrateDatabase(database);
      await database.knex('lb_migrations_lock').update({ is_locked: 1 });
      expect(await migrateDatabase(database, [...MIGRATIONS, LATER])).to.deep.equal(['9999-later']);
    });

    it('finish what a starter that was killed half way has begun', async () => {
      const half: Migration = { name: '0001-tables', tables: MIGRATIONS[0]?.tables?.slice(0, 7) };
      await migrateDatabase(database, [half]);
      await database.knex('lb_migrations').delete();
      expect(await migrateDatabase(database)).to.deep.equal(NAMES);
      expect(await tableNames(database)).to.include('lb_settings');
    });

    it('may be started by several processes at once, and run in one of them', async () => {
      const script = fileURLToPath(new URL('./migrate-process.ts', import.meta.url));
      const args = ['--import', 'tsx', script, JSON.stringify(created.config)];
      const starts = [1, 2, 3].map(() => promisify(execFile)(process.execPath, args));
      const ran = (await Promise.all(starts)).map(({ stdout }) => JSON.parse(stdout) as string[]);
      expect(ran.flat()).to.deep.equal(NAMES);
    }).timeout(60_000);

    it('are printed as SQL that makes the very same schema', async () => {
      const sql = await migrationSql(database);
      for (const statement of sql.split(/;\n/).filter((part) => part.trim() !== '')) {
        await database.knex.raw(statement.replace(/^--.*\n/gm, '').replaceAll('?', '\\?'));
      }
      expect(await pendingMigrations(database)).to.deep.equal([]);
      const other = await kind.create();
      const migrated = openDatabase({ config: other.config, tablePrefix: 'lb_' });
      await migrateDatabase(migrated);
      expect(await schemaOf(database)).to.deep.equal(await schemaOf(migrated));
      await migrated.close();
      await other.drop();
    });

    it('live beside a host under another prefix, in the host’s own Knex', async () => {
      await migrateDatabase(database);
      const knex = knexModule(strict(created.config));
      const lent = openDatabase({ config: knex, tablePrefix: 'second_' });
      expect(await migrateDatabase(lent)).to.deep.equal(NAMES);
      expect(await tableNames(database)).to.include.members(['lb_events', 'second_events']);
      await knex.destroy();
    });

    it('semantics line seventeen: text differs by case, accent, width and trailing space', async () => {
      await migrateDatabase(database);
      const values = ['a', 'A', 'a ', 'á', 'ａ', 'ß', 'ss', '😀', '😁', ''];
      const rows = values.map((value) => ({ scope: 'rule', value, since: 0, placed_by: 'x', reason: '' }));
      await database.knex('lb_holds').insert(rows);
      for (const value of values) {
        expect(await database.knex('lb_holds').where({ value }).pluck('value')).to.deep.equal([value]);
      }
    });

    it('keep the longest ids that a key is made of', async () => {
      await migrateDatabase(database);
      const long = '😀'.repeat(255);
      const row = { entity: '😀'.repeat(64), kind: 'account', source: long, alias: long, target_id: long };
      await database.knex('lb_aliases').insert(row);
      expect(await database.knex('lb_aliases').first()).to.deep.equal(row);
    });

    it('refuse what does not fit instead of cutting it', async function () {
      if (database.dialect === 'sqlite') this.skip();
      await migrateDatabase(database);
      const hold = { scope: 'rule', value: 'x'.repeat(129), since: 0, placed_by: 'x', reason: '' };
      expect(await codeOf(database.knex('lb_holds').insert(hold))).to.equal('ER_DATA_TOO_LONG');
    });

    it('refuse a host’s connection that is not strict', async function () {
      if (database.dialect === 'sqlite') this.skip();
      const lenient = (connection: Connection, done: Done) =>
        connection.query("SET sql_mode = ''", () => done(null, connection));
      const knex = knexModule({ ...created.config, pool: { afterCreate: lenient } });
      const lent = openDatabase({ config: knex, tablePrefix: 'lb_' });
      expect(await codeOf(migrateDatabase(lent))).to.equal('database-not-strict');
      await knex.destroy();
    });
  });
}

type Connection = { query(sql: string, done: () => void): void };
type Done = (error: null, connection: Connection) => void;

function strict(config: Knex.Config): Knex.Config {
  if (config.client !== 'mysql2') return config;
  const afterCreate = (connection: Connection, done: Done) =>
    connection.query("SET sql_mode = 'STRICT_TRANS_TABLES'", () => done(null, connection));
  return { ...config, pool: { afterCreate } };
}

async function tableNames({ knex, dialect }: Database): Promise<string[]> {
  if (dialect === 'sqlite')
    return knex('sqlite_master').where('type', 'table').whereNot('name', 'like', 'sqlite%').pluck('name');
  const [rows] = await knex.raw(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  return rows.map((row: { name: string }) => row.name);
}

/** Every table and index as the database itself describes it. */
async function schemaOf(database: Database): Promise<string[]> {
  const { knex, dialect } = database;
  if (dialect === 'sqlite') {
    const sql: (string | null)[] = await knex('sqlite_master').orderBy('name').pluck('sql');
    return sql.map((text) => String(text).replace(/\s+/g, ' ').toLowerCase());
  }
  const described: string[] = [];
  for (const name of (await tableNames(database)).sort()) {
    const [rows] = await knex.raw('SHOW CREATE TABLE ??', [name]);
    described.push(String(rows[0]['Create Table']).replace(/ AUTO_INCREMENT=\d+/, ''));
  }
  return described;
}
