import { expect } from 'chai';
import { DEFAULT_VERIFY_SETTINGS } from '../../src/core/message/verify-settings.js';
import { networkOf } from '../../src/flows/take-turn.js';
import { purgeCodesAndLinks } from '../../src/flows/verify/purge-codes-and-links.js';
import { databases } from '../support/databases.js';
import { CUSTOMER, openPages, type PagesUnderTest } from './pages-under-test.js';

const CODE = /[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}/;
const HOUR = 3_600_000;
const MANY = { count: 100_000, periodMs: HOUR };
const OPEN = { ...DEFAULT_VERIFY_SETTINGS, append: { security: true }, limits: { address: MANY, overall: MANY } };

for (const database of databases) {
  describe(`did my bank send this, on ${database.name}`, () => {
    let world: PagesUnderTest;

    afterEach(() => world.close());

    const ask = (code: string) => world.anonymous('GET', `/verify/${encodeURIComponent(code)}`);
    const codeOf = async (amount: string) => CODE.exec((await world.debit(amount)).join('\n'))?.[0] ?? '';

    it('answers topic, time and a masked number, without a key, and never the text', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const [text = ''] = await world.debit('200.00');
      expect(text).to.match(new RegExp(`^A large amount left your account.\nCheck: ${CODE.source}$`));
      const { status, body } = await ask(CODE.exec(text)?.[0] ?? '');
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        genuine: true,
        topic: 'large-withdrawal',
        title: 'Large amounts',
        sentAt: new Date(world.clock.now).toISOString(),
        number: '+3725***67',
      });
    });

    it('prints the code where a text names it, in a lane that appends none', async () => {
      world = await openPages(database, { house: { verify: { ...OPEN, append: {} } } });
      const texts = await world.debit('600.00');
      expect(texts.sort()[0]).to.equal('A large amount left your account.');
      expect(texts.sort()[1]).to.match(new RegExp(`^Look up ${CODE.source}.$`));
      expect((await ask(CODE.exec(texts.join(' '))?.[0] ?? '')).body.genuine).to.equal(true);
    });

    it('reads a code as people type it', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      for (const typed of [
        code.toLowerCase(),
        code.replace('-', ''),
        ` ${code.replace('-', ' ')} `,
        code.replaceAll('0', 'o'),
      ]) {
        expect((await ask(typed)).body.genuine, typed).to.equal(true);
      }
    });

    it('answers alike whatever is wrong with a code', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      const other = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
      for (const wrong of [other, '00000-00000', 'x', '0'.repeat(39), '💥']) {
        const { status, body } = await ask(wrong);
        expect([status, body], wrong).to.deep.equal([200, { genuine: false }]);
      }
      world.clock.now += OPEN.keptMs;
      expect((await ask(code)).body).to.deep.equal({ genuine: false });
      expect(await purgeCodesAndLinks(world.house)).to.equal(1);
    });

    it('knows nothing of a customer who was erased', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      await world.as('admin')('DELETE', `/customers/${CUSTOMER}`);
      expect((await ask(code)).body).to.deep.equal({ genuine: false });
    });

    it('names the number that it was sent to, also after that was changed', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      await world.bank('PUT', `/customers/${CUSTOMER}`, { phone: '+37255550000' });
      expect((await ask(code)).body.number).to.equal('+3725***67');
    });

    it('keeps no code in the database', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      const { knex } = world.database;
      for (const table of ['verify_codes', 'alerts', 'audit']) {
        const rows = JSON.stringify(await knex(world.database.table(table)));
        expect(rows).not.to.include(code);
        expect(rows).not.to.include(Buffer.from(code).toString('hex'));
      }
    });

    it('takes as long for a code that is not there as for one that is', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      // In turns, so that whatever else the machine does falls on all three.
      const times = [code, '00000-00000', '?'].map((typed) => ({ typed, took: [] as number[] }));
      for (let round = 0; round < 15; round++) {
        for (const { typed, took } of times) {
          const started = performance.now();
          await ask(typed);
          took.push(performance.now() - started);
        }
      }
      const [known = 0, unknown = 0, malformed = 0] = times.map(({ took }) => took.sort((a, b) => a - b)[7] ?? 0);
      console.log(
        `        medians: known ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)}, malformed ${malformed.toFixed(1)}`,
      );
      for (const one of [unknown, malformed]) expect(Math.abs(one - known)).to.be.below(75);
    });

    it('lets one address ask so often and no more, and others still ask', async () => {
      const limits = { address: { count: 5, periodMs: HOUR }, overall: { count: 12, periodMs: HOUR } };
      world = await openPages(database, {
        house: { verify: { ...OPEN, limits } },
        host: (app) => app.set('trust proxy', 'loopback'),
      });
      const code = await codeOf('200.00');
      const from = async (address: string, typed: string) =>
        world.anonymous('GET', `/verify/${typed}`, undefined, { 'x-forwarded-for': address });
      const tries = await Promise.all(Array.from({ length: 20 }, () => from('192.0.2.1', '00000-00000')));
      expect(tries.filter(({ status }) => status === 200)).to.have.length(5);
      const limited = tries.find(({ status }) => status === 429);
      expect(limited?.body.code).to.equal('verify-limited');
      expect(limited?.headers.get('retry-after')).to.equal('600');
      // Whoever is over their own limit uses up nothing of the others'.
      expect((await from('192.0.2.2', code)).body.genuine).to.equal(true);
      // One network of IPv6 is one who asks.
      for (let at = 1; at <= 5; at++) expect((await from(`2001:db8::${at}`, code)).status).to.equal(200);
      expect((await from('2001:db8::ffff', code)).status).to.equal(429);
      expect((await from('192.0.2.3', code)).status).to.equal(200);
      expect((await from('192.0.2.4', code)).status, 'the limit for all').to.equal(429);
      world.clock.now += 2 * HOUR;
      expect((await from('192.0.2.1', code)).status).to.equal(200);
    });

    it('is a page for a browser, in its language', async () => {
      world = await openPages(database, { house: { verify: OPEN } });
      const code = await codeOf('200.00');
      const browse = (path: string, language: string) =>
        fetch(`${world.url}${path}`, { headers: { accept: 'text/html,*/*;q=0.8', 'accept-language': language } });
      const form = await browse(`/verify?code=${code}`, 'et');
      expect(form.url).to.equal(`${world.url}/verify/${code}`);
      expect(await form.text())
        .to.include('<html lang="et">')
        .and.to.include('Suured summad');
      expect(await (await browse('/verify/none', 'en-GB')).text()).to.include('We know no message with this code');
    });
  });
}

describe('who asks', () => {
  it('is an IPv4 address, or the 64-bit network of an IPv6 one', () => {
    expect(networkOf('192.0.2.7')).to.equal('192.0.2.7');
    expect(networkOf('::ffff:192.0.2.7')).to.equal('192.0.2.7');
    expect(networkOf('2001:0DB8:0:1:2:3:4:5')).to.equal('2001:db8:0:1');
    expect(networkOf('2001:db8:0:1::9')).to.equal('2001:db8:0:1');
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0:0');
    expect(networkOf('::1')).to.equal('0:0:0:0');
    expect(networkOf('nonsense')).to.equal('unknown');
  });
});
