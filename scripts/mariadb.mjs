// A private MariaDB server for tests and benchmarks: its own data directory, port and socket, nothing shared with a server
// that the machine may already run. Plain Node, so that set-up scripts can use it before anything is compiled.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms, findProgram } from './debian-package.mjs';
import { freePort } from './free-port.mjs';

// mariadb-install-db calls my_print_defaults, which comes with the client.
const programs = ['mariadbd', 'mariadb-install-db', 'my_print_defaults'];
const host = '127.0.0.1';
const startSeconds = 30;

/** Why MariaDB cannot be started here, or undefined. Looks only. */
export function missingMariadb() {
  const missing = programs.filter((name) => !findProgram(name));
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not found; "npm test" installs it where it can`;
}

/** The same, after an attempt to install what is missing. */
export function ensureMariadb() {
  return ensurePrograms(programs, ['mariadb-server-core', 'mariadb-client-core']);
}

/**
 * Starts a server. The port stays the same over stop() and start(), so that clients can see it go and come back.
 * stop() shuts down in order, kill() is a power cut for the process, remove() also deletes a data directory made here.
 */
export async function startMariadb(options = {}) {
  const home = mkdtempSync(join(tmpdir(), 'ledgerbell-mariadb-'));
  const datadir = options.datadir ?? join(home, 'data');
  const port = options.port ?? (await freePort());
  const files = { home, datadir, socket: join(home, 'socket'), log: join(home, 'server.log') };
  let server;

  const removeHome = () => rmSync(home, { recursive: true, force: true });
  const onExit = () => {
    server?.kill('SIGKILL');
    removeHome();
  };
  const end = async (signal) => {
    const ending = server;
    server = undefined;
    if (ending) await endProcess(ending, signal);
  };
  const start = async () => {
    if (!server) server = await launch(files, port, options.serverArguments ?? []);
  };
  const remove = async () => {
    await end('SIGTERM');
    process.off('exit', onExit);
    removeHome();
  };

  process.on('exit', onExit);
  try {
    if (!options.datadir) installDatabase(files);
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  const connection = { host, port, user: 'root', password: '' };
  return { connection, datadir, start, stop: () => end('SIGTERM'), kill: () => end('SIGKILL'), remove };
}

function installDatabase({ datadir, home }) {
  const run = spawnSync(
    findProgram('mariadb-install-db'),
    [
      '--no-defaults',
      `--datadir=${datadir}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot(),
    ],
    { cwd: home, env: { ...process.env, TMPDIR: home }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  if (run.status !== 0) throw new Error(`mariadb-install-db failed: ${run.error?.message ?? run.stderr.trim()}`);
}

async function launch({ datadir, socket, log, home }, port, serverArguments) {
  const args = [
    '--no-defaults',
    `--datadir=${datadir}`,
    // A server that starts removes what it takes for leftovers there: others may be running.
    `--tmpdir=${home}`,
    `--socket=${socket}`,
    `--pid-file=${join(home, 'pid')}`,
    `--bind-address=${host}`,
    `--port=${port}`,
    '--skip-networking=0',
    '--skip-name-resolve',
    '--character-set-server=utf8mb4',
    '--max-connections=300',
    '--innodb-buffer-pool-size=128M',
    '--innodb-log-file-size=48M',
    ...asRoot(),
    ...serverArguments,
  ];
  const output = openSync(log, 'a');
  const [command, first] = diesWithParent(findProgram('mariadbd'));
  const server = spawn(command, [...first, ...args], { cwd: home, stdio: ['ignore', output, output] });
  closeSync(output);
  // The process that started the server may end without waiting for it; the exit handler then ends the server.
  server.unref();
  let failure;
  server.on('error', (error) => {
    failure = error.message;
  });
  const deadline = Date.now() + startSeconds * 1000;
  while (!(await greets(port))) {
    if (failure ?? ended(server)) break;
    if (Date.now() > deadline) failure = `no answer within ${startSeconds} seconds`;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  if (!failure && !ended(server)) return server;
  server.kill('SIGKILL');
  throw new Error(`MariaDB did not start: ${failure ?? 'it ended'}\n${lastLines(log)}`);
}

/** Linux can end a child whose parent was killed; without this a SIGKILL of the test command would leave the server behind. */
function diesWithParent(program) {
  const setpriv = findProgram('setpriv');
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', program]] : [program, []];
}

function asRoot() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** A MySQL server speaks first: a packet whose fifth byte is the protocol version, ten. */
function greets(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, host);
    const answer = (is) => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(1000, () => answer(false));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
    socket.once('data', (bytes) => answer(bytes[4] === 10));
  });
}

async function endProcess(child, signal) {
  if (ended(child)) return;
  child.ref();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill(signal);
  await gone;
  clearTimeout(timer);
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

function lastLines(log) {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-15).join('\n');
}
