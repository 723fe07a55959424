/** A database that is away, full or read-only: the sender is told to send again, nothing is half kept, and all goes on afterwards. */
import { expect } from 'chai';
import { createConnection } from 'mysql2/promise';
import { type FakeProvider, startFakeProvider } from '../adapters/fake-provider.js';
import { databases, sqlite } from '../support/databases.js';
import { type Mariadb, startMariadb } from '../support/mariadb.js';
import { waitFor } from '../support/wait-for.js';
import { type Answered, type AppUnderTest, event, GATEWAY_PASSWORD, openApp, told } from './app-under-test.js';

const ACCEPTED = { status: 202, body: '0: Accepted for delivery' };
const LONG = 'x'.repeat(100_000);

let gateway: FakeProvider;

async function gatewayConfig(): Promise<Record<string, unknown>> {
  const { baseUrl } = gateway;
  const adapters = [{ use: 'kannel', baseUrl, username: 'u', password: GATEWAY_PASSWORD }];
  return { sms: { senders: { default: 'BANK' }, adapters }, delivery: { attemptSeconds: 5 } };
}

function expectTrouble(answer: Answered): void {
  expect(told(answer)).to.deep.equal([503, 'database-unavailable']);
  expect(Number(answer.headers.get('retry-after'))).to.be.above(0);
}

/** The event is taken now, and its alert leaves, once. */
async function expectTaken(home: AppUnderTest, one: object): Promise<void> {
  const { status, body } = await home.send(one);
  expect([status, body.results?.[0]?.status]).to.deep.equal([200, 'accepted']);
  await home.settled(body.results[0].alerts[0].id, 'accepted');
}

beforeEach(async () => {
  gateway = await startFakeProvider();
  gateway.behave(ACCEPTED);
});
afterEach(() => gateway.stop());

describe('a SQLite file that cannot be written', () => {
  let home: AppUnderTest;

  beforeEach(async () => {
    home = await openApp(sqlite, { config: await gatewayConfig() });
    await home.register('7');
  });
  afterEach(() => home.close());

  const pragma = (text: string) => home.app.house.vault.database.knex.raw(`PRAGMA ${text}`);

  it('because it is full: 503 database-unavailable, nothing kept, and the same event accepted when there is room', async () => {
    const [{ page_count: pages }] = await pragma('page_count');
    await pragma(`max_page_count = ${pages + 2}`);
    const one = event({ data: { note: LONG } });
    expectTrouble(await home.send(one));
    expect(await home.storedIds()).to.deep.equal([]);
    // What is refused cannot be kept either: then it is not answered as refused, but to be sent again.
    expectTrouble(await home.send(event({ type: 'unknown', data: { note: LONG } })));
    expectTrouble(await home.send(`{"broken": "${LONG}`));
    await pragma(`max_page_count = ${pages + 10_000}`);
    await expectTaken(home, one);
    expect(await home.quarantine()).to.deep.equal([]);
  });

  it('because it is read-only: 503 database-unavailable, and the same event accepted when it no longer is', async () => {
    await pragma('query_only = ON');
    const one = event();
    expectTrouble(await home.send(one));
    expectTrouble(await home.send([event(), event()], { contentType: 'application/cloudevents-batch+json' }));
    expectTrouble(await home.ask('PUT', '/customers/new', {}));
    await pragma('query_only = OFF');
    await expectTaken(home, one);
    expect(await home.storedIds()).to.deep.equal([one.id]);
  });
});

describe('a MariaDB server that cannot be used', () => {
  let server: Mariadb;
  let home: AppUnderTest;

  before(async function () {
    if (!databases.some(({ name }) => name === 'MariaDB')) this.skip();
    server = await startMariadb();
    await asRoot(
      'CREATE DATABASE bank',
      "CREATE USER bank@'%' IDENTIFIED BY 'bank-password'",
      "GRANT ALL ON bank.* TO bank@'%'",
    );
  });
  after(() => server?.remove());

  beforeEach(async () => {
    const connection = { ...server.connection, user: 'bank', password: 'bank-password', database: 'bank' };
    const created = { config: { client: 'mysql2', connection }, drop: async () => {} };
    home = await openApp(created, { config: await gatewayConfig() });
  });
  afterEach(async () => {
    await server.start();
    await home?.close();
    await asRoot('DROP DATABASE bank', 'CREATE DATABASE bank');
  });

  async function asRoot(...statements: string[]): Promise<void> {
    const connection = await createConnection(server.connection);
    for (const sql of statements) await connection.query(sql);
    await connection.end();
  }

  it('because it is away: 503 database-unavailable meanwhile, and afterwards every event and alert', async () => {
    await home.register('7');
    await home.register('8');
    gateway.behave({ status: 503, body: 'later' });
    const early = (await home.send(event())).body.results[0].alerts[0].id;
    await waitFor(async () => (await home.ask('GET', `/alerts/${early}`)).body.alert.attempts > 0);
    gateway.behave(ACCEPTED);
    await server.kill();

    const one = event({ data: { accountId: '8' } });
    expectTrouble(await home.send(one));
    expectTrouble(await home.send(event({ type: 'unknown' })));
    expectTrouble(await home.ask('GET', '/customers/7'));
    expect((await fetch(`${home.url}/healthz`)).status, 'the process itself is well').to.equal(200);
    const ready = await fetch(`${home.url}/readyz`);
    expect([ready.status, ((await ready.json()) as { checks: { database: string } }).checks.database]).to.deep.equal([
      503,
      'unreachable',
    ]);
    expect(gateway.asked, 'nothing leaves that cannot be marked first').to.have.length(1);

    await server.start();
    await waitFor(async () => (await home.send(one)).status === 200, { what: 'the event to be accepted' });
    home.clock.ahead += 60_000;
    await home.settled(early, 'accepted');
    const again = await home.send(one);
    expect(told(again)).to.deep.equal([200, 'duplicate']);
    await home.settled(again.body.results[0].alerts[0].id, 'accepted');
    expect(gateway.asked).to.have.length(3);
  });

  it('because it went away while a message was on its way: the outcome is recorded afterwards, and nothing is sent twice', async () => {
    await home.register('7');
    let answer: (() => void) | undefined;
    gateway.behave((response) => {
      answer = () => response.writeHead(202).end(ACCEPTED.body);
    });
    const id = (await home.send(event())).body.results[0].alerts[0].id;
    await waitFor(() => answer, { what: 'the request at the gateway' });
    await server.kill();
    answer?.();
    await waitFor(() => home.log.some((line) => line.includes('outcomes could not be recorded')), { what: 'the log' });
    await server.start();
    await home.settled(id, 'accepted');
    expect(gateway.asked).to.have.length(1);
  });

  it('because it is read-only: 503 database-unavailable, and the same event accepted when it no longer is', async () => {
    await home.register('7');
    await asRoot('SET GLOBAL read_only = 1');
    const one = event();
    expectTrouble(await home.send(one));
    await asRoot('SET GLOBAL read_only = 0');
    await expectTaken(home, one);
    expect(await home.storedIds()).to.deep.equal([one.id]);
  });
});
