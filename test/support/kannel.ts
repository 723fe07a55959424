/** A real Kannel gateway (bearerbox and smsbox) on free ports, with the simulated operator behind it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms, findProgram } from '../../scripts/debian-package.mjs';
import { freePort } from '../../scripts/free-port.mjs';
import { Smsc } from './smsc.js';
import { waitFor } from './wait-for.js';

export interface Kannel {
  sendsms: { url: string; host: string; port: number; username: string; password: string };
  smsc: Smsc;
  /** Bearerbox's own words about its state, for failing tests. */
  status(): Promise<string>;
  stop(): Promise<void>;
}

export interface KannelOptions {
  /** Longest text in parts; Kannel cuts what is longer. */
  maxMessages?: number;
}

interface Ports {
  admin: number;
  boxes: number;
  sendsms: number;
}

const username = 'tester';
const password = 'open-sesame';
const adminPassword = 'look-only';

/** Installs the Debian package where it is missing and that is possible; otherwise says why there is no Kannel. */
export async function startKannel(options: KannelOptions = {}): Promise<Kannel | { unavailable: string }> {
  const unavailable = ensurePrograms(['bearerbox', 'smsbox'], ['kannel']);
  if (unavailable) return { unavailable };
  const home = mkdtempSync(join(tmpdir(), 'ledgerbell-kannel-'));
  const ports = { admin: await freePort(), boxes: await freePort(), sendsms: await freePort() };
  const smsc = await Smsc.start();
  const configuration = join(home, 'kannel.conf');
  writeFileSync(configuration, kannelConfiguration(home, ports, smsc.port, options.maxMessages ?? 10));

  const boxes: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(boxes.reverse().map(endBox));
    await smsc.stop();
    rmSync(home, { recursive: true, force: true });
  };
  const status = async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.admin}/status.txt?password=${adminPassword}`);
    return answer.text();
  };
  try {
    boxes.push(startBox('bearerbox', home, configuration));
    await waitFor(async () => /\(online/.test(await status()), { what: 'bearerbox to reach the SMSC' });
    boxes.push(startBox('smsbox', home, configuration));
    await waitFor(async () => /smsbox.*on-line/.test(await status()), { what: 'smsbox to connect' });
    await waitFor(() => fetch(`http://127.0.0.1:${ports.sendsms}/`), { what: 'smsbox to answer' });
  } catch (error) {
    const log = readFileSync(join(home, 'boxes.log'), 'utf8').split('\n').slice(-30).join('\n');
    await stop();
    throw new Error(`Kannel did not start\n${log}`, { cause: error });
  }
  const url = `http://127.0.0.1:${ports.sendsms}/cgi-bin/sendsms`;
  return { sendsms: { url, host: '127.0.0.1', port: ports.sendsms, username, password }, smsc, status, stop };
}

function kannelConfiguration(home: string, ports: Ports, smscPort: number, maxMessages: number): string {
  const store = mkdtempSync(join(home, 'store-'));
  const groups: Record<string, string | number>[] = [
    {
      group: 'core',
      'admin-port': ports.admin,
      'admin-interface': '127.0.0.1',
      'admin-password': adminPassword,
      'smsbox-port': ports.boxes,
      'box-allow-ip': '127.0.0.1',
      'dlr-storage': 'internal',
      'store-type': 'spool',
      'store-location': store,
    },
    {
      group: 'smsc',
      smsc: 'smpp',
      'smsc-id': 'operator',
      host: '127.0.0.1',
      port: smscPort,
      'smsc-username': 'bank',
      'smsc-password': 'secret',
      'system-type': 'VMA',
      'transceiver-mode': 'true',
      'reconnect-delay': 1,
      'enquire-link-interval': 30,
    },
    {
      group: 'smsbox',
      'smsbox-id': 'sms',
      'bearerbox-host': '127.0.0.1',
      'sendsms-port': ports.sendsms,
      'sendsms-interface': '127.0.0.1',
      'sendsms-chars': '0123456789 +-',
    },
    { group: 'sendsms-user', username, password, 'max-messages': maxMessages, concatenation: 'true' },
  ];
  const lines = (group: object) => Object.entries(group).map(([key, value]) => `${key} = ${value}`);
  return `${groups.map((group) => lines(group).join('\n')).join('\n\n')}\n`;
}

function startBox(name: 'bearerbox' | 'smsbox', home: string, configuration: string): ChildProcess {
  const log = openSync(join(home, 'boxes.log'), 'a');
  const program = findProgram(name) as string;
  const setpriv = findProgram('setpriv');
  // A box must not outlive a test run that was killed.
  const [command, first] = setpriv ? [setpriv, ['--pdeathsig', 'KILL', program]] : [program, []];
  const box = spawn(command, [...first, '-v', '1', configuration], { cwd: home, stdio: ['ignore', log, log] });
  closeSync(log);
  return box;
}

async function endBox(box: ChildProcess): Promise<void> {
  if (box.exitCode !== null || box.signalCode !== null) return;
  const gone = new Promise((resolve) => box.once('exit', resolve));
  box.kill('SIGTERM');
  // An orderly end waits for open lines; nothing here is worth waiting for.
  const timer = setTimeout(() => box.kill('SIGKILL'), 500);
  await gone;
  clearTimeout(timer);
}
