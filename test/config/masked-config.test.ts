import { expect } from 'chai';
import { maskedConfig } from '../../src/config/masked-config.js';
import { KEY, load, newPlace, type Place } from './config-under-test.js';

const SECRET = 'swordfish-swordfish';

describe('a configuration that is shown', () => {
  let place: Place;

  beforeEach(() => {
    place = newPlace();
  });

  afterEach(() => place.remove());

  it('holds every setting and no secret', () => {
    const config = load(place, {
      database: {
        client: 'mysql2',
        connection: { host: 'db', user: 'bank', password: SECRET, ssl: { key: SECRET } },
        searchPath: SECRET,
      },
      ingest: {
        signature: { secrets: [SECRET, { id: 'core', secret: SECRET.toUpperCase(), types: ['transaction.*'] }] },
      },
      sms: {
        adapters: [
          { use: 'kannel', baseUrl: 'http://127.0.0.1:13013', username: 'u', password: SECRET },
          { use: './own.js', token: SECRET },
        ],
      },
      encryption: { keys: [{ id: 'k1', key: KEY }] },
      apiKeys: [{ name: 'ops', role: 'admin', key: SECRET }],
      bankWebhook: { url: 'https://bank.example', secret: SECRET },
    });
    const shown = maskedConfig(config);
    expect(JSON.stringify(shown)).not.to.match(/swordfish/i);
    expect(JSON.stringify(shown)).not.to.include(KEY);
    expect(shown.http).to.deep.equal({ host: '127.0.0.1', port: 8080, bodyLimit: 1_048_576, trustedProxies: [] });
    expect(shown.apiKeys).to.deep.equal([{ name: 'ops', role: 'admin', key: '***' }]);
    expect(shown.encryption).to.deep.equal({ keys: [{ id: 'k1', key: '***' }] });
    expect((shown.sms as { adapters: unknown }).adapters).to.deep.equal([
      { use: 'kannel', name: 'kannel', baseUrl: 'http://127.0.0.1:13013', username: 'u', password: '***' },
      { use: './own.js', name: './own.js', token: '***' },
    ]);
    expect((shown.ingest as { signature: unknown }).signature).to.deep.equal({
      scheme: 'standard-webhooks',
      toleranceSeconds: 300,
      secrets: [
        { id: 'secret-1', secret: '***' },
        { id: 'core', secret: '***', types: ['transaction.*'] },
      ],
    });
    expect(shown.database).to.deep.equal({
      client: 'mysql2',
      connection: { host: 'db', user: 'bank', password: '***', ssl: '***' },
      searchPath: '***',
      tablePrefix: 'lb_',
      synchronous: 'FULL',
    });
  });

  it('masks a database address whole, since it holds a password', () => {
    const database = { client: 'mysql2', connection: `mysql://bank:${SECRET}@db/bank` };
    expect((maskedConfig(load(place, { database })).database as { connection: unknown }).connection).to.equal('***');
  });

  it('names the files of keys that nobody configured, never their content', () => {
    const config = load(place);
    const shown = maskedConfig(config);
    expect(shown.keyFiles).to.deep.equal(config.keyFiles);
    expect(JSON.stringify(shown)).not.to.include(config.encryption.keys[0]?.key);
    expect(JSON.stringify(shown)).not.to.include(config.ingest.signature.secrets[0]?.secret);
  });
});
