import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EXTERNAL_EVENT_TYPES } from '../../src/contracts/event.js';
import { openService, type ServiceUnderTest, WEBHOOK_SECRET } from '../http/service-under-test.js';
import { sqlite } from '../support/databases.js';
import { textOf } from './documents.js';

describe('docs/integrator.md', () => {
  const text = textOf('docs/integrator.md');
  let service: ServiceUnderTest;
  let folder: string;

  before(async () => {
    service = await openService(sqlite, { now: Date.now() });
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-docs-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'webhook-secret'), `${WEBHOOK_SECRET}\n`);
  });

  after(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });

  it('names every type that may be sent', () => {
    const table = text.split('| Type |')[1]?.split('\n\n')[0] ?? '';
    const named = [...table.matchAll(/`((?:transaction|account|customer|loan)\.[a-z-]+)`/g)].map(([, type]) => type);
    expect(named.sort()).to.deep.equal([...EXTERNAL_EVENT_TYPES].sort());
  });

  it('signs in shell as the service verifies', async function () {
    const answer = await run('sh', ['-c', snippet('sh')]);
    if (/not found/.test(answer.error)) this.skip();
    expect(JSON.parse(answer.out), answer.error).to.include({ accepted: 1, rejected: 0 });
  });

  it('signs in JavaScript as the service verifies', async () => {
    writeFileSync(join(folder, 'send.mjs'), snippet('js'));
    const answer = await run(process.execPath, ['send.mjs']);
    expect(answer.out, answer.error).to.contain('accepted: 1');
  });

  function snippet(language: 'sh' | 'js'): string {
    const code = new RegExp(`\`\`\`${language} sign\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? '';
    return code.replaceAll('http://127.0.0.1:8080/v1', service.url);
  }

  /** Not synchronously: the service answers from this very process. */
  function run(command: string, args: string[]): Promise<{ out: string; error: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: folder });
      const said = { out: '', error: '' };
      child.stdout.on('data', (chunk) => (said.out += chunk));
      child.stderr.on('data', (chunk) => (said.error += chunk));
      child.once('error', reject).once('close', () => resolve(said));
    });
  }
});
