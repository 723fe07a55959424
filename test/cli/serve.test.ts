import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { type CliUnderTest, cliUnderTest, endOf } from './cli-under-test.js';

describe('ledgerbell serve', () => {
  let cli: CliUnderTest;

  beforeEach(() => {
    cli = cliUnderTest();
  });

  afterEach(() => cli.remove());

  it('semantics line twenty: says how to send a first signed webhook without showing the secret, and ends in order', async () => {
    cli.configure({ http: { port: 0 }, log: { level: 'silent' } });
    const child = cli.spawn(['serve']);
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    const ended = once(child, 'exit');
    try {
      await waitFor(async () => /node -e '[^']+' '[^']+'\n/.test(said), {
        what: 'the greeting',
        timeoutMs: 120_000,
        everyMs: 25,
      });
      const url = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      expect((await fetch(`${url}/healthz`)).status).to.equal(200);
      const secret = readFileSync(join(cli.folder, 'data', 'webhook-secret'), 'utf8').trim();
      expect(said).to.include(join(cli.folder, 'data', 'webhook-secret'));
      expect(said).to.include('Without apiKeys, everything else under /v1 is answered on loopback only');
      expect(said).not.to.include(secret.slice(6));
      const command = said.slice(said.indexOf('node -e '));
      const { stdout } = await promisify(execFile)('sh', ['-c', command]);
      expect(JSON.parse(stdout)).to.include({ accepted: 1, rejected: 0 });
      const { items } = await cli.json<{ items: { source: string; type: string }[] }>(['events', 'list']);
      expect(items[0]).to.include({ source: 'core', type: 'transaction.posted' });
    } finally {
      child.kill('SIGTERM');
    }
    expect(await ended).to.deep.equal([0, null]);
  });

  it('says that an address is taken', async () => {
    cli.configure({ http: { port: 0 }, log: { level: 'silent' } });
    const first = cli.spawn(['serve', '--json']);
    const ended = once(first, 'exit');
    try {
      const [chunk] = await once(first.stdout as NodeJS.ReadableStream, 'data');
      const port = Number(/:(\d+)"/.exec(String(chunk))?.[1]);
      cli.configure({ http: { port }, log: { level: 'silent' } });
      const second = await endOf(cli.spawn(['serve']));
      expect(second.code).to.equal(1);
      expect(second.stderr).to.match(/^address-in-use: /);
    } finally {
      first.kill('SIGINT');
    }
    expect(await ended).to.deep.equal([0, null]);
  });
});
