/** The bank's own database: its Knex instance, and its own tables. SQLite unless told otherwise; MariaDB works the same. */
import createKnex from 'knex';

const SQLITE = { client: 'better-sqlite3', connection: { filename: './bank.sqlite' }, useNullAsDefault: true };

/** @param {string | undefined} settings Knex's configuration as JSON */
export async function openDatabase(settings) {
  const knex = createKnex(settings === undefined ? SQLITE : JSON.parse(settings));
  if (!(await knex.schema.hasTable('bank_accounts'))) await createTables(knex);
  return knex;
}

async function createTables(knex) {
  await knex.schema.createTable('bank_accounts', (table) => {
    table.string('id', 32).primary();
    table.bigInteger('cents').notNullable();
  });
  await knex.schema.createTable('bank_transfers', (table) => {
    table.increments('id');
    table.string('sender', 32).notNullable();
    table.string('receiver', 32).notNullable();
    table.bigInteger('cents').notNullable();
  });
}
