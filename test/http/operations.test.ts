import { expect } from 'chai';
import { keepInQuarantine } from '../../src/store/quarantine.js';
import { databases, sqlite } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

for (const kind of databases) {
  describe(`operations over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let admin: Ask;

    beforeEach(async () => {
      service = await openService(kind);
      admin = service.as('admin');
    });
    afterEach(() => service.close());

    it('show the active rules with what customers may change', async () => {
      const { body } = await admin('GET', '/rules');
      expect(body.ruleSet).to.equal(service.house.ruleSet().id);
      const rule = body.rules.find(({ name }: { name: string }) => name === 'large-withdrawal');
      expect(rule).to.deep.include({ topic: 'large-withdrawal', lane: 'security', fires: 'each', notify: 'customer' });
      expect(rule.parameters.limit.customerMayChange.min.EUR).to.equal('50.00');
      expect(body.topics['password-changed'].consent).to.equal('mandatory');
    });

    it('show the configuration as it was masked', async () => {
      expect((await admin('GET', '/config')).body).to.deep.equal({ http: { port: 8080 }, apiKeys: '***' });
    });

    it('list the quarantine newest first, without bodies', async () => {
      await service.inTransaction(async (trx) => {
        for (const code of ['type-unknown', 'data-invalid', 'time-missing']) {
          const entry = {
            receivedAt: 1,
            origin: 'events',
            code,
            path: '/type',
            message: 'no',
            body: Buffer.from('secret'),
          };
          await keepInQuarantine(service.house.vault, trx, entry);
        }
      });
      const first = await admin('GET', '/quarantine?limit=2&open=true');
      const second = await admin('GET', `/quarantine?limit=2&after=${first.body.next}`);
      const codes = [first, second].flatMap(({ body }) => body.items.map(({ code }: { code: string }) => code));
      expect(codes).to.deep.equal(['time-missing', 'data-invalid', 'type-unknown']);
      expect(JSON.stringify(first.body)).to.not.include('secret');
      expect((await admin('GET', '/quarantine?open=perhaps')).body.path).to.equal('?open');
    });

    it('page through the audit, oldest first, also about one subject', async () => {
      for (const id of ['a', 'b', 'c']) await admin('PUT', `/customers/${id}`, { name: id });
      const first = await admin('GET', '/audit?limit=2');
      const second = await admin('GET', `/audit?limit=2&after=${first.body.next}`);
      const sequences = [first, second].flatMap(({ body }) =>
        body.items.map(({ sequence }: { sequence: number }) => sequence),
      );
      expect(sequences).to.deep.equal([1, 2, 3]);
      const about = await service.as('auditor')('GET', '/audit?subject=default/customer:b');
      expect(about.body.items).to.have.length(1);
      expect(about.body.items[0]).to.deep.include({ actor: 'admin', action: 'customer-created' });
    });

    it('answer 503 and when to try again while the database is away, and nothing of the error', async () => {
      const quiet: string[] = [];
      service.house.log.warn = (fields, message) => quiet.push(JSON.stringify(fields) + message);
      await service.database.knex.destroy();
      const answer = await admin('PUT', '/customers/2', { phone: '+37251234567' });
      expect(answer.status).to.equal(503);
      expect(answer.body.code).to.equal('database-unavailable');
      expect(answer.headers.get('retry-after')).to.equal('5');
      expect(quiet.join()).to.include('database-unavailable').and.not.include('51234567');
      service.database.knex.initialize();
    });
  });
}

describe('the documentation over HTTP', () => {
  for (const mount of ['/v1', '/plugins/bank/sms']) {
    it(`is served under ${mount}, from here alone, and needs no key`, async () => {
      const service = await openService(sqlite, { mount });
      try {
        const document = await service.anonymous('GET', '/openapi.json');
        expect(document.body.openapi).to.equal('3.1.0');
        expect(document.body.servers).to.deep.equal([{ url: mount }]);
        const docs = await service.anonymous('GET', '/docs');
        expect(docs.status).to.equal(302);
        const page = await fetch(`${service.url}/docs`);
        expect(page.url).to.equal(`${service.url}/docs/`);
        const html = await page.text();
        expect(html).to.not.match(/https?:\/\//);
        expect(html).to.not.match(/<script>|<style>| on\w+=/);
        expect(page.headers.get('content-security-policy')).to.include("default-src 'none'; script-src 'self'");
        for (const [, asset = ''] of html.matchAll(/(?:src|href)="([^"d][^"]*)"/g)) {
          const answer = await fetch(new URL(asset, page.url));
          expect(answer.status, asset).to.equal(200);
          const text = await answer.text();
          if (asset === 'start.js') expect(text).to.include("url: '../openapi.json'").and.include('validatorUrl: null');
          expect(answer.headers.get('content-type'), asset).to.match(/javascript|css/);
        }
        expect((await fetch(new URL('../openapi.json', page.url))).status).to.equal(200);
      } finally {
        await service.close();
      }
    });
  }
});
