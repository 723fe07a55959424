// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { loadConfig } from '../../src/config/load-config.js';
import { codeOf } from '../core/code-of.js';
import { KEY, KEYS, load, mistakesOf, newPlace, type Place, WEBHOOK_SECRET } from './config-under-test.js';

describe('a configuration that is loaded', () => {
  let place: Place;

  beforeEach(() => {
    place = newPlace();
  });

  afterEach(() => place.remove());

  it('has every default filled in, times in milliseconds and paths absolute', () => {
    const config = load(place, { ...KEYS, delivery: { attemptSeconds: 2.5 }, rules: ['./rules'] });
    expect(config.http).to.deep.equal({ host: '127.0.0.1', port: 8080, bodyLimitBytes: 1_048_576, trustedProxies: [] });
    expect(config.delivery).to.deep.equal({ attemptMs: 2500, concurrency: 16, contactChangeMs: 72 * 3_600_000 });
    expect(config.ingest).to.include({
      futureToleranceMs: 300_000,
      writers: 1,
      batchEvents: 1000,
      queueCapacity: 10_000,
    });
    expect(config.ingest.signature.secrets).to.deep.equal([{ id: 'secret-1', secret: WEBHOOK_SECRET }]);
    expect(config.rules).to.deep.equal([join(place.folder, 'rules')]);
    expect(config.database).to.deep.equal({
      config: { client: 'better-sqlite3', connection: { filename: join(place.folder, 'data', 'ledgerbell.sqlite') } },
      tablePrefix: 'lb_',
      synchronous: 'FULL',
    });
    expect(config.sms).to.deep.equal({ senders: { default: 'LEDGERBELL' }, adapters: [{ use: 'terminal' }] });
    expect(config).to.include({ locale: 'en', timeZone: 'UTC', migrate: 'auto', production: false });
  });

  it('leaves what Knex takes alone, and lets MySQL have several writers', () => {
    const database = {
      client: 'mysql2',
      connection: { host: 'db', database: 'bank', ssl: { ca: 'x' } },
      pool: { max: 5 },
    };
    const config = load(place, { ...KEYS, database: { ...database, tablePrefix: 'sms_' } });
    expect(config.database.config).to.deep.equal(database);
    expect(config.database.tablePrefix).to.equal('sms_');
    expect(config.ingest.writers).to.equal(4);
  });

  it('reports five mistakes as five, each with its path and in plain words', () => {
    const document = {
      ...KEYS,
      http: { port: '8080', hots: '0.0.0.0' },
      timeZone: 'Europe/Talin',
      rates: { base: 'EUR', USX: '1.08' },
      sms: { adapters: [{ use: 'kannel', baseUrl: 'http://127.0.0.1:13013', username: 'u' }] },
    };
    expect(mistakesOf(() => load(place, document))).to.deep.equal({
      'http.port': 'must be a whole number',
      'http.hots': 'is not a setting that is known here; did you mean "host"?',
      timeZone: 'is no time zone; write it as Europe/Tallinn',
      'rates.USX': 'is no currency of ISO 4217',
      'sms.adapters[0].password': 'is required',
    });
  });

  it('reports names, ids and keys that are given twice', () => {
    const key = { name: 'ops', role: 'admin', key: 'k'.repeat(20) };
    const document = {
      encryption: {
        keys: [
          { id: 'a', key: KEY },
          { id: 'a', key: 'd'.repeat(64) },
        ],
      },
      ingest: {
        signature: {
          secrets: [
            { id: 's', secret: WEBHOOK_SECRET },
            { id: 's', secret: 'another secret of theirs' },
          ],
        },
      },
      apiKeys: [key, key],
      sms: { adapters: [{ use: 'terminal' }, { use: 'terminal' }] },
    };
    expect(mistakesOf(() => load(place, document))).to.have.all.keys(
      'encryption.keys[1].id',
      'ingest.signature.secrets[1].id',
      'apiKeys[1].name',
      'apiKeys[1].key',
      'sms.adapters[1]',
    );
  });

  it('reports what a schema cannot know to be wrong', () => {
    const document = {
      ...KEYS,
      database: { client: 'better-sqlite3', connection: {} },
      ingest: { signature: { secrets: ['whsec_this is not base64'] }, writers: 2 },
      locale: 'english',
      phoneRegion: 'XX',
      holidays: ['2026-02-30', '24.12.2026'],
    };
    expect(mistakesOf(() => load(place, document))).to.deep.equal({
      'database.connection.filename': 'is missing: SQLite keeps everything in one file',
      'ingest.signature.secrets[0]': 'starts with whsec_ and must go on in base64',
      'ingest.writers': 'must be 1 on SQLite, which has one writer',
      locale: 'is no locale this machine knows; write it as en or et-EE',
      phoneRegion: 'is no region with phone numbers',
      'holidays[0]': 'is no day of the calendar',
      'holidays[1]': 'must be a date such as 2026-12-24',
    });
  });

  it('survives any JSON in any place and still says where it is wrong', () => {
    const wrong: unknown[] = [[], 7, 'text', null, [null, 3, {}], { use: 3 }];
    const document = load(place, KEYS).document;
    for (const part of Object.keys(document)) {
      for (const value of wrong)
        expect(codeOf(() => load(place, { ...KEYS, [part]: value }))).to.match(/^(config-invalid|nothing was thrown)$/);
    }
    for (const value of wrong) expect(codeOf(() => load(place, JSON.stringify(value)))).to.equal('config-invalid');
  });

  it('says in which line a file stops being JSON', () => {
    const found = mistakesOf(() => load(place, '{\n  "http": { "port": 1 }\n  "locale": "en"\n}'));
    expect(found).to.deep.equal({ [join(place.folder, 'ledgerbell.config.json')]: 'line 3, column 3: comma expected' });
  });

  it('asks for a file that was named, and does without the default one', () => {
    expect(codeOf(() => loadConfig({ file: 'other.json', cwd: place.folder, env: {} }))).to.equal('config-invalid');
    expect(loadConfig({ cwd: place.folder, env: {} }).file).to.equal(undefined);
  });

  describe('with references', () => {
    it('reads environment variables, also as numbers, and secret files without their last line break', () => {
      mkdirSync(join(place.folder, 'secrets'));
      writeFileSync(join(place.folder, 'secrets', 'key'), `${KEY}\n`);
      const document = {
        http: { port: '${PORT}' },
        ingest: { signature: { secrets: ['${SECRET}'] } },
        encryption: { keys: [{ id: 'k', key: '${file:secrets/key}' }] },
        bankWebhook: { url: 'https://${HOST}/alerts', secret: 'not $${A} reference' },
      };
      const config = load(place, document, { PORT: '9090', SECRET: WEBHOOK_SECRET, HOST: 'bank.example' });
      expect(config.http.port).to.equal(9090);
      expect(config.ingest.signature.secrets[0]?.secret).to.equal(WEBHOOK_SECRET);
      expect(config.encryption.keys[0]?.key).to.equal(KEY);
      expect(config.bankWebhook).to.deep.equal({ url: 'https://bank.example/alerts', secret: 'not ${A} reference' });
    });

    it('reports each that cannot be read, once, where it stands', () => {
      const document = {
        ingest: { signature: { secrets: ['${LB_SECRET}'] } },
        encryption: { keys: [{ id: 'k', key: '${file:secrets/none}' }] },
        locale: '${not a name}',
      };
      expect(mistakesOf(() => load(place, document))).to.deep.equal({
        'ingest.signature.secrets[0]': 'needs the environment variable LB_SECRET, which is not set',
        'encryption.keys[0].key': 'needs the file secrets/none, which does not exist',
        locale: 'has a reference that is neither ${NAME} nor ${file:PATH}; write $${ where the text itself is meant',
      });
    });

    it('does not read again what a reference read', () => {
      const env = { A: '${B}-and-some-more-text', B: 'never' };
      const config = load(place, { ...KEYS, bankWebhook: { url: 'https://a', secret: '${A}' } }, env);
      expect(config.bankWebhook?.secret).to.equal('${B}-and-some-more-text');
    });

    it('still refuses a number that was written as text', () => {
      expect(mistakesOf(() => load(place, { ...KEYS, http: { port: '9090' } }))).to.have.key('http.port');
    });
  });

  it('says nothing of a value in any mistake', () => {
    const value = 'hunter2-hunter2-hunter2';
    const document = {
      http: { host: 7, publicUrl: value },
      database: { client: value, connection: { password: [value], port: value } },
      encryption: { keys: [{ id: `${value} ${value}`, key: value }] },
      apiKeys: [{ name: 'A', role: value, key: { value } }],
      sms: { senders: { default: value }, adapters: [{ use: 'kannel', baseUrl: value, password: 5, username: value }] },
      bankWebhook: { url: value, secret: [value] },
      rates: { base: value },
      locale: value,
      timeZone: value,
    };
    expect(() => load(place, document))
      .to.throw(ConfigInvalid)
      .with.property('message')
      .that.does.not.include('hunter2');
  });
});
