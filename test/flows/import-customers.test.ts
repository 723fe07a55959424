import { expect } from 'chai';
import { type ImportSummary, importCustomers } from '../../src/flows/import-customers.js';
import type { ImportRow, Refusal } from '../../src/flows/import-row.js';
import { getAccount } from '../../src/store/accounts.js';
import { listAudit } from '../../src/store/audit.js';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import { getCustomer } from '../../src/store/customers.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';

const ALICE = { customerId: '1', phone: '+37251234567', name: 'Alice', locale: 'et', accountId: 'A' };

for (const database of databases) {
  describe(`the import of customers on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { only: ['contact-details-changed'] });
    });

    afterEach(() => home.close());

    async function importAll(rows: Iterable<Record<string, unknown> | Refusal>): Promise<[ImportSummary, Refusal[]]> {
      async function* stream(): AsyncGenerator<ImportRow | Refusal> {
        let line = 0;
        for (const row of rows) {
          line += 1;
          yield 'code' in row ? (row as Refusal) : { line, fields: row };
        }
      }
      home.clock.now += 1_000;
      const refusals: Refusal[] = [];
      const refused = (refusal: Refusal) => refusals.push(refusal);
      const summary = await importCustomers(home.house, stream(), { entity: 'default', actor: 'cli:me', refused });
      return [summary, refusals];
    }

    const customer = (id: string) => getCustomer(home.house.vault, home.database.knex, 'default', id);
    const account = (id: string) => getAccount(home.house.vault, home.database.knex, 'default', id);

    it('registers customers and the accounts they hold, and says so in the audit', async () => {
      const rows = [
        ALICE,
        { customerId: '2', phone: '5123 4568', accountIds: 'A|B', role: 'authorised-user', currency: 'EUR' },
        { customerId: '3', phone: null, accountIds: ['C'], status: 'restricted', timeZone: 'Europe/Riga' },
      ];
      const [summary, refusals] = await importAll(rows);
      expect(refusals).to.deep.equal([]);
      expect(summary).to.deep.equal({ rows: 3, created: 3, changed: 0, unchanged: 0, refused: 0 });
      expect((await customer('2'))?.document.phone).to.equal('+37251234568');
      expect((await customer('3'))?.document).to.deep.include({ status: 'restricted', timeZone: 'Europe/Riga' });
      expect((await account('A'))?.document).to.deep.equal({
        currency: 'EUR',
        holders: [
          { customerId: '1', role: 'owner' },
          { customerId: '2', role: 'authorised-user' },
        ],
      });
      const audit = await listAudit(home.database, home.database.knex, { limit: 100 });
      expect(audit.filter(({ actor }) => actor === 'cli:me').map(({ action }) => action)).to.include.members([
        'customer-created',
        'account-created',
        'account-changed',
      ]);
    });

    it('changes nothing when it is run again, and takes away nothing that a row does not state', async () => {
      await importAll([ALICE]);
      const [again] = await importAll([
        ALICE,
        { customerId: '1', name: '', phone: null },
        { customerId: '1', accountId: 'A' },
      ]);
      expect(again).to.deep.equal({ rows: 3, created: 0, changed: 0, unchanged: 3, refused: 0 });
      expect((await customer('1'))?.version).to.equal(1);
      const [changed] = await importAll([{ customerId: '1', name: 'Alice B' }]);
      expect(changed.changed).to.equal(1);
      expect((await customer('1'))?.document).to.include({ name: 'Alice B', phone: '+37251234567', locale: 'et' });
    });

    it('semantics line twenty-four: tells a phone that an import changes, on both numbers', async () => {
      await importAll([ALICE]);
      await importAll([{ customerId: '1', phone: '+37251234599' }]);
      const alerts = await listAlerts(home.database, home.database.knex, { limit: 10 });
      expect(alerts.map(({ rule, phone }) => `${rule} ${phone}`)).to.have.members([
        'contact-details-changed current',
        'contact-details-changed previous',
      ]);
    });

    it('refuses each bad row by line, field and code, without a value, and takes the others', async () => {
      const secret = '12345';
      const [summary, refusals] = await importAll([
        { customerId: '1', phone: secret, locale: 'not a locale', timeZone: 'Mars' },
        { customerId: '', name: 'x'.repeat(201) },
        { customerId: '3', status: 'happy', accountId: 'C', role: 'boss', currency: 'EURO' },
        { customerId: '4', currency: 'EUR' },
        { customerId: 5, name: 'a\uFFFDb', phnoe: '1' },
        { customerId: '6', accountId: 'A', accountIds: 'B' },
        { line: 7, code: 'csv-malformed', message: 'as the reader says' },
        { customerId: '8', name: 'Fine' },
      ]);
      expect(summary).to.deep.equal({ rows: 8, created: 1, changed: 0, unchanged: 0, refused: 7 });
      expect(refusals.map(({ line, field, code }) => `${line} ${field} ${code}`)).to.have.members([
        '1 phone phone-invalid',
        '1 locale locale-unknown',
        '1 timeZone time-zone-unknown',
        '2 customerId customer-id-missing',
        '2 name name-too-long',
        '3 status status-unknown',
        '3 role role-unknown',
        '3 currency currency-unknown',
        '4 currency account-id-missing',
        '5 customerId not-text',
        '5 customerId customer-id-missing',
        '5 name not-utf-8',
        '5 phnoe field-unknown',
        '6 accountIds account-id-twice',
        '7 undefined csv-malformed',
      ]);
      expect(JSON.stringify(refusals)).not.to.include(secret);
      expect(await customer('8')).not.to.equal(undefined);
    });

    it('refuses a row that what is stored does not allow, and keeps the rest of its batch', async () => {
      const { vault } = home.house;
      const at = home.clock.now;
      await home.inTransaction((trx) => vault.keys.destroy(trx, customerSubject('default', 'gone'), at));
      const [summary, refusals] = await importAll([ALICE, { customerId: 'gone', name: 'Back' }, { customerId: '2' }]);
      expect(summary).to.deep.equal({ rows: 3, created: 2, changed: 0, unchanged: 0, refused: 1 });
      expect(refusals).to.have.length(1);
      expect(refusals[0]).to.include({ line: 2, field: 'customerId', code: 'erased' });
      expect(await customer('gone')).to.equal(undefined);
    });

    it('goes through more rows than a transaction takes', async () => {
      const rows = Array.from({ length: 401 }, (_, index) => ({
        customerId: String(index),
        name: 'N',
        accountId: `A${index % 200}`,
      }));
      const [summary] = await importAll(rows);
      expect(summary.created).to.equal(401);
      expect((await account('A0'))?.document.holders).to.have.length(3);
    });
  });
}
