// Makes node_modules what package-lock.json says, and makes sure that the native database driver loads. Plain Node, so that
// it is the first thing to run in a fresh clone. Does nothing, quickly, when all is already in place.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const minimumNode = [20, 19];

/** Installs what is missing. Throws with a message for people when that is not possible. */
export function install() {
  checkNode();
  const reason = reasonToInstall();
  if (reason) {
    say(`installing dependencies (${reason}); the SQLite driver may be compiled, which takes a minute or two`);
    npm('ci', '--include=dev', '--no-audit', '--no-fund');
  }
  if (driverLoads()) return;
  if (!reason) {
    say('building the SQLite driver for this version of Node');
    npm('rebuild', 'better-sqlite3');
  }
  const failure = driverFailure();
  if (failure) throw new Error(`better-sqlite3 does not load. It needs python3, make and g++ to compile.\n${failure}`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const tooOld = major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1]);
  if (tooOld) throw new Error(`Node ${minimumNode.join('.')} or newer is needed; this is ${process.versions.node}`);
}

/** Compares what npm says it installed with the lockfile; npm writes its own note last, so a cut-off install shows. */
function reasonToInstall() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return 'node_modules is missing';
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const differs = ([path, entry]) =>
    path !== '' && (installed[path] ? installed[path].version !== entry.version : !entry.optional);
  return Object.entries(wanted).some(differs) ? 'package-lock.json changed' : undefined;
}

function npm(...args) {
  // npm sets npm_execpath for the scripts it runs; started by hand, the one on the PATH serves.
  const [command, first] = process.env.npm_execpath?.endsWith('.js')
    ? [process.execPath, [process.env.npm_execpath]]
    : ['npm', []];
  const env = { ...process.env, JOBS: process.env.JOBS ?? 'max', ...nodeHeaders() };
  const run = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
}

/**
 * Where no prebuilt driver can be fetched, node-gyp compiles it and would download Node's headers, which may be just as far
 * out of reach. Headers that belong to this very Node are used instead, unless someone already chose a place for them.
 */
function nodeHeaders() {
  if (process.env.npm_config_nodedir) return {};
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(header)) return {};
  const part = (name) => readFileSync(header, 'utf8').match(new RegExp(`#define NODE_${name}_VERSION (\\d+)`))?.[1];
  const version = [part('MAJOR'), part('MINOR'), part('PATCH')].join('.');
  return version === process.versions.node ? { npm_config_nodedir: prefix } : {};
}

function driverLoads() {
  return driverFailure() === undefined;
}

/** Tries in a process of its own: a driver of another Node version would otherwise stay loaded, or end this process. */
function driverFailure() {
  const open = "new (require('better-sqlite3'))(':memory:').close()";
  const run = spawnSync(process.execPath, ['-e', open], { cwd: root, encoding: 'utf8' });
  return run.status === 0 ? undefined : run.stderr.trim();
}

function say(text) {
  console.log(`[install] ${text}`);
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    install();
    say('everything is in place');
  } catch (error) {
    console.error(`[install] ${error.message}`);
    process.exitCode = 1;
  }
}
