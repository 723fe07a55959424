/** Rules that ship, from an event to the outbox, with the contexts of a running house. */
import { expect } from 'chai';
import type { JsonObject } from '../../src/contracts/json.js';
import type { EventResult } from '../../src/flows/ingest/types.js';
import { listAlerts, openText } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';

for (const database of databases) {
  describe(`the rules that ship, in a running house on ${database.name}`, () => {
    let home: HouseUnderTest;
    let sent = 0;

    afterEach(() => home.close());

    async function open(...only: string[]): Promise<void> {
      home = await openHouse(database, { only });
      const customers = { '1': { phone: '+12015550100' }, '2': { phone: '+12015550101' } };
      await register(home, { accountId: '704', customers });
    }

    /** Rule and recipient of each alert that this event makes, a minute after the one before. */
    async function alertsOf(type: string, data: JsonObject): Promise<string[]> {
      sent += 1;
      home.clock.now += 60_000;
      const result: EventResult = await home.commit({ id: `shipped-${sent}`, source: 'core', type, data });
      if (result.status === 'rejected') throw new Error(result.code);
      return result.alerts.map(({ rule, recipient, status }) => `${rule} ${recipient} ${status}`);
    }

    it('tell a decision on a loan to the applicant alone, and name no loan', async () => {
      await open('loan-accepted', 'loan-declined', 'loan-more-information');
      const told = await alertsOf('loan.decided', {
        loanId: 'l-1',
        customerId: '2',
        accountId: '704',
        decision: 'accepted',
        amount: '5000.00',
        currency: 'EUR',
      });
      expect(told).to.deep.equal(['loan-accepted 2 queued']);
      const [alert] = await listAlerts(home.database, home.database.knex, { limit: 10 });
      const key = (await home.house.vault.keys.find(home.database.knex, ['default/customer:2'])).get(
        'default/customer:2',
      );
      if (alert === undefined || key === undefined) throw new Error('no alert was kept');
      expect(alert.discreet).to.equal(true);
      expect(openText(alert, key)).to.match(/^There is an answer to your application\. Next: /);
    });

    it('welcome a customer once', async () => {
      await open('welcome');
      expect(await alertsOf('customer.created', { customerId: '2' })).to.deep.equal(['welcome 2 queued']);
      expect(await alertsOf('customer.created', { customerId: '2' })).to.deep.equal([]);
      expect(await alertsOf('customer.updated', { customerId: '2' })).to.deep.equal([]);
      expect(await alertsOf('customer.created', { customerId: '1' })).to.deep.equal(['welcome 1 queued']);
    });

    it('know a payee again, whatever the payee is called', async () => {
      await open('new-payee');
      const pay = (account: string) =>
        alertsOf('transaction.posted', {
          accountId: '704',
          direction: 'debit',
          amount: '500.00',
          currency: 'EUR',
          kind: 'transfer',
          counterparty: { account },
        });
      const both = ['new-payee 1 queued', 'new-payee 2 queued'];
      expect(await pay('EE11')).to.deep.equal([]);
      expect(await pay('constructor')).to.deep.equal(both);
      expect(await pay('__proto__')).to.deep.equal(both);
      for (const known of ['constructor', '__proto__', 'EE11']) expect(await pay(known), known).to.deep.equal([]);
    });

    it('tell a transfer after a change of password to whose password it was', async () => {
      await open('transfer-after-change');
      const transfer = { direction: 'debit', amount: '100.00', currency: 'EUR', kind: 'transfer', accountId: '704' };
      expect(await alertsOf('transaction.posted', transfer)).to.deep.equal([]);
      expect(await alertsOf('customer.password-changed', { customerId: '2' })).to.deep.equal([]);
      expect(await alertsOf('transaction.posted', transfer)).to.deep.equal(['transfer-after-change 2 queued']);
    });
  });
}
