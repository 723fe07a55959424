import { expect } from 'chai';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import { suspendPhone } from '../../src/store/phones.js';
import { databases } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

const ESTER = {
  phone: '5123 4567',
  name: 'Ester Tamm',
  locale: 'ET',
  timeZone: 'Europe/Tallinn',
  home: { latitude: 59.43, longitude: 24.75, country: 'EE' },
  aliases: [{ source: 'cards', id: 'x-1' }],
};

for (const kind of databases) {
  describe(`customers over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let admin: Ask;

    beforeEach(async () => {
      service = await openService(kind);
      admin = service.as('admin');
    });
    afterEach(() => service.close());

    const audit = async () => {
      const rows = await admin('GET', '/audit?limit=200');
      return rows.body.items.map(({ action, subject }: Record<string, string>) => `${action} ${subject}`);
    };
    const events = async () => {
      const rows = await service.database.knex('lb_events').select('event_id').orderBy('row_id');
      return rows.map(({ event_id }) => event_id);
    };

    it('are registered, read and replaced', async () => {
      const created = await admin('PUT', '/customers/2', ESTER);
      expect(created.status).to.equal(201);
      expect(created.body).to.deep.include({ id: '2', entity: 'default', version: 1, phone: '+37251234567' });
      expect(created.body).to.deep.include({
        locale: 'et',
        phoneStatus: 'verified',
        status: 'active',
        discreet: false,
      });
      expect((await admin('PUT', '/customers/2', ESTER)).body).to.deep.equal(created.body);
      const replaced = await admin('PUT', '/customers/2', { phone: ESTER.phone, status: 'restricted' });
      expect(replaced.status).to.equal(200);
      expect(replaced.body).to.not.have.property('name');
      expect((await admin('GET', '/customers/2')).body).to.deep.equal(replaced.body);
    });

    it('take null as absent', async () => {
      const put = await admin('PUT', '/customers/2', { phone: null, name: 'Ester', home: null });
      expect(put.status).to.equal(201);
      expect(put.body).to.not.have.any.keys('phone', 'home', 'phoneStatus');
    });

    it('that nobody registered are unknown, by name', async () => {
      const answer = await admin('GET', '/customers/404');
      expect(answer.status).to.equal(404);
      expect(answer.body).to.include({ code: 'customer-unknown', type: 'urn:ledgerbell:problem:customer-unknown' });
      expect((await admin('PUT', '/customers/404/preferences', {})).body.code).to.equal('customer-unknown');
      expect((await admin('GET', '/customers/404/consents')).body.code).to.equal('customer-unknown');
      expect((await admin('DELETE', '/customers/404')).body.code).to.equal('customer-unknown');
    });

    it('have ids of any script, and refuse others by name', async () => {
      const id = encodeURIComponent("o'Brien/ü 😀; DROP TABLE lb_customers");
      expect((await admin('PUT', `/customers/${id}`, { name: 'x' })).status).to.equal(201);
      expect((await admin('GET', `/customers/${id}`)).body.id).to.equal(decodeURIComponent(id));
      expect((await admin('PUT', `/customers/${'9'.repeat(10_000)}`, {})).body.code).to.equal('id-too-long');
      expect((await admin('PUT', '/customers/a%0Ab', {})).body.code).to.equal('id-malformed');
      expect((await admin('GET', '/customers/%E0%A4%A')).body.code).to.equal('path-malformed');
    });

    it('say every mistake at once, by name and without the value', async () => {
      const answer = await admin('PUT', '/customers/2', {
        phoneNumber: '+37251234567',
        status: 'asleep',
        home: { latitude: 91, longitude: 24.7 },
        discreet: 'yes',
      });
      expect(answer.status).to.equal(422);
      expect(answer.body.code).to.equal('request-invalid');
      expect(answer.body.errors.map(({ path }: { path: string }) => path).sort()).to.deep.equal([
        '/discreet',
        '/home/latitude',
        '/phoneNumber',
        '/status',
      ]);
      expect(JSON.stringify(answer.body)).to.include('`phoneNumber` is not known here');
      expect(JSON.stringify(answer.body)).to.not.match(/51234567|asleep|yes/);
    });

    it('refuse phones, locales and zones that are not, without the number', async () => {
      const wrong = { phone: '555 0199 123', locale: 'estonian!', timeZone: 'Tallinn' };
      const answer = await admin('PUT', '/customers/2', wrong);
      expect(answer.status).to.equal(422);
      expect(answer.body.code).to.equal('phone-invalid');
      expect(answer.body.path).to.equal('/phone');
      expect(answer.body.errors.map(({ code }: { code: string }) => code)).to.deep.equal([
        'phone-invalid',
        'locale-unknown',
        'time-zone-unknown',
      ]);
      expect(JSON.stringify(answer.body)).to.not.include('0199');
      expect((await admin('GET', '/customers/2')).status).to.equal(404);
    });

    it('keep an alias to themselves', async () => {
      await admin('PUT', '/customers/2', ESTER);
      const answer = await admin('PUT', '/customers/3', { aliases: ESTER.aliases });
      expect(answer.status).to.equal(409);
      expect(answer.body).to.include({ code: 'alias-taken', path: '/aliases/0' });
    });

    it('page by cursor, each once', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await admin('PUT', `/customers/${id}`, { name: id });
      const first = await admin('GET', '/customers?limit=2');
      const second = await admin('GET', `/customers?limit=2&after=${first.body.next}`);
      const third = await admin('GET', `/customers?limit=2&after=${second.body.next}`);
      const ids = [first, second, third].flatMap(({ body }) => body.items.map(({ id }: { id: string }) => id));
      expect(ids).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
      expect(third.body).to.not.have.property('next');
    });

    it('refuse queries and cursors that are not', async () => {
      expect((await admin('GET', '/customers?limit=0')).body.path).to.equal('?limit');
      expect((await admin('GET', '/customers?limit=ten')).body.path).to.equal('?limit');
      expect((await admin('GET', '/customers?page=2')).body.detail).to.include('`page` is not known here');
      expect((await admin('GET', '/customers?limit=1&limit=2')).body.detail).to.include('given twice');
      expect((await admin('GET', '/customers?after=nonsense')).body.code).to.equal('cursor-malformed');
      expect((await admin('GET', '/customers/2?entity=a%20b')).body.path).to.equal('?entity');
    });

    it('semantics line seventeen: are of one entity, and another has its own', async () => {
      await admin('PUT', '/customers/2?entity=north', { name: 'North' });
      expect((await admin('GET', '/customers/2?entity=north')).body).to.include({ name: 'North', entity: 'north' });
      expect((await admin('GET', '/customers/2')).status).to.equal(404);
      expect((await admin('GET', '/customers?entity=north')).body.items).to.have.length(1);
    });

    it('semantics line twenty-four: a changed phone makes an event, the first one none', async () => {
      await admin('PUT', '/customers/2', ESTER);
      expect(await events()).to.deep.equal([]);
      await admin('PUT', '/customers/2', { ...ESTER, name: 'Ester Kask' });
      expect(await events()).to.deep.equal([]);
      await admin('PUT', '/customers/2', { ...ESTER, phone: '+372 5123 4568' });
      await admin('PUT', '/customers/2', { ...ESTER, phone: undefined });
      await admin('PUT', '/customers/2', { ...ESTER, phone: '+372 5123 4568' });
      expect(await events()).to.deep.equal(['contact:2:2', 'contact:2:2:removed', 'contact:2:3']);
    });

    it('semantics line twenty-four: the change and what it tells are one: both numbers are told', async () => {
      await admin('PUT', '/customers/2', ESTER);
      service.clock.now += 60_000;
      await admin('PUT', '/customers/2', { ...ESTER, phone: '+372 5123 4568' });
      const alerts = (await admin('GET', '/alerts?customer=2')).body.items;
      expect(alerts.map(({ rule, status }: Record<string, string>) => `${rule} ${status}`)).to.deep.equal([
        'contact-details-changed queued',
        'contact-details-changed queued',
      ]);
    });

    it('semantics line twenty-four: the same number again leaves a suspended one so, until it is taken away and given', async () => {
      await admin('PUT', '/customers/2', ESTER);
      const gone = { entity: 'default', customerId: '2', version: 1, at: service.clock.now };
      await service.inTransaction((trx) => suspendPhone(service.database, trx, gone));
      expect((await admin('PUT', '/customers/2', ESTER)).body.phoneStatus).to.equal('suspended');
      const without = await admin('PUT', '/customers/2', { ...ESTER, phone: null });
      expect(without.body).to.not.have.property('phoneStatus');
      expect((await admin('PUT', '/customers/2', { ...ESTER, phone: null })).body.version).to.equal(
        without.body.version,
      );
      expect((await admin('PUT', '/customers/2', ESTER)).body.phoneStatus).to.equal('verified');
    });

    it('semantics line twenty-seven: reading personal data leaves a row in the audit, and nothing personal in it', async () => {
      await admin('PUT', '/customers/2', ESTER);
      await admin('GET', '/customers/2');
      await admin('GET', '/customers');
      await admin('GET', '/customers/2/preferences');
      await admin('GET', '/customers/404');
      expect(await audit()).to.deep.equal([
        'customer-created default/customer:2',
        'customer-read default/customer:2',
        'customers-listed default/customers',
        'preferences-read default/customer:2',
      ]);
      const rows = JSON.stringify((await admin('GET', '/audit')).body);
      expect(rows).to.not.match(/Ester|51234567|59\.43/);
    });

    describe('who choose', () => {
      beforeEach(() => admin('PUT', '/customers/2', ESTER));
      const choose = (topics: object, quietHours?: object) =>
        admin('PUT', '/customers/2/preferences', { topics, quietHours });
      const codes = (answer: { body: { errors: { code: string }[] } }) => answer.body.errors.map(({ code }) => code);

      it('have nothing chosen at first, and keep what they chose', async () => {
        expect((await admin('GET', '/customers/2/preferences')).body).to.deep.equal({
          customerId: '2',
          version: 0,
          topics: {},
        });
        const topics = { 'low-balance': { wanted: true, parameters: { limit: { CZK: '500.00' } } } };
        const chosen = await choose(topics, { from: '22:00', to: '07:00' });
        expect(chosen.body).to.deep.include({ version: 1, topics, quietHours: { from: '22:00', to: '07:00' } });
        expect((await admin('GET', '/customers/2/preferences')).body).to.deep.equal(chosen.body);
      });

      it('cannot choose a topic that is not, nor switch off one that is mandatory', async () => {
        const answer = await choose({ 'large-withdrawals': { wanted: true }, 'password-changed': { wanted: false } });
        expect(answer.status).to.equal(422);
        expect(codes(answer)).to.deep.equal(['topic-unknown', 'topic-mandatory']);
        expect(answer.body.errors[1].message).to.include('somebody else has access');
        expect((await choose({ 'password-changed': { wanted: true } })).status).to.equal(200);
      });

      it('stay within the bounds of the rule, in every currency', async () => {
        const limit = (value: unknown) => choose({ 'large-withdrawal': { parameters: { limit: value } } });
        expect((await limit({ EUR: '50.00' })).status).to.equal(200);
        expect(codes(await limit({ EUR: '49.99' }))).to.deep.equal(['parameter-out-of-bounds']);
        expect((await limit({ EUR: '49.99' })).body.detail).to.include('at least 50.00 EUR');
        expect(codes(await limit({ EUR: '60.00', CZK: '999.99' }))).to.deep.equal(['parameter-out-of-bounds']);
        expect(codes(await limit({ JPY: '1' }))).to.deep.equal(['no-rate']);
        expect(codes(await limit({ EUR: '50.001' }))).to.deep.equal(['amount-decimals']);
        expect(codes(await limit({ EUR: '1e9' }))).to.deep.equal(['amount-malformed']);
        expect(codes(await limit({ EUR: 60 }))).to.deep.equal(['amount-malformed']);
        expect(codes(await limit({ XYZ: '60.00' }))).to.deep.equal(['currency-unknown']);
        expect(codes(await limit(60))).to.deep.equal(['parameter-malformed']);
        expect(codes(await limit({}))).to.deep.equal(['parameter-malformed']);
      });

      it('cannot set a parameter that is not', async () => {
        const answer = await choose({ 'low-balance': { parameters: { limits: { EUR: '5.00' }, toString: 1 } } });
        expect(codes(answer)).to.deep.equal(['parameter-unknown', 'parameter-unknown']);
        expect(answer.body.path).to.equal('/topics/low-balance/parameters/limits');
      });

      it('have quiet hours that are some hours', async () => {
        expect((await choose({}, { from: '22:00', to: '22:00' })).body.path).to.equal('/quietHours/to');
        expect((await choose({}, { from: '22:00', to: '24:00' })).body.path).to.equal('/quietHours/to');
        expect((await choose({}, { from: '22:00' })).body.detail).to.include('`quietHours.to` is required');
      });

      it('consent, and withdraw, in a ledger that only grows', async () => {
        const consent = { topic: 'low-balance', by: 'branch-7', how: 'branch', wording: 'Tell me.' };
        const given = { ...consent, granted: true, at: '2026-11-10T11:00:00+02:00' };
        const post = await admin('POST', '/customers/2/consents', given);
        expect(post.status).to.equal(201);
        expect(post.body).to.include({ at: '2026-11-10T09:00:00.000Z', recordedAt: '2026-11-10T10:00:00.000Z' });
        await admin('POST', '/customers/2/consents', { ...given, granted: false });
        const { items } = (await admin('GET', '/customers/2/consents')).body;
        expect(items.map(({ granted }: { granted: boolean }) => granted)).to.deep.equal([true, false]);
        const wrong = { ...given, topic: 'news', at: '2027-01-01T00:00:00Z' };
        expect(codes(await admin('POST', '/customers/2/consents', wrong))).to.deep.equal([
          'topic-unknown',
          'time-in-future',
        ]);
        const local = { ...given, at: '2026-11-10T11:00:00' };
        expect((await admin('POST', '/customers/2/consents', local)).body.code).to.equal('time-without-offset');
      });
    });

    describe('who leave', () => {
      const MART = { phone: '+372 5123 4569', name: 'Mart Mets' };
      const posted = (id: string, accountId: string) =>
        service.commit({
          id,
          source: 'core',
          type: 'transaction.posted',
          data: { accountId, direction: 'debit', amount: '5000.00', currency: 'EUR', kind: 'transfer' },
        });

      beforeEach(async () => {
        await admin('PUT', '/customers/2', ESTER);
        await admin('PUT', '/customers/3', MART);
        await admin('PUT', '/accounts/alone', { holders: [{ customerId: '2', role: 'owner' }] });
        const both = [
          { customerId: '2', role: 'owner' },
          { customerId: '3', role: 'owner' },
        ];
        await admin('PUT', '/accounts/shared', { holders: both, currency: 'EUR' });
        await posted('t1', 'alone');
        await posted('t2', 'shared');
      });

      it('get a copy of all that is known of them', async () => {
        const { body } = await admin('GET', '/customers/2/export');
        expect(body.customer.name).to.equal('Ester Tamm');
        expect(body.phones).to.have.length(1);
        expect(body.phones[0].number).to.equal('+37251234567');
        expect(body.accounts.map(({ id }: { id: string }) => id)).to.deep.equal(['alone', 'shared']);
        expect(body.events.map(({ id }: { id: string }) => id)).to.deep.equal(['t1', 't2']);
        expect(body.alerts.length).to.be.greaterThan(1);
        expect(body.alerts[0].text).to.include('5');
        expect(body.complete).to.equal(true);
        expect(JSON.stringify(body)).to.not.include('Mart');
        expect(await audit()).to.include('customer-exported default/customer:2');
      });

      it('semantics line twenty-three: are erased with the accounts they alone hold, and others keep theirs', async () => {
        const waiting = (await admin('GET', '/alerts?customer=2&status=queued')).body.items;
        const answer = await admin('DELETE', '/customers/2');
        expect(answer.body).to.deep.equal({
          erased: true,
          changed: true,
          accounts: 1,
          cancelledAlerts: waiting.length,
        });
        for (const path of ['/customers/2', '/customers/2/export', '/customers/2/preferences', '/accounts/alone']) {
          expect((await admin('GET', path)).body.code, path).to.equal('erased');
        }
        expect((await admin('GET', '/accounts/shared')).body.holders).to.deep.equal([
          { customerId: '3', role: 'owner' },
        ]);
        expect((await admin('GET', '/customers')).body.items).to.have.length(1);
        const [first] = waiting;
        const trace = (await admin('GET', `/alerts/${first.id}`)).body;
        expect(trace.alert).to.include({ status: 'cancelled', reason: 'erased' });
        expect(trace.message.text).to.equal(null);
        expect((await admin('DELETE', '/customers/2')).body).to.include({ erased: true, changed: false });
      });

      it('semantics line twenty-three: leave nothing that can be opened, a chain that holds, and no way back', async () => {
        await admin('DELETE', '/customers/2');
        expect((await admin('PUT', '/customers/2', ESTER)).body.code).to.equal('erased');
        expect((await admin('PUT', '/accounts/alone', { holders: [] })).body.code).to.equal('erased');
        expect(await posted('t3', 'alone')).to.include({ status: 'rejected', code: 'erased' });
        expect(await posted('t4', 'shared')).to.include({ status: 'accepted' });
        const keys = await service.inTransaction((trx) =>
          service.house.vault.keys.find(trx, [customerSubject('default', '2')]),
        );
        expect(keys.get(customerSubject('default', '2'))?.destroyed).to.equal(true);
        const [phone] = await service.database.knex('lb_phones').where({ customer_id: '2' });
        expect(phone.phone).to.have.length(0);
        expect(phone.phone_index).to.have.length(32);
        expect(await service.database.knex('lb_customers').where({ customer_id: '2' })).to.deep.equal([]);
        expect(await audit()).to.include('customer-erased default/customer:2');
      });
    });
  });
}
