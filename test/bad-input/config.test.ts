/** A configuration with mistakes: all of them told at once, no secret repeated, and nothing made or touched. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { loadConfig, parseConfig } from '../../src/config/load-config.js';
import { createPlugin } from '../../src/index.js';
import { GATEWAY_PASSWORD } from './app-under-test.js';

const FIVE = {
  http: { port: 'eighty' },
  databse: { client: 'better-sqlite3' },
  ingest: { signature: { secrets: ['whsec_not base64 at all!'] } },
  sms: { adapters: [{ use: 'kannel', baseUrl: 'ftp://gateway', username: 'u', password: GATEWAY_PASSWORD }] },
  rates: { base: 'EUR', USD: 1.08 },
};
const PATHS = ['http.port', 'databse', 'ingest.signature.secrets[0]', 'sms.adapters[0].baseUrl', 'rates.USD'];

describe('a configuration with five mistakes', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-bad-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is answered with config-invalid and all five, each at its path and in words', () => {
    const error = failureOf(() => parseConfig(FIVE, { folder, env: {} }));
    expect(error.code).to.equal('config-invalid');
    expect(error.mistakes.map(({ path }) => path)).to.have.members(PATHS);
    for (const { path, message } of error.mistakes) expect(error.message).to.include(`${path}: ${message}`);
    expect(error.mistakes.find(({ path }) => path === 'databse')?.message).to.include('database');
  });

  it('repeats no value of it, and makes no file', () => {
    const error = failureOf(() => parseConfig(FIVE, { folder, env: {} }));
    for (const value of [GATEWAY_PASSWORD, 'not base64', 'ftp://', 'eighty'])
      expect(error.message).not.to.include(value);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('is told the same from a file, and to a host', async () => {
    const file = join(folder, 'bank.json');
    writeFileSync(file, JSON.stringify(FIVE));
    expect(failureOf(() => loadConfig({ cwd: folder, file, env: {} })).mistakes).to.have.length(5);
    const error = await createPlugin({ config: FIVE, folder, env: {} }).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).to.be.instanceOf(ConfigInvalid);
    expect(readdirSync(folder)).to.deep.equal(['bank.json']);
  });

  it('is told where its JSON breaks, and that a secret nobody gave is missing', () => {
    const file = join(folder, 'bank.json');
    writeFileSync(file, `{\n  "http": { "port": 80, }\n}`);
    expect(failureOf(() => loadConfig({ cwd: folder, file, env: {} })).message).to.match(/line 2/);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a configuration names a variable
    const config = { encryption: { keys: [{ id: 'k', key: '${LB_KEY}' }] } };
    const [mistake] = failureOf(() => parseConfig(config, { folder, env: {} })).mistakes;
    expect(mistake?.path).to.equal('encryption.keys[0].key');
    expect(mistake?.message).to.include('LB_KEY');
  });
});

function failureOf(work: () => unknown): ConfigInvalid {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigInvalid) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}
