/** The SMSC is killed in the middle of its work: no message is lost without a word, and none is sent twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { freePort } from '../../scripts/free-port.mjs';
import type { SendOutcome } from '../../src/contracts/adapter.js';
import { waitFor } from '../support/wait-for.js';
import { Adapters } from './smpp-operator.js';
import { MESSAGE } from './sms-contract.js';

const PROGRAM = fileURLToPath(new URL('smpp-smsc-process.ts', import.meta.url));
const MESSAGES = 1000;
const WINDOW = 20;
const CONCURRENCY = 50;

describe('the SMPP adapter, when the SMSC is killed', () => {
  const adapters = new Adapters();
  let folder: string;
  let file: string;
  let port: number;
  let smsc: ChildProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-smpp-'));
    file = join(folder, 'taken');
    port = await freePort();
    smsc = await start();
  });
  afterEach(async () => {
    await adapters.close();
    smsc.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, String(port), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  };
  const taken = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

  it(`ends each of ${MESSAGES} messages as accepted, retryable or unknown, and tells the truth about each`, async () => {
    const adapter = adapters.create({ port, window: WINDOW, waitMs: 200, responseMs: 2000 });
    const outcomes = new Map<string, SendOutcome>();
    let retried = 0;
    let next = 0;
    /** As the core does: what was certainly not sent is sent again, and nothing else. */
    const worker = async () => {
      for (let own = next++; own < MESSAGES; own = next++) {
        const text = `message ${own}`;
        let outcome = await adapter.send({ ...MESSAGE, alertId: `alert-${own}`, text });
        for (; outcome.status === 'retryable'; retried += 1) outcome = await adapter.send({ ...MESSAGE, text });
        outcomes.set(text, outcome);
      }
    };
    const kills = async () => {
      for (const until of [MESSAGES / 5, MESSAGES / 2]) {
        await waitFor(() => taken().length >= until, { timeoutMs: 120_000, what: 'messages at the SMSC' });
        smsc.kill('SIGKILL');
        await once(smsc, 'exit');
        smsc = await start();
      }
    };
    await Promise.all([...Array.from({ length: CONCURRENCY }, worker), kills()]);

    const seen = taken();
    const withStatus = (status: SendOutcome['status']) =>
      [...outcomes].filter(([, outcome]) => outcome.status === status).map(([text]) => text);
    const [accepted, unknown] = [withStatus('accepted'), withStatus('unknown')];
    expect(new Set(seen).size, 'each at most once at the SMSC, retried ones too').to.equal(seen.length);
    expect(accepted.length + unknown.length).to.equal(MESSAGES);
    expect(
      accepted.every((text) => seen.includes(text)),
      'what was accepted was taken',
    ).to.equal(true);
    expect(seen.every((text) => outcomes.has(text))).to.equal(true);
    expect(unknown.length, 'no more unknown than were in the window').to.be.within(1, 2 * WINDOW);
    expect(retried).to.be.greaterThan(0);
  });
});
