import { expect } from 'chai';
import knex from 'knex';
import { freePort } from '../../scripts/free-port.mjs';
import { LedgerbellError } from '../../src/contracts/errors.js';
import { isDatabaseTrouble } from '../../src/flows/database-trouble.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { databases, sqlite } from '../support/databases.js';
import { openHouse } from '../support/house.js';

const log = { debug() {}, warn() {}, error() {}, deprecate() {} };

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error) => error,
  );

describe('database trouble', () => {
  it('is told from mistakes by the code', () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_READONLY_DBMOVED', 'SQLITE_IOERR_WRITE', 'ECONNREFUSED', 'ETIMEDOUT']) {
      expect(isDatabaseTrouble(Object.assign(new Error('x'), { code })), code).to.equal(true);
    }
    for (const errno of [1021, 1114, 1290, 1836, 1040, 1205]) {
      expect(isDatabaseTrouble(Object.assign(new Error('x'), { errno })), String(errno)).to.equal(true);
    }
    for (const code of ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'ER_DUP_ENTRY', 'erased']) {
      expect(isDatabaseTrouble(Object.assign(new Error('x'), { code, errno: 1062 })), code).to.equal(false);
    }
    for (const other of [undefined, null, 'text', {}, new TypeError('x')])
      expect(isDatabaseTrouble(other)).to.equal(false);
  });

  it('is seen through the errors around it', () => {
    const cause = Object.assign(new Error('x'), { code: 'SQLITE_FULL' });
    expect(isDatabaseTrouble(new LedgerbellError('any', 'x', { cause }))).to.equal(true);
  });

  it('is a server that does not answer', async () => {
    const connection = { host: '127.0.0.1', port: await freePort(), user: 'x', password: 'x', database: 'x' };
    const away = knex({ client: 'mysql2', connection, log });
    expect(isDatabaseTrouble(await errorOf(away.raw('select 1')))).to.equal(true);
    await away.destroy();
  });

  it('is a full SQLite file, and a file that may not be written', async () => {
    const home = await openHouse(sqlite);
    const write = () =>
      withTransaction(home.database, (trx) =>
        trx('lb_settings').insert({ name: 'filler', value: Buffer.alloc(1_000_000) }),
      );
    const [{ page_count: pages }] = await home.database.knex.raw('pragma page_count');
    await home.database.knex.raw(`pragma max_page_count = ${pages + 1}`);
    expect(isDatabaseTrouble(await errorOf(write()))).to.equal(true);
    await home.database.knex.raw('pragma query_only = on');
    expect(isDatabaseTrouble(await errorOf(write()))).to.equal(true);
    await home.close();
  });

  for (const kind of databases) {
    it(`is a pool that has no connection left, or was closed, on ${kind.name}`, async () => {
      const { config, drop } = await kind.create();
      const small = knex({ ...config, log, pool: { min: 0, max: 1 }, acquireConnectionTimeout: 50 });
      await small.transaction(async () => {
        expect(isDatabaseTrouble(await errorOf(small.raw('select 1').then()))).to.equal(true);
      });
      await small.destroy();
      expect(isDatabaseTrouble(await errorOf(small.raw('select 1').then()))).to.equal(true);
      await drop();
    });

    if (kind.name === 'MariaDB') {
      it('is a server that is read-only', async () => {
        const home = await openHouse(kind);
        const write = home.database.knex.transaction((trx) => trx('lb_settings').insert({ name: 'x', value: 'x' }), {
          readOnly: true,
        });
        expect(isDatabaseTrouble(await errorOf(write))).to.equal(true);
        await home.close();
      });
    }
  }
});
