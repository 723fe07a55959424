import { expect } from 'chai';
import { DEFAULT_SHORT_LINK_SETTINGS } from '../../src/core/message/short-link-settings.js';
import { makeShortLinks } from '../../src/flows/short-links/make-short-links.js';
import { purgeCodesAndLinks } from '../../src/flows/verify/purge-codes-and-links.js';
import { insertShortLinks } from '../../src/store/short-links.js';
import { databases } from '../support/databases.js';
import { NOW } from '../support/house.js';
import { ruleSet } from '../support/rules.js';
import { openService, type ServiceOptions, type ServiceUnderTest } from './service-under-test.js';

const TARGET = 'https://bank.example/laen?kellele=jüri#tingimused';
const LED = 'https://bank.example/laen?kellele=j%C3%BCri#tingimused';
const DAY = 86_400_000;
const HOUR = 3_600_000;
const hosts = ['bank.example'];
const LINKS = { ...DEFAULT_SHORT_LINK_SETTINGS, hosts, address: 'https://go.bank.example' };
const PERSON =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';

for (const database of databases) {
  describe(`following a short link, on ${database.name}`, () => {
    let service: ServiceUnderTest;
    const open = async (options: ServiceOptions = {}) => {
      service = await openService(database, { source: ruleSet(), house: { shortLinks: LINKS }, ...options });
    };
    afterEach(() => service.close());

    /** The token of one link to `TARGET`. */
    const link = async (endsAt = NOW + DAY): Promise<string> => {
      const alerts = [{ alertId: 'al_1', customerId: 'jüri', links: { loan: TARGET } }];
      const urls = await service.inTransaction(async (trx) => {
        const page = { entity: 'default', lane: 'service' as const, groupId: 'g', at: NOW, endsAt, alerts };
        const made = await makeShortLinks(service.house, trx, page);
        await insertShortLinks(service.database, trx, made.rows);
        return made.urls;
      });
      return urls.get('al_1')?.loan?.slice(-13) ?? '';
    };
    const follow = (token: string, headers: Record<string, string> = {}, method = 'GET') =>
      service.fetch(`/l/${encodeURIComponent(token)}`, {
        method,
        headers: { 'user-agent': PERSON, ...headers },
        redirect: 'manual',
      });
    const clickedAt = async () => {
      const row = await service.database.knex(service.database.table('short_links')).first();
      return row.clicked_at === null ? undefined : Number(row.clicked_at);
    };

    it('leads on, tells nobody from where, and is kept by nobody', async () => {
      await open();
      const answer = await follow(await link());
      expect(answer.status).to.equal(302);
      expect(await answer.text()).to.equal('');
      const { headers } = answer;
      expect(headers.get('location')).to.equal(LED);
      expect(headers.get('referrer-policy')).to.equal('no-referrer');
      expect(headers.get('cache-control')).to.equal('no-store');
      expect(headers.get('x-robots-tag')).to.equal('noindex, nofollow');
      expect(headers.get('set-cookie')).to.equal(null);
    });

    it('reads the token as people type it', async () => {
      await open();
      const token = await link();
      for (const typed of [token.toUpperCase(), `${token.slice(0, 5)}-${token.slice(5)}`, token.replaceAll('0', 'o')])
        expect((await follow(typed)).status, typed).to.equal(302);
    });

    it('counts the first time and no other', async () => {
      await open();
      const token = await link();
      service.clock.now = NOW + 5;
      await Promise.all(Array.from({ length: 5 }, () => follow(token)));
      expect(await clickedAt()).to.equal(NOW + 5);
      service.clock.now = NOW + 9;
      expect((await follow(token)).status).to.equal(302);
      expect(await clickedAt()).to.equal(NOW + 5);
    });

    it('counts no program that only looks', async () => {
      await open();
      const token = await link();
      const head = await fetch(`${service.url}/l/${token}`, {
        method: 'HEAD',
        headers: { 'user-agent': PERSON },
        redirect: 'manual',
      });
      expect([head.status, head.headers.get('location')]).to.deep.equal([302, LED]);
      const agents = [
        'WhatsApp/2.23.20.0 A',
        'TelegramBot (like TwitterBot)',
        // What a phone of Apple's says when it makes a preview of a message.
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
        'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
        '',
      ];
      for (const agent of agents) expect((await follow(token, { 'user-agent': agent })).status, agent).to.equal(302);
      for (const name of ['sec-purpose', 'purpose', 'x-moz'])
        expect((await follow(token, { [name]: 'prefetch;prerender' })).status).to.equal(302);
      expect(await clickedAt()).to.equal(undefined);
      await follow(token);
      expect(await clickedAt()).to.equal(NOW);
    });

    it('shows the same page for a link that expired, was never made, or whose customer or host is gone', async () => {
      await open();
      const token = await link();
      const page = async (typed: string, language = 'en') => {
        const answer = await follow(typed, { 'accept-language': language });
        expect(answer.status, typed).to.equal(404);
        return answer.text();
      };
      const unknown = await page('0000000000000');
      expect(unknown).to.include('<html lang="en">').and.to.include('This link leads nowhere');
      expect(await page('et'.repeat(30), 'et')).to.include('See link ei vii kuhugi');
      service.clock.now = NOW + DAY;
      expect(await page(token)).to.equal(unknown);
      expect(await clickedAt()).to.equal(undefined);
      service.clock.now = NOW;
      hosts.push('other.example');
      hosts.shift();
      expect(await page(token)).to.equal(unknown);
      hosts.unshift('bank.example');
      expect((await follow(token)).status).to.equal(302);
      await service.as('admin')('DELETE', `/customers/${encodeURIComponent('jüri')}`);
      expect(await page(token)).to.equal(unknown);
    });

    it('is told to the customer with everything else that is known of them', async () => {
      await open();
      await service.as('admin')('PUT', `/customers/${encodeURIComponent('jüri')}`, { name: 'Jüri' });
      await follow(await link());
      const { body } = await service.as('admin')('GET', `/customers/${encodeURIComponent('jüri')}/export`);
      const [madeAt, endsAt] = [NOW, NOW + DAY].map((at) => new Date(at).toISOString());
      expect(body.links).to.deep.equal([{ alertId: 'al_1', name: 'loan', madeAt, endsAt, firstFollowedAt: madeAt }]);
    });

    it('lets one address follow so many and no more, and others go on', async () => {
      const limits = { address: { count: 4, periodMs: HOUR }, overall: { count: 6, periodMs: HOUR } };
      await open({
        house: { shortLinks: { ...LINKS, limits } },
        host: (app) => app.set('trust proxy', 'loopback'),
      });
      const token = await link();
      const from = (address: string) => follow(token, { 'x-forwarded-for': address });
      const statuses = await Promise.all(Array.from({ length: 9 }, async () => (await from('192.0.2.1')).status));
      expect(statuses.filter((status) => status === 302)).to.have.length(4);
      const limited = await from('192.0.2.1');
      expect([limited.status, limited.headers.get('retry-after')]).to.deep.equal([429, '600']);
      expect(await limited.text()).to.include('Too many links were opened');
      expect((await from('192.0.2.2')).status).to.equal(302);
      expect((await from('192.0.2.3')).status).to.equal(302);
      expect((await from('192.0.2.4')).status, 'the limit for all').to.equal(429);
      const kept = JSON.stringify(await service.database.knex(service.database.table('quotas')));
      expect(kept).not.to.include('192.0.2');
      service.clock.now += 2 * HOUR;
      expect((await from('192.0.2.1')).status).to.equal(302);
    });

    it('answers GET and HEAD only', async () => {
      await open();
      const answer = await follow(await link(), {}, 'POST');
      expect([answer.status, answer.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD']);
      expect(await clickedAt()).to.equal(undefined);
    });

    it('is purged a month after it expired', async () => {
      await open();
      await link(NOW + DAY);
      service.clock.now = NOW + 31 * DAY;
      expect(await purgeCodesAndLinks(service.house)).to.equal(0);
      service.clock.now += 1;
      expect(await purgeCodesAndLinks(service.house)).to.equal(1);
    });
  });
}
