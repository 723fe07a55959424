import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { databases } from './databases.js';
import { startMariadb } from './mariadb.js';

for (const database of databases) {
  describe(`a test database on ${database.name}`, () => {
    it('is empty and apart from every other one', async () => {
      const first = await database.create();
      const second = await database.create();
      await withKnex(first.config, (knex) => knex.schema.createTable('t', (table) => table.integer('n')));
      expect(await withKnex(first.config, (knex) => knex.schema.hasTable('t'))).to.equal(true);
      expect(await withKnex(second.config, (knex) => knex.schema.hasTable('t'))).to.equal(false);
      await first.drop();
      await second.drop();
    });
  });
}

describe('a MariaDB server of a test', () => {
  it('goes away and comes back on the same port with what was committed', async function () {
    if (!databases.some(({ name }) => name === 'MariaDB')) this.skip();
    const server = await startMariadb();
    const silent = { error: () => {}, warn: () => {} };
    const config = { client: 'mysql2', connection: { ...server.connection, database: 'mysql' }, log: silent };
    try {
      await withKnex(config, (knex) => knex.schema.createTable('kept', (table) => table.integer('n').primary()));
      await withKnex(config, (knex) => knex('kept').insert({ n: 1 }));
      await server.kill();
      const refused = await withKnex(config, (knex) => knex('kept').select()).catch((error) => error.code);
      expect(refused).to.equal('ECONNREFUSED');
      await server.start();
      expect(await withKnex(config, (knex) => knex('kept').select())).to.deep.equal([{ n: 1 }]);
    } finally {
      await server.remove();
    }
  });
});

async function withKnex<T>(config: Knex.Config, work: (knex: Knex) => PromiseLike<T>): Promise<T> {
  const knex = createKnex(config);
  try {
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}
