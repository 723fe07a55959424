// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that
/** `ledgerbell doctor` against real databases, real HTTP servers and real files. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../scripts/free-port.mjs';
import { type App, createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config/load-config.js';
import type { Finding } from '../../src/flows/doctor/finding.js';
import { CHECKS } from '../../src/flows/doctor/run-doctor.js';
import { openDatabase } from '../../src/store/database.js';
import { migrateDatabase } from '../../src/store/migrate.js';
import { type CliUnderTest, cliUnderTest } from '../cli/cli-under-test.js';
import { type CreatedDatabase, databases, mariadb } from '../support/databases.js';

const KEY = 'd'.repeat(64);
const TELNYX = { use: 'telnyx', apiKey: 'a key of the bank', publicKey: Buffer.alloc(32, 1).toString('base64') };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Provider {
  url: string;
  /** `GET /path` of each request. */
  asked: string[];
  status: number;
  /** Milliseconds that its clock is ahead of ours. */
  ahead: number;
  close(): void;
}

async function startProvider(): Promise<Provider> {
  const provider: Provider = { url: '', asked: [], status: 404, ahead: 0, close: () => server.close() };
  const server: Server = createServer((req, res) => {
    provider.asked.push(`${req.method} ${req.url}`);
    res.setHeader('date', new Date(Date.now() + provider.ahead).toUTCString());
    res.writeHead(provider.status, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

for (const database of databases) {
  describe(`the doctor, on ${database.name}`, () => {
    let cli: CliUnderTest;
    let created: CreatedDatabase;
    let provider: Provider;
    let app: App | undefined;
    let port: number;

    beforeEach(async () => {
      cli = cliUnderTest();
      created = await database.create();
      provider = await startProvider();
      port = await freePort();
    });
    afterEach(async () => {
      await app?.stop();
      app = undefined;
      provider.close();
      await created.drop();
      cli.remove();
    });

    function documentOf(more: object = {}) {
      const { client, connection } = created.config as { client: string; connection: object };
      return {
        http: { port, publicUrl: `http://127.0.0.1:${port}/v1` },
        database: { client, connection },
        ingest: { signature: { secrets: ['a secret of the core system'] } },
        encryption: { keys: [{ id: 'one', key: KEY }] },
        rules: [resolve('rules')],
        sms: { adapters: [{ ...TELNYX, baseUrl: provider.url }] },
        ...more,
      };
    }

    /** What it finds, by check and subject, and its exit code. */
    async function examine(
      document: object,
    ): Promise<{ code: number | null; of(check: string, subject: string): Finding; all: Finding[] }> {
      cli.configure(document);
      chmodSync(join(cli.folder, 'ledgerbell.config.json'), 0o600);
      const { code, stdout, stderr } = await cli.run(['doctor', '--json']);
      if (stdout === '') throw new Error(stderr);
      const { findings } = JSON.parse(stdout) as { findings: Finding[] };
      const of = (check: string, subject: string): Finding => {
        const found = findings.find((one) => one.check === check && one.subject === subject);
        if (found === undefined) throw new Error(`nothing about ${check}, ${subject} in ${stdout}`);
        return found;
      };
      return { code, of, all: findings };
    }

    it('finds nothing to mend where all is well, with the service running', async () => {
      const document = documentOf();
      app = await createApp(parseConfig(document, { env: {}, folder: cli.folder }), { log: silent });
      await app.start();
      const { code, all, of } = await examine(document);
      expect(all.filter(({ health }) => health === 'fail')).to.deep.equal([]);
      expect(code).to.equal(0);
      expect(of('database', 'schema').health).to.equal('ok');
      expect(of('rules', 'rules').message).to.include('what the files say runs');
      expect(of('callbacks', 'http.publicUrl').message).to.match(/https|leads/);
      expect(of('callbacks', 'telnyx').health).to.equal('ok');
      expect(of('clock', 'telnyx').health).to.equal('ok');
      expect(new Set(all.map(({ check }) => check))).to.include.all.keys(
        'database',
        'privileges',
        'disk',
        'time zones',
      );
    });

    it('never sends: a provider is only asked about a message that does not exist', async () => {
      const { of } = await examine(documentOf());
      expect(of('providers', 'telnyx').health).to.equal('ok');
      expect(provider.asked.length).to.be.above(0);
      expect(provider.asked.filter((one) => !/^GET \/messages\/[0-9a-f-]{36}$/.test(one))).to.deep.equal([]);
    });

    it('tells credentials that are refused, and a clock that is off, without the credentials', async () => {
      provider.status = 401;
      provider.ahead = -120_000;
      const { code, all, of } = await examine(documentOf());
      expect(code).to.equal(1);
      expect(
        all.filter(({ check, health }) => check === 'providers' && health === 'fail').map(({ message }) => message),
      ).to.deep.equal(['does not take our credentials (401)']);
      expect(of('clock', 'telnyx').health).to.equal('fail');
      expect(of('clock', 'telnyx').message).to.match(/^our clock is 1[12]\d\.\d s ahead of its$/);
      expect(JSON.stringify(all)).not.to.include('a key of the bank').and.not.to.include(KEY);
    });

    it('tells an address that is not there, a name that is not known, and an address that leads elsewhere', async () => {
      const adapters = [
        { use: 'kannel', baseUrl: `http://127.0.0.1:${await freePort()}`, username: 'u', password: 'p' },
        { use: 'kannel', name: 'far', baseUrl: 'http://gateway.invalid', username: 'u', password: 'p' },
      ];
      const document = documentOf({ sms: { adapters } });
      app = await createApp(parseConfig(document, { env: {}, folder: cli.folder }), { log: silent });
      await app.start();
      const { code, of, all } = await examine({ ...document, http: { port, publicUrl: `${provider.url}/v1` } });
      expect(code).to.equal(1);
      expect(of('providers', 'kannel').message).to.include('ECONNREFUSED');
      expect(of('providers', 'far').message).to.equal('the name gateway.invalid is not known');
      const outer = all.filter(({ check, health }) => check === 'callbacks' && health === 'fail');
      expect(outer.map(({ message }) => message)).to.deep.equal([
        'does not lead to this service, which runs: it answers 404',
      ]);
    });

    it('tells what the schema lacks, and that nobody approved rules', async () => {
      const store = openDatabase({ config: created.config, tablePrefix: 'lb_' });
      await store.knex.raw('select 1');
      await store.close();
      const first = await examine(documentOf({ migrate: 'check', activation: { mode: 'manual' } }));
      expect([first.code, first.of('database', 'schema').health]).to.deep.equal([1, 'fail']);
      expect(first.of('rules', 'rules').mend).to.include('ledgerbell rules approve');
      const again = openDatabase({ config: created.config, tablePrefix: 'lb_' });
      await migrateDatabase(again);
      await again.close();
      expect((await examine(documentOf({ migrate: 'check' }))).of('database', 'schema').health).to.equal('ok');
    });

    it('tells who else may read or change secrets, and writes nothing itself', async () => {
      const file = cli.write('provider-key', 'a key from a file');
      chmodSync(cli.folder, 0o755);
      chmodSync(file, 0o646);
      const adapters = [{ ...TELNYX, baseUrl: provider.url, apiKey: '${file:provider-key}' }];
      const { of, all } = await examine(documentOf({ sms: { adapters } }));
      expect(of('secrets', file).health).to.equal('fail');
      chmodSync(file, 0o644);
      expect((await examine(documentOf({ sms: { adapters } }))).of('secrets', file).health).to.equal('warn');
      chmodSync(file, 0o600);
      expect((await examine(documentOf({ sms: { adapters } }))).of('secrets', file).health).to.equal('ok');
      chmodSync(file, 0o644);
      chmodSync(cli.folder, 0o700);
      expect((await examine(documentOf({ sms: { adapters } }))).of('secrets', file).health).to.equal('ok');
      expect(JSON.stringify(all)).not.to.include('a key from a file');
      expect(readdirSync(cli.folder).sort()).to.deep.equal(['ledgerbell.config.json', 'provider-key']);
    });

    it('says nothing of a configuration that only refers to its secrets', async () => {
      cli.write('key', KEY);
      cli.write('secret', 'a secret of the core system');
      const document = documentOf({
        ingest: { signature: { secrets: ['${file:secret}'] } },
        encryption: { keys: [{ id: 'one', key: '${file:key}' }] },
        sms: { adapters: [{ use: 'terminal' }] },
      });
      const { all } = await examine(document);
      const looked = all.filter(({ check }) => check === 'secrets').map(({ subject }) => basename(subject));
      expect(looked).to.include.members(['key', 'secret']);
      expect(looked.includes('ledgerbell.config.json')).to.equal(database.name === 'MariaDB' && hasPassword());
      const own = await examine(documentOf());
      expect(own.all.some(({ subject }) => subject.endsWith('ledgerbell.config.json'))).to.equal(true);
    });

    function hasPassword(): boolean {
      return String((created.config.connection as { password?: string }).password ?? '').length >= 8;
    }

    it('prints a table for people', async () => {
      cli.configure(documentOf({ sms: { adapters: [{ use: 'terminal' }] } }));
      const { stdout } = await cli.run(['doctor']);
      expect(stdout).to.match(/providers\s+│ terminal\s+│ prints messages here/);
      expect(stdout.trim().split('\n').at(-1)).to.match(/^\d+ ok, \d+ to look at, \d+ to mend$/);
    });
  });
}

describe('the doctor', () => {
  it('looks at everything that its page says, and says everything that it looks at', () => {
    const page = readFileSync('docs/doctor.md', 'utf8');
    const told = [...page.matchAll(/^\| `([a-z ]+)` \|/gm)].map(([, name]) => name);
    expect(told).to.deep.equal(CHECKS.map(({ name }) => name));
  });

  it('is content where SQLite is not there yet, and does not make it', async () => {
    const cli = cliUnderTest();
    try {
      cli.configure({ http: { port: 0 } });
      const { stdout } = await cli.run(['doctor', '--json']);
      expect(stdout).to.include('the first start makes it');
      expect(existsSync(join(cli.folder, 'data'))).to.equal(false);
    } finally {
      cli.remove();
    }
  });
});

if (mariadb.available) {
  describe('the doctor, at a server of MariaDB', () => {
    let cli: CliUnderTest;
    let created: CreatedDatabase;

    beforeEach(async () => {
      cli = cliUnderTest();
      created = await mariadb.create();
    });
    afterEach(async () => {
      await created.drop();
      cli.remove();
    });

    async function findings(connection: object): Promise<{ code: number | null; said: string }> {
      cli.configure({ database: { client: 'mysql2', connection }, rules: [resolve('rules')] });
      const { code, stdout } = await cli.run(['doctor', '--json']);
      const { findings: all } = JSON.parse(stdout) as { findings: Finding[] };
      return { code, said: all.map(({ subject, health, message }) => `${subject} ${health}: ${message}`).join('\n') };
    }

    it('tells a user that rules the server, and one that may do too little', async () => {
      const connection = created.config.connection as { database: string; user: string };
      expect((await findings(connection)).said).to.include('privileges warn: reach beyond its database');
      const admin = openDatabase({ config: created.config, tablePrefix: 'lb_' });
      const user = `doctor_${randomBytes(6).toString('hex')}`;
      try {
        await admin.knex.raw(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY 'a word'`);
        await admin.knex.raw(`GRANT SELECT, INSERT, UPDATE ON ${connection.database}.* TO ${user}@'127.0.0.1'`);
        const { code, said } = await findings({ ...connection, user, password: 'a word' });
        expect([code, /privileges fail: lack DELETE, CREATE, ALTER, INDEX/.test(said)], said).to.deep.equal([1, true]);
        await admin.knex.raw(`GRANT ALL PRIVILEGES ON ${connection.database}.* TO ${user}@'127.0.0.1'`);
        expect((await findings({ ...connection, user, password: 'a word' })).said).to.include(
          'privileges ok: are enough',
        );
        const wrong = await findings({ ...connection, user, password: 'another word' });
        expect(wrong.said).to.include('database fail: cannot be used (ER_ACCESS_DENIED_ERROR)');
        expect(wrong.code).to.equal(1);
      } finally {
        await admin.knex.raw(`DROP USER IF EXISTS ${user}@'127.0.0.1'`);
        await admin.close();
      }
    });

    it('tells a setting that loses commits in a power cut', async () => {
      const admin = openDatabase({ config: created.config, tablePrefix: 'lb_' });
      const name = 'innodb_flush_log_at_trx_commit';
      const [[{ value }]] = await admin.knex.raw(`SELECT @@GLOBAL.${name} AS value`);
      try {
        for (const [setting, health] of [
          [1, 'ok'],
          [2, 'warn'],
        ] as const) {
          await admin.knex.raw(`SET GLOBAL ${name} = ${setting}`);
          expect((await findings(created.config.connection as object)).said).to.match(
            new RegExp(`^${name} ${health}: ${setting}`, 'm'),
          );
        }
      } finally {
        await admin.knex.raw(`SET GLOBAL ${name} = ${value}`);
        await admin.close();
      }
    });

    it('tells a server that is not there', async () => {
      const { code, said } = await findings({ host: '127.0.0.1', port: await freePort(), database: 'x', user: 'x' });
      expect(code).to.equal(1);
      expect(said).to.include('database fail: cannot be used (ECONNREFUSED)');
    });
  });
}
