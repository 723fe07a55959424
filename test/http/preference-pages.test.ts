import { expect } from 'chai';
import { receiveInbound } from '../../src/flows/receive-inbound.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { CUSTOMER, openPages, type PagesUnderTest, PHONE, pagesRules } from './pages-under-test.js';

const LIMIT = 'limit/large-withdrawal/limit/EUR';

for (const database of databases) {
  describe(`the page of a customer's choices, on ${database.name}`, () => {
    let world: PagesUnderTest;

    afterEach(() => world.close());

    const chosen = async () => (await world.bank('GET', `/customers/${CUSTOMER}/preferences`)).body;
    const status = async (url: string) => (await fetch(url)).status;
    const audited = async () => {
      const { body } = await world.as('auditor')('GET', '/audit?limit=200');
      return body.items as { action: string; actor: string; detail: Record<string, unknown> }[];
    };

    it('shows every topic with what it is, and why one cannot be switched off', async () => {
      world = await openPages(database);
      const answer = await fetch(await world.link());
      const page = await answer.text();
      for (const words of ['Large amounts', 'When a large amount leaves.', 'Offers', 'Changed password']) {
        expect(page).to.include(words);
      }
      expect(page).to.include('Somebody else may have access.');
      expect(page).not.to.include('name="wanted/password-changed"');
      expect(page).to.match(/name="wanted\/large-withdrawal" value="on" checked/);
      expect(page).not.to.match(/name="wanted\/offers" value="on" checked/);
    });

    it('tells the browser to keep nothing, load nothing, frame nothing and send no referrer', async () => {
      world = await openPages(database);
      const { headers } = await fetch(await world.link());
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('content-security-policy')).to.match(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(headers.get('set-cookie')).to.equal(null);
    });

    it('saves what was chosen, consents with their wording, and the language, under the name of the link', async () => {
      world = await openPages(database);
      const link = await world.link();
      const fields = await world.fields(link);
      fields.delete('wanted/large-withdrawal');
      fields.set('wanted/offers', 'on');
      fields.set(LIMIT, '1 250,50');
      fields.set('quiet/from', '22:00');
      fields.set('quiet/to', '7:00');
      fields.set('phrase/text', ' blue heron ');
      fields.set('language', 'et');
      const answer = await world.send(link, fields);
      expect(answer.status).to.equal(303);
      const saved = new URL(answer.headers.get('location') ?? '', link).href;
      expect(await (await fetch(saved)).text()).to.include('Teie valikud on salvestatud');
      const { version: _version, ...choices } = await chosen();
      expect(choices).to.deep.equal({
        customerId: CUSTOMER,
        topics: { 'large-withdrawal': { wanted: false, parameters: { limit: { EUR: '1250.50' } } } },
        quietHours: { from: '22:00', to: '07:00' },
        phrase: { text: 'blue heron', lockScreen: false, codes: false },
      });
      const { body: ledger } = await world.bank('GET', `/customers/${CUSTOMER}/consents`);
      expect(ledger.items).to.have.length(1);
      expect(ledger.items[0]).to.include({
        topic: 'offers',
        granted: true,
        by: 'customer',
        how: 'web',
        wording: 'Offers. What we offer you. I agree to get these messages by SMS. I can take this back at any time.',
      });
      expect((await world.bank('GET', `/customers/${CUSTOMER}`)).body.locale).to.equal('et');
      const rows = await audited();
      const made = rows.find(({ action }) => action === 'preference-link-made');
      const byLink = rows.filter(({ actor }) => actor === `customer-link:${made?.detail.link}`);
      expect(byLink.map(({ action }) => action)).to.have.members([
        'customer-changed',
        'preferences-changed',
        'consent-granted',
        'preference-link-used',
      ]);
      expect(JSON.stringify(rows)).not.to.include('heron');
    });

    it('changes nothing that the page did not show, and nothing where nothing was changed', async () => {
      world = await openPages(database);
      const before = { topics: { 'large-withdrawal': { parameters: { times: 4 } } } };
      await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, before);
      const link = await world.link();
      const fields = await world.fields(link);
      fields.delete('shown', 'offers');
      expect((await world.send(link, fields)).status).to.equal(303);
      expect(await chosen()).to.deep.include({ ...before, version: 1 });
      expect((await world.bank('GET', `/customers/${CUSTOMER}/consents`)).body.items).to.deep.equal([]);
    });

    it('has a box for each text that may be chosen, and leaves the untouched ones to the bank', async () => {
      const source = pagesRules();
      const [rule] = source.rules;
      if (rule !== undefined) {
        const often = { type: 'texts', default: ['weekly'], of: ['daily', 'weekly'], customerMayChange: {} } as const;
        rule.rule.parameters = { often: { ...often, default: [...often.default], of: [...often.of] } };
      }
      world = await openPages(database, { source });
      const [first, second] = [await world.link(), await world.link()];
      const page = await (await fetch(first)).text();
      expect(page)
        .to.include('Every day')
        .and.to.match(/value="weekly" checked/)
        .and.not.to.match(/value="daily" checked/);
      await world.send(first, await world.fields(first));
      expect((await chosen()).topics).to.deep.equal({});
      const fields = await world.fields(second);
      fields.append('limit/large-withdrawal/often', 'daily');
      await world.send(second, fields);
      const parameters = (await chosen()).topics['large-withdrawal']?.parameters;
      expect(parameters).to.deep.equal({ often: ['weekly', 'daily'] });
    });

    it('tells whoever answered STOP that choices do not take that back', async () => {
      world = await openPages(database);
      expect(await (await fetch(await world.link())).text()).not.to.include('You answered STOP');
      const text = { from: PHONE, to: '1234', text: 'STOP', providerId: 'in-1' };
      await receiveInbound(world.house, 'phone', [text]);
      expect(await (await fetch(await world.link())).text()).to.include('You answered STOP');
    });

    it('says what is wrong beside each field, keeps what was typed, and leaves the link usable', async () => {
      world = await openPages(database);
      const link = await world.link();
      const fields = await world.fields(link);
      const wrong: Record<string, [string, string]> = {
        [LIMIT]: ['49.99', 'At least 50.00 EUR.'],
        'limit/large-withdrawal/times': ['many', 'Write a number.'],
        'quiet/from': ['25:00', 'Write a time such as 22:00.'],
        'phrase/text': ['call +37255555555', 'The phrase must not hold a link or a phone number.'],
        language: ['xx', 'Choose one of the languages.'],
      };
      for (const [name, [value]] of Object.entries(wrong)) fields.set(name, value);
      const answer = await world.send(link, fields);
      expect(answer.status).to.equal(422);
      const page = await answer.text();
      for (const [name, [value, words]] of Object.entries(wrong)) {
        expect(page, name).to.include(`id="${name}/problem">${words}<`);
        if (name !== 'language') expect(page, name).to.include(`value="${value}"`);
      }
      expect((await chosen()).version).to.equal(0);
      expect((await world.send(link, await world.fields(link))).status).to.equal(303);
    });

    it('escapes what was typed', async () => {
      world = await openPages(database);
      const link = await world.link();
      const fields = await world.fields(link);
      fields.set(LIMIT, '"><script>alert(1)</script>');
      const page = await (await world.send(link, fields)).text();
      expect(page).not.to.include('<script>');
      expect(page).to.include('&quot;&gt;&lt;script&gt;');
    });

    it('is saved once: a second save, also at the same moment, and the link itself are told so', async () => {
      world = await openPages(database);
      const link = await world.link();
      const fields = await world.fields(link);
      const answers = await Promise.all([1, 2, 3].map(() => world.send(link, fields)));
      expect(answers.map((one) => one.status).sort()).to.deep.equal([303, 410, 410]);
      expect(await status(link)).to.equal(410);
      expect(await (await fetch(link)).text()).to.include('This link has been used');
    });

    it('is gone when its time is over, when it was withdrawn, and when the customer was erased', async () => {
      world = await openPages(database);
      const [short, withdrawn] = [await world.link(5), await world.link()];
      world.clock.now += 5 * 60_000 - 1;
      expect(await status(short)).to.equal(200);
      world.clock.now += 1;
      expect(await status(short)).to.equal(410);
      expect((await world.send(short, new URLSearchParams())).status).to.equal(410);
      const { body } = await world.bank('DELETE', `/customers/${CUSTOMER}/preference-link`);
      expect(body).to.deep.equal({ withdrawn: 1 });
      expect(await status(withdrawn)).to.equal(404);
      const last = await world.link();
      await world.as('admin')('DELETE', `/customers/${CUSTOMER}`);
      expect(await status(last)).to.equal(404);
    });

    it('opens for a token of ours and no other, however near', async () => {
      world = await openPages(database);
      const link = await world.link();
      const token = link.slice(link.lastIndexOf('/') + 1);
      const base = link.slice(0, -token.length);
      for (let at = 0; at < token.length; at++) {
        const other = token[at] === 'A' ? 'B' : 'A';
        expect(await status(`${base}${token.slice(0, at)}${other}${token.slice(at + 1)}`), `character ${at}`).to.equal(
          404,
        );
      }
      for (const wrong of [`${token}A`, token.slice(1), `${token}=`, '%00', 'x'.repeat(5_000)]) {
        expect(await status(`${base}${wrong}`), wrong.slice(0, 60)).to.equal(404);
      }
      expect(await status(link)).to.equal(200);
    });

    it("takes its own form only: another site's, another link's and one without its token are refused", async () => {
      world = await openPages(database);
      const [link, another] = [await world.link(), await world.link()];
      const fields = await world.fields(link);
      const foreign = await world.fields(another);
      const refused = async (form: URLSearchParams, headers: Record<string, string> = {}) =>
        (await world.send(link, form, headers)).status;
      expect(await refused(foreign)).to.equal(403);
      const without = new URLSearchParams(fields);
      without.delete('form');
      expect(await refused(without)).to.equal(403);
      expect(await refused(fields, { 'sec-fetch-site': 'cross-site' })).to.equal(403);
      expect(await refused(fields, { 'sec-fetch-site': 'same-site' })).to.equal(403);
      expect(await refused(fields, { origin: 'https://attacker.example' })).to.equal(403);
      expect((await chosen()).version).to.equal(0);
      expect(await refused(fields, { 'sec-fetch-site': 'same-origin', origin: 'null' })).to.equal(303);
    });

    it('is not a way to another customer, nor for a key that may not write customers', async () => {
      world = await openPages(database);
      await world.bank('PUT', '/customers/other', { phone: '+37255550000' });
      const link = await world.link();
      const fields = await world.fields(link);
      fields.set('phrase/text', 'blue heron');
      await world.send(link, fields);
      expect((await world.bank('GET', '/customers/other/preferences')).body.version).to.equal(0);
      for (const role of ['analyst', 'auditor'] as const) {
        const { status: answered } = await world.as(role)('POST', `/customers/${CUSTOMER}/preference-link`, {});
        expect(answered, role).to.equal(403);
      }
      expect((await world.bank('POST', '/customers/nobody/preference-link', {})).status).to.equal(404);
      expect((await world.bank('POST', `/customers/${CUSTOMER}/preference-link`, { minutes: 4 })).status).to.equal(422);
    });

    it("prints the customer's own phrase in what leaves, sealed in the database and in no kept text", async () => {
      world = await openPages(database);
      await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, { phrase: { text: 'blue heron' } });
      expect(await world.debit('200.00')).to.deep.equal(['A large amount left your account.\n"blue heron"']);
      const rows = await world.database.knex(world.database.table('preferences'));
      expect(Buffer.isBuffer(rows[0].phrase)).to.equal(true);
      expect(JSON.stringify(rows[0].document)).not.to.include('heron');
      const [alert] = await listAlerts(world.database, world.database.knex, { limit: 1 });
      const { body } = await world.as('admin')('GET', `/alerts/${alert?.alertId}`);
      expect(JSON.stringify(body)).not.to.include('heron');
      await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, {});
      expect(await world.debit('200.00')).to.deep.equal(['A large amount left your account.']);
    });

    it('counts the phrase in the parts of the message', async () => {
      world = await openPages(database);
      await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, { phrase: { text: 'sinihabe õhtu' } });
      await world.debit('200.00');
      const [alert] = await listAlerts(world.database, world.database.knex, { limit: 1 });
      expect(alert).to.include({ encoding: 'ucs-2', parts: 1 });
      expect(world.received.at(-1)?.encoding).to.equal('ucs-2');
    });

    it('refuses a phrase that is too long, too short or an invitation', async () => {
      world = await openPages(database);
      for (const text of ['ab', 'x'.repeat(31), 'bank.example', '+372 5555 5555', ' \u202e ']) {
        const { status: answered, body } = await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, {
          phrase: { text },
        });
        expect([answered, body.code], text).to.deep.equal([422, 'phrase-unfit']);
      }
    });
  });
}
