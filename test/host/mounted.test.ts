/** The example bank of examples/express-host, with the packed package installed, on both databases. */
import { expect } from 'chai';
import createKnex, { type Knex } from 'knex';
import { type CreatedDatabase, databases } from '../support/databases.js';
import { waitFor } from '../support/wait-for.js';
import { ADMIN, type Bank, startBank } from './bank-process.js';
import { createHost, type Host, packedPackage, readPackage } from './packed-host.js';

const EXAMPLE = 'examples/express-host';
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

for (const database of databases) {
  describe(`the example bank with the packed package on ${database.name}`, () => {
    let created: CreatedDatabase;
    let host: Host;
    let bank: Bank;
    let knex: Knex;

    before(async () => {
      await packedPackage();
      created = await database.create();
      const dependencies = Object.keys(readPackage(EXAMPLE).dependencies ?? {});
      host = await createHost({ files: [EXAMPLE], dependencies });
      bank = await startBank(host, created.config);
      knex = createKnex(created.config);
      await register('ann', '+12015550100');
      await register('bob', '+12015550101');
    });

    after(async () => {
      await bank?.close();
      await knex?.destroy();
      await created?.drop();
      host?.remove();
    });

    /** A customer with one account of the same name, in the bank's books and at the plugin. */
    async function register(id: string, phone: string): Promise<void> {
      const answers = [
        await bank.ask('PUT', `/accounts/${id}`, { balance: '1000.00' }),
        await bank.ask('PUT', `/ledgerbell/customers/${id}`, { phone }, ADMIN),
        await bank.ask(
          'PUT',
          `/ledgerbell/accounts/${id}`,
          { holders: [{ customerId: id, role: 'owner' }], currency: 'EUR' },
          ADMIN,
        ),
      ];
      expect(answers.map(({ status }) => status)).to.deep.equal([204, 201, 201]);
    }

    const rows = async (table: string): Promise<number> => {
      const [row] = await knex(table).count({ rows: '*' });
      return Number(row?.rows);
    };

    it('answers the probes under its mount, without a key', async () => {
      expect((await bank.ask('GET', '/ledgerbell/healthz')).body).to.deep.equal({ status: 'ok' });
      expect((await bank.ask('GET', '/ledgerbell/readyz')).status).to.equal(200);
    });

    it('takes a signed event through its mount, and the customer gets the SMS', async () => {
      const answer = await bank.send(withdrawal('w1', '400.00'));
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      expect(answer.body.results[0].alerts.map(({ rule }: { rule: string }) => rule)).to.include('withdrawal-made');
      await waitFor(() => /EXAMPLEBANK[\s\S]*€400\.00/.test(bank.output()), { what: 'the SMS' });
    });

    it('answers the same event again as a duplicate', async () => {
      const event = withdrawal('w2', '10.00');
      await bank.send(event);
      const { body } = await bank.send(event);
      expect([body.accepted, body.duplicates]).to.deep.equal([0, 1]);
    });

    it('refuses a wrong signature with 401', async () => {
      const { status, body } = await bank.send(withdrawal('w3', '400.00'), { secret: OTHER_SECRET });
      expect([status, body.code]).to.deep.equal([401, 'signature-invalid']);
    });

    it('verifies a body of type application/json too, as its own body parser comes later', async () => {
      const { status } = await bank.send(withdrawal('w4', '10.00'), { contentType: 'application/json' });
      expect(status).to.equal(200);
    });

    it('lets the bank itself say who is asking', async () => {
      const asked = [undefined, 'badge-jaan', ADMIN].map((badge) =>
        bank.ask('GET', '/ledgerbell/customers/ann', undefined, badge),
      );
      expect((await Promise.all(asked)).map(({ status }) => status)).to.deep.equal([401, 403, 200]);
    });

    it('tells of a transfer that the bank committed, to both sides', async () => {
      const { status, body } = await bank.ask('POST', '/transfers', { from: 'ann', to: 'bob', amount: '21.00' });
      expect(status, JSON.stringify(body)).to.equal(201);
      await waitFor(() => bank.output().match(/€21\.00/g)?.length === 2, { what: 'two SMS' });
    });

    it('leaves nothing of a transfer that the bank rolled back, and goes on with the same accounts', async () => {
      const tables = ['alerts_events', 'alerts_alerts', 'alerts_decisions', 'alerts_profiles', 'bank_transfers'];
      const count = () => Promise.all(tables.map(rows));
      await bank.ask('PUT', '/accounts/eve', { balance: '500.00' });
      await bank.ask('PUT', '/ledgerbell/customers/eve', { phone: '+12015550102' }, ADMIN);
      await bank.ask('PUT', '/ledgerbell/accounts/eve', { holders: [{ customerId: 'eve', role: 'owner' }] }, ADMIN);
      const before = await count();
      const refused = await bank.ask('POST', '/transfers', { from: 'eve', to: 'nobody', amount: '33.00' });
      expect([refused.status, refused.body.error]).to.deep.equal([422, 'there is no account nobody']);
      expect(await count()).to.deep.equal(before);

      const made = await bank.ask('POST', '/transfers', { from: 'eve', to: 'bob', amount: '34.00' });
      expect(made.status).to.equal(201);
      await waitFor(() => bank.output().match(/€34\.00/g)?.length === 2, { what: 'two SMS' });
      expect(bank.output()).not.to.include('€33.00');
    });

    it('keeps its tables apart from the bank’s, under the prefix it was given', async () => {
      expect(await knex.schema.hasTable('alerts_events')).to.equal(true);
      expect(await knex.schema.hasTable('lb_events')).to.equal(false);
      expect(await rows('bank_accounts')).to.equal(3);
    });

    it('leaves the bank its own database when it stops, and the process ends by itself', async () => {
      expect(await bank.close()).to.equal(0);
      expect(bank.log().at(-1)).to.deep.include({ message: 'the bank is closed', transfers: 2 });
      expect(bank.log().filter(({ level }) => level === 'error')).to.deep.equal([]);
    });

    it('wrote no phone number, secret or key into its log', () => {
      expect(bank.output()).not.to.match(/\+?120155501\d\d|whsec_/);
    });
  });
}

function withdrawal(id: string, amount: string) {
  return {
    specversion: '1.0',
    id,
    source: 'core',
    type: 'transaction.posted',
    time: new Date().toISOString(),
    data: { accountId: 'ann', direction: 'debit', amount, currency: 'EUR', kind: 'cash-withdrawal' },
  };
}
