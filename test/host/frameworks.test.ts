/** The packed package in every framework that examples/hosts has: the same requests get the same answers. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type CreatedDatabase, databases, sqlite } from '../support/databases.js';
import { waitFor } from '../support/wait-for.js';
import { ADMIN, type Bank, startBank } from './bank-process.js';
import { createHost, type Host, packedPackage, readPackage } from './packed-host.js';

const EXAMPLES = 'examples/hosts';

interface Framework {
  name: string;
  program: string;
  instead?: Record<string, string>;
}

const FRAMEWORKS: readonly Framework[] = [
  { name: 'Express 5', program: 'express.js' },
  { name: 'Express 4', program: 'express.js', instead: { express: 'express4' } },
  { name: 'Fastify', program: 'fastify.js' },
  { name: 'NestJS, in CommonJS', program: 'nest.cjs' },
  { name: 'plain node:http', program: 'node-http.js' },
];

for (const [index, { name, program, instead }] of FRAMEWORKS.entries()) {
  // Each framework on one database, in turn: what a database changes is tested elsewhere.
  const database = databases[index % databases.length] ?? sqlite;
  describe(`mounted in ${name}, on ${database.name}`, () => {
    let created: CreatedDatabase;
    let host: Host;
    let bank: Bank;
    let proxy: Server;
    let outside: string;

    before(async () => {
      await packedPackage();
      created = await database.create();
      const dependencies = Object.keys(readPackage(EXAMPLES).dependencies ?? {});
      host = await createHost({ files: [EXAMPLES], dependencies, instead });
      bank = await startBank(host, created.config, program);
      proxy = await startProxy(bank.url);
      outside = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/online/bank`;
    });

    after(async () => {
      proxy?.close();
      await bank?.close();
      await created?.drop();
      host?.remove();
    });

    const ask = async (url: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(url, { headers });
      return { status: answer.status, text: await answer.text() };
    };

    it('registers a customer, takes a signed event, and prints the SMS', async () => {
      const withdrawal = event('w1', '400.00');
      const answers = [
        await bank.ask('PUT', '/ledgerbell/customers/ann', { phone: '+12015550100' }, ADMIN),
        await bank.ask('PUT', '/ledgerbell/accounts/ann', { holders: [{ customerId: 'ann', role: 'owner' }] }, ADMIN),
        await bank.send(withdrawal),
        await bank.send(withdrawal, { contentType: 'application/json' }),
      ];
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 200, 200]);
      expect([answers[2]?.body.accepted, answers[3]?.body.duplicates]).to.deep.equal([1, 1]);
      await waitFor(() => /400\.00/.test(bank.output()), { what: 'the SMS' });
    });

    it('refuses strangers and what is not signed, and answers what it does not know', async () => {
      const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
      const answers = [
        await bank.ask('GET', '/ledgerbell/customers/ann'),
        await bank.send(event('w2', '1.00'), { secret }),
        await bank.ask('GET', '/ledgerbell/nothing', undefined, ADMIN),
        await bank.ask('GET', '/ledgerbell/alerts?limit=none', undefined, ADMIN),
      ];
      expect(answers.map(({ body }) => body.code)).to.deep.equal([
        'unauthenticated',
        'signature-invalid',
        'not-found',
        'request-invalid',
      ]);
    });

    it('answers behind a proxy that has a path of its own, where pages and lists still lead to themselves', async () => {
      expect((await ask(`${outside}/ledgerbell/healthz`)).status).to.equal(200);
      const listed = await ask(`${outside}/ledgerbell/alerts`, { 'x-badge': ADMIN });
      expect(listed.status).to.equal(200);
      expect(JSON.parse(listed.text).items).to.have.length.above(0);
      expect((await ask(`${outside}/ledgerbell/docs`)).status).to.equal(200);
      expect((await ask(`${outside}/ledgerbell/openapi.json`)).text).to.include('"openapi"');
      const page = await ask(`${outside}/ledgerbell/verify/AAAA-AAAA`);
      expect([200, 404]).to.include(page.status);
    });

    it('leaves the host its own body parser and paths', async () => {
      expect((await bank.ask('POST', '/echo', { still: 'mine' })).body).to.deep.equal({ still: 'mine' });
    });

    it('puts its figures into the host’s registry', async () => {
      const { text } = await ask(`${bank.url}/metrics`);
      expect(text).to.include('ledgerbell_events_total{status="accepted"} 1');
    });

    it('stops when the host does, and the process ends by itself', async () => {
      expect(await bank.close()).to.be.oneOf([0, null]);
      expect(bank.output()).not.to.match(/"level":"error"|\+?120155501\d\d|whsec_/);
    });
  });
}

/** As a bank's gateway is: it takes its own path away, and says where a request came from. */
async function startProxy(target: string): Promise<Server> {
  const server = createServer((req, res) => {
    const path = String(req.url).replace(/^\/online\/bank/, '');
    const headers = { ...req.headers, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    const forwarded = httpRequest(target + path, { method: req.method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    req.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function event(id: string, amount: string) {
  return {
    specversion: '1.0',
    id,
    source: 'core',
    type: 'transaction.posted',
    time: new Date().toISOString(),
    data: { accountId: 'ann', direction: 'debit', amount, currency: 'EUR', kind: 'cash-withdrawal' },
  };
}
