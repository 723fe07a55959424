import { expect } from 'chai';
import { DEFAULT_VERIFY_SETTINGS } from '../../src/core/message/verify-settings.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { databases } from '../support/databases.js';
import { NOW } from '../support/house.js';
import { CUSTOMER, openPages, type PagesUnderTest } from './pages-under-test.js';

const VERIFY = { ...DEFAULT_VERIFY_SETTINGS, append: { security: true } };
const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();

for (const database of databases) {
  describe(`evidence over HTTP, on ${database.name}`, () => {
    let world: PagesUnderTest;

    beforeEach(async () => {
      world = await openPages(database, { house: { verify: VERIFY } });
    });
    afterEach(() => world.close());

    const ask = (search = '') => world.as('admin')('GET', `/customers/${CUSTOMER}/evidence${search}`);

    it('tells text, number, times, consent, version and provider of what was sent', async () => {
      const consent = {
        topic: 'large-withdrawal',
        granted: true,
        by: 'ester',
        at: iso(NOW - DAY),
        how: 'web',
        wording: 'I want to be told of large amounts.',
      };
      await world.bank('POST', `/customers/${CUSTOMER}/consents`, consent);
      world.clock.now += 1_000;
      await world.debit('200.00');
      const sentAt = world.clock.now;
      world.clock.now += 5_000;
      const [row] = await world.database.knex(world.database.table('alerts'));
      await receiveReceipts(world.house, 'phone', [{ providerId: row.provider_id, state: 'delivered' }]);
      await world.bank('PUT', `/customers/${CUSTOMER}`, { phone: '+37255550000' });
      await world.bank('POST', `/customers/${CUSTOMER}/consents`, { ...consent, granted: false });
      const { status, body } = await ask();
      expect(status).to.equal(200);
      const [one, ...others] = body.items.filter(({ rule }: { rule: string }) => rule === 'large-withdrawal');
      expect(others).to.deep.equal([]);
      expect(one.text).to.equal('A large amount left your account.');
      expect(one).to.include({ customerId: CUSTOMER, topic: 'large-withdrawal', lane: 'security', provider: 'phone' });
      expect(one.ruleVersion).to.match(/^[0-9a-f]{16,}$/);
      expect(one.phone).to.include({ version: 1, status: 'replaced', number: '+3725***67' });
      expect(one.times).to.include({ queued: iso(sentAt), sent: iso(sentAt), delivered: iso(sentAt + 5_000) });
      expect(Date.parse(one.times.accepted)).to.be.within(sentAt, sentAt + 60_000);
      expect(one.consent).to.include({ granted: true, by: 'ester', how: 'web', wording: consent.wording });
      expect(one.consent.id).to.be.a('number');
      expect(one.attempts).to.have.length(1);
      expect(one.receipts.map(({ state }: { state: string }) => state)).to.deep.equal(['delivered']);
      const single = await world.as('analyst')('GET', `/alerts/${one.alertId}/evidence`);
      expect(single.body).to.deep.equal(one);
    });

    it('is of a time, page by page', async () => {
      for (const amount of ['200.00', '201.00', '202.00']) {
        await world.debit(amount);
        world.clock.now += DAY;
      }
      const queued = async (search: string) =>
        (await ask(search)).body.items.map(({ times }: { times: { queued: string } }) => times.queued);
      const days = [NOW, NOW + DAY, NOW + 2 * DAY].map(iso);
      expect(await queued('')).to.deep.equal(days);
      expect(await queued('?from=2026-11-11&to=2026-11-11')).to.deep.equal(days.slice(1, 2));
      expect(await queued(`?from=${encodeURIComponent(days[1] ?? '')}`)).to.deep.equal(days.slice(1));
      expect(await queued(`?to=${encodeURIComponent(days[1] ?? '')}`)).to.deep.equal(days.slice(0, 1));
      const first = await ask('?limit=2');
      expect(first.body.items).to.have.length(2);
      const rest = await ask(`?limit=2&after=${first.body.next}`);
      expect(rest.body.items.map(({ times }: { times: { queued: string } }) => times.queued)).to.deep.equal(
        days.slice(2),
      );
      const wrong = await ask('?from=yesterday%20evening');
      expect([wrong.status, wrong.body.code, wrong.body.path]).to.deep.equal([422, 'request-invalid', '?from']);
    });

    it('is read by those who may read personal data, and audited', async () => {
      await world.debit('200.00');
      const path = `/customers/${CUSTOMER}/evidence`;
      for (const role of ['operator', 'auditor', 'application'] as const)
        expect((await world.as(role)('GET', path)).status, role).to.equal(403);
      expect((await world.as('admin')('GET', '/customers/nobody/evidence')).body.code).to.equal('customer-unknown');
      expect((await world.as('admin')('GET', '/alerts/al_none/evidence')).body.code).to.equal('alert-unknown');
      await ask();
      const rows = await world.database.knex(world.database.table('audit')).where({ action: 'evidence-read' });
      expect(rows.map(({ actor, subject }: { actor: string; subject: string }) => `${actor} ${subject}`)).to.deep.equal(
        [`admin default/customer:${CUSTOMER}`],
      );
    });

    it('holds no code, and no text of whoever was erased', async () => {
      const [sent = ''] = await world.debit('200.00');
      const code = /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(sent)?.[0] ?? '';
      expect(code).not.to.equal('');
      expect(JSON.stringify((await ask()).body)).not.to.include(code);
      world.clock.now += 1;
      await world.as('admin')('DELETE', `/customers/${CUSTOMER}`);
      const { body } = await ask();
      expect(body.items[0]).to.include({ text: null, status: 'accepted', topic: 'large-withdrawal' });
      expect(body.items[0].phone.number).to.equal(null);
    });

    it('legal holds are placed, read and ended, by those who may', async () => {
      const path = `/customers/${CUSTOMER}/legal-hold`;
      const admin = world.as('admin');
      const why = { reason: 'dispute', reference: 'case 7' };
      expect((await world.as('operator')('PUT', path, why)).status).to.equal(403);
      expect((await admin('GET', path)).body.code).to.equal('legal-hold-unknown');
      expect((await admin('PUT', path, { reason: '' })).status).to.equal(422);
      const placed = await admin('PUT', path, why);
      expect([placed.status, placed.body.reference, placed.body.placedBy]).to.deep.equal([201, 'case 7', 'admin']);
      expect((await admin('PUT', path, why)).status).to.equal(200);
      const refused = await admin('DELETE', `/customers/${CUSTOMER}`);
      expect([refused.status, refused.body.code]).to.deep.equal([409, 'legal-hold']);
      expect((await world.as('auditor')('GET', path)).body.postponedErasure.askedBy).to.equal('admin');
      expect((await admin('GET', '/legal-holds')).body.items).to.have.length(1);
      const read = await world.database
        .knex(world.database.table('audit'))
        .whereIn('action', ['legal-hold-read', 'legal-holds-read']);
      expect(read.map(({ actor }: { actor: string }) => actor)).to.deep.equal(['auditor', 'admin']);
      expect((await admin('DELETE', path)).body).to.deep.equal({ released: true, erased: true });
      expect((await admin('GET', `/customers/${CUSTOMER}`)).body.code).to.equal('erased');
    });
  });
}
