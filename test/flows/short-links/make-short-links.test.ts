import { expect } from 'chai';
import { DEFAULT_SHORT_LINK_SETTINGS } from '../../../src/core/message/short-link-settings.js';
import { eraseCustomer } from '../../../src/flows/erase-customer.js';
import { makeShortLinks, type ShortLinkPage } from '../../../src/flows/short-links/make-short-links.js';
import { customerSubject } from '../../../src/store/crypto/subject-hash.js';
import { countClicks, insertShortLinks, noteClick, shortLinksOf } from '../../../src/store/short-links.js';
import { codeOf } from '../../store/store-under-test.js';
import { databases } from '../../support/databases.js';
import { type HouseOptions, type HouseUnderTest, NOW, openHouse } from '../../support/house.js';
import { ruleSet } from '../../support/rules.js';

const TARGET = 'https://bank.example/loan?for=mari';
const shortLinks = { ...DEFAULT_SHORT_LINK_SETTINGS, hosts: ['bank.example'], address: 'https://go.bank.example' };

for (const kind of databases) {
  describe(`short links of a page of alerts, on ${kind.name}`, () => {
    let home: HouseUnderTest;
    const open = async (house: HouseOptions['house'] = { shortLinks }) => {
      home = await openHouse(kind, { source: ruleSet(), house });
    };
    afterEach(() => home.close());

    const page = (over: Partial<ShortLinkPage> = {}): ShortLinkPage => ({
      entity: 'default',
      lane: 'marketing',
      groupId: 'autumn',
      at: NOW,
      alerts: [
        { alertId: 'al_1', customerId: 'mari', links: { offer: TARGET, terms: 'https://bank.example/terms' } },
        { alertId: 'al_2', customerId: 'jaan', links: { offer: TARGET } },
      ],
      ...over,
    });
    const write = (over: Partial<ShortLinkPage> = {}) =>
      home.inTransaction(async (trx) => {
        const made = await makeShortLinks(home.house, trx, page(over));
        await insertShortLinks(home.database, trx, made.rows);
        return made;
      });
    const rows = () => home.database.knex(home.database.table('short_links'));

    it('are made with an address each, and kept for ninety days', async () => {
      await open();
      const { urls } = await write();
      const all = [...urls.values()].flatMap((one) => Object.values(one));
      expect(new Set(all).size).to.equal(3);
      for (const url of all) expect(url).to.match(/^https:\/\/go\.bank\.example\/[0-9a-z]{13}$/);
      const [first] = await shortLinksOf(home.database, home.database.knex, { entity: 'default', customerId: 'jaan' });
      expect(first).to.include({ alertId: 'al_2', name: 'offer', groupId: 'autumn', createdAt: NOW });
      expect(first?.endsAt).to.equal(NOW + 90 * 86_400_000);
    });

    it('are the same when the page is made again, and keep their clicks', async () => {
      await open();
      const first = await write();
      await noteClick(home.database, home.database.knex, first.rows[0]?.linkHash as Buffer, NOW + 5);
      const again = await write();
      expect([...again.urls]).to.deep.equal([...first.urls]);
      expect(await rows()).to.have.length(3);
      expect(await countClicks(home.database, home.database.knex, 'autumn')).to.deep.equal([
        { name: 'offer', links: 2, clicked: 1 },
        { name: 'terms', links: 1, clicked: 0 },
      ]);
    });

    it('are nowhere in the database, nor is where they lead', async () => {
      await open();
      const { urls } = await write();
      const stored = JSON.stringify(await rows());
      for (const url of [...urls.values()].flatMap((one) => Object.values(one))) {
        const token = url.slice(-13);
        for (const form of [token, Buffer.from(token).toString('hex')]) expect(stored).not.to.include(form);
      }
      const texts = (await rows()).map(({ target }: { target: Buffer }) => target.toString('latin1')).join();
      expect(texts).not.to.match(/bank\.example|mari/);
    });

    it('are written with the alerts or not at all', async () => {
      await open();
      const failed = home.inTransaction(async (trx) => {
        const { rows: made } = await makeShortLinks(home.house, trx, page());
        await insertShortLinks(home.database, trx, made);
        throw Object.assign(new Error(), { code: 'rolled-back' });
      });
      expect(await codeOf(failed)).to.equal('rolled-back');
      expect(await rows()).to.deep.equal([]);
    });

    it('are under the public address where they have none of their own', async () => {
      await open({ shortLinks: { ...shortLinks, address: undefined }, publicUrl: 'https://sms.bank.example/v1/' });
      const { urls } = await write();
      expect(urls.get('al_2')?.offer).to.match(/^https:\/\/sms\.bank\.example\/v1\/l\/[0-9a-z]{13}$/);
    });

    it('are refused by name, whatever else the page holds', async () => {
      await open();
      const links = (target: string) => ({
        alerts: [{ alertId: 'al_1', customerId: 'mari', links: { offer: target } }],
      });
      expect(await codeOf(write(links('https://evil.example/')))).to.equal('short-link-target');
      expect(await codeOf(write({ lane: 'security' }))).to.equal('short-link-lane');
      expect(await codeOf(write({ ...links(TARGET), lane: 'otp' }))).to.equal('short-link-lane');
      expect(await rows()).to.deep.equal([]);
    });

    it('are off until the bank allows hosts and has an address', async () => {
      await open({});
      expect(await codeOf(write())).to.equal('short-link-target');
      await home.close();
      await open({ shortLinks: { ...shortLinks, address: undefined } });
      expect(await codeOf(write())).to.equal('short-links-off');
    });

    it('leave out whoever was erased, and go with whoever is', async () => {
      await open();
      await home.inTransaction((trx) => home.house.vault.keys.destroy(trx, customerSubject('default', 'jaan'), NOW));
      const { urls } = await write();
      expect([...urls.keys()]).to.deep.equal(['al_1']);
      await eraseCustomer(home.house, { entity: 'default', customerId: 'mari', actor: 'test' });
      expect(await rows()).to.deep.equal([]);
    });
  });
}
