import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { FetchTemplate, MappingDocument } from '../../src/contracts/source.js';
import { replayAllQuarantined } from '../../src/flows/replay-quarantine.js';
import { listEvents } from '../../src/store/list-events.js';
import { listQuarantine } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { mappingOf, openSources, type SourcesUnderTest, sourceOf } from './sources-under-test.js';

const FETCH: FetchTemplate = { name: 'transaction', path: "join('/', ['transactions', id])", credentials: 'api' };

const thin = (fetch: Partial<FetchTemplate> = {}, more: Partial<MappingDocument> = {}): MappingDocument =>
  mappingOf({
    fetch: [{ ...FETCH, ...fetch }],
    cases: [
      {
        name: 'all',
        events: [
          {
            type: 'transaction.posted',
            id: 'id',
            time: '$fetched.transaction.at',
            data: {
              accountId: '$fetched.transaction.account',
              direction: "'debit'",
              amount: "money($fetched.transaction.amount, 'EUR')",
              currency: "'EUR'",
              kind: "'transfer'",
            },
          },
        ],
      },
    ],
    ...more,
  });

const ANSWER = '{"at":"2026-11-10T09:30:00Z","account":"704","amount":70368744177664.01}';

/** The platform's own API: what it was asked, and what it answers next. */
interface Platform {
  asked: { path: string; authorization?: string }[];
  answers: { status: number; body?: string; location?: string }[];
  usual: { status: number; body?: string };
  server: Server;
  baseUrl: string;
}

async function openPlatform(): Promise<Platform> {
  const platform: Omit<Platform, 'server' | 'baseUrl'> = {
    asked: [],
    answers: [],
    usual: { status: 200, body: ANSWER },
  };
  const server = createServer((req, res) => {
    platform.asked.push({ path: req.url ?? '', authorization: req.headers.authorization });
    const { status, body, location } = { location: undefined, ...(platform.answers.shift() ?? platform.usual) };
    res.writeHead(status, location === undefined ? {} : { location });
    res.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  return Object.assign(platform, { server, baseUrl });
}

for (const database of databases) {
  describe(`thin events, on ${database.name}`, () => {
    let platform: Platform;
    let service: SourcesUnderTest;

    const use = (document: MappingDocument): void => {
      const credentials = new Map([
        ['api', { baseUrl: platform.baseUrl, headers: { authorization: 'Bearer of-the-test' } }],
      ]);
      service.sources.set('core', sourceOf(document, { credentials }));
    };
    const events = () => listEvents(service.database, service.database.knex, { entity: 'default', limit: 10 } as never);
    const open = () => listQuarantine(service.database, service.database.knex, { limit: 10, open: true });

    beforeEach(async () => {
      platform = await openPlatform();
      service = await openSources(database, new Map([['core', sourceOf(thin())]]), { only: ['transfer-made'] });
      use(thin());
    });
    afterEach(async () => {
      await service.close();
      platform.server.closeAllConnections();
      await new Promise((resolve) => platform.server.close(resolve));
    });

    it('are completed by what is fetched, digit for digit', async () => {
      expect((await service.post({ id: 't-1' })).body).to.include({ accepted: 1 });
      expect(platform.asked).to.deep.equal([{ path: '/api/v1/transactions/t-1', authorization: 'Bearer of-the-test' }]);
      expect((await service.post({ id: 't-1' })).body).to.include({ duplicates: 1 });
    });

    it('are asked for once where an answer may be used again', async () => {
      use(thin({ cacheSeconds: 60 }));
      await service.post({ id: 't-1' });
      await service.post({ id: 't-1' });
      expect(platform.asked).to.have.length(1);
    });

    it('are tried again, and sent again by the platform where nothing helps: nothing is kept half', async () => {
      platform.answers.push({ status: 500 });
      expect((await service.post({ id: 't-1' })).body).to.include({ accepted: 1 });
      expect(platform.asked).to.have.length(2);
      platform.usual = { status: 500 };
      const failed = await service.post({ id: 't-2' });
      expect([failed.status, failed.body.code]).to.deep.equal([503, 'source-fetch-failed']);
      expect(await events()).to.have.length(1);
      expect(await open()).to.deep.equal([]);
      platform.usual = { status: 200, body: ANSWER };
      expect((await service.post({ id: 't-2' })).body).to.include({ accepted: 1 });
    });

    it('answer in the words of the platform where they have to come again', async () => {
      platform.usual = { status: 500 };
      use(
        thin(
          {},
          { acknowledge: { retry: { status: 200, contentType: 'application/json', body: '{"success_code":"5"}' } } },
        ),
      );
      const { status, text } = await service.post({ id: 't-1' });
      expect([status, text]).to.deep.equal([200, '{"success_code":"5"}']);
    });

    it('are kept where the mapping says so, and taken once the platform answers', async () => {
      use(thin({ onFailure: 'quarantine' }));
      platform.usual = { status: 404 };
      expect((await service.post({ id: 't-1' })).body).to.include({ code: 'mapping-fetch' });
      expect((await open()).map(({ code }) => code)).to.deep.equal(['mapping-fetch']);
      platform.usual = { status: 200, body: ANSWER };
      const outcomes: string[] = [];
      await replayAllQuarantined(service.house, ({ outcome }) => outcomes.push(outcome));
      expect(outcomes).to.deep.equal(['accepted']);
    });

    it('never leave what is configured, whatever an id says', async () => {
      const ids = [
        '../../admin',
        '..',
        '..%2f..%2fadmin',
        '%2e%2e/x',
        'a b',
        'a#b',
        'a\\..\\..\\b',
        `a\u0000b`,
        'x'.repeat(2000),
      ];
      for (const id of ids) {
        const { body } = await service.post({ id });
        const asked = platform.asked.map(({ path }) => path);
        expect(
          asked.filter((path) => !path.startsWith('/api/v1/')),
          id,
        ).to.deep.equal([]);
        expect(body.rejected === 1 || asked.at(-1)?.startsWith('/api/v1/transactions'), id).to.equal(true);
      }
      expect(platform.asked.every(({ path }) => !path.includes('admin'))).to.equal(true);
    });

    it('follow no redirect, and take nothing that is no JSON', async () => {
      use(thin({ onFailure: 'quarantine' }));
      platform.answers.push({ status: 302, location: '/elsewhere' });
      expect((await service.post({ id: 't-1' })).body.code).to.equal('mapping-fetch');
      platform.answers.push({ status: 200, body: '<html>' });
      expect((await service.post({ id: 't-2' })).body.code).to.equal('mapping-fetch');
      expect(platform.asked.map(({ path }) => path)).to.deep.equal([
        '/api/v1/transactions/t-1',
        '/api/v1/transactions/t-2',
      ]);
    });
  });
}
