// `npm run bench`: installs what is missing, compiles, starts a private MariaDB, measures, and stops everything again.
//   npm run bench                       everything, within fifteen minutes on two cores
//   npm run bench -- evaluation         one part (or several), named in docs/performance.md
//   npm run bench -- --full             also what takes long; --quick only proves that everything works
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './debian-package.mjs';
import { install } from './install.mjs';
import { ensureMariadb, startMariadb } from './mariadb.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bench = join(root, 'bench');
const withoutDatabase = new Set(['evaluation', 'step']);

let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => running?.kill(signal));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`[bench] ${error.message}`);
  process.exitCode = 1;
}

async function main(args) {
  install();
  installBench();
  compile();
  const parts = args.filter((arg) => !arg.startsWith('--'));
  const server =
    parts.length > 0 && parts.every((part) => withoutDatabase.has(part)) ? undefined : await startDatabase();
  try {
    return await measure(args, server);
  } finally {
    await server?.remove();
  }
}

/** Versions are pinned in package.json; a lock file would name the engines' builds for platforms a registry may not carry. */
function installBench() {
  const { dependencies } = JSON.parse(readFileSync(join(bench, 'package.json'), 'utf8'));
  const installed = (name) => {
    const file = join(bench, 'node_modules', name, 'package.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
  };
  const missing = Object.entries(dependencies).some(([name, version]) => installed(name) !== version);
  if (missing) run('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], bench);
}

function compile() {
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench/tsconfig.json'], root);
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}`);
}

/** Full durability is MariaDB's default: every commit is flushed. The log is large enough not to hold a round up. */
async function startDatabase() {
  const missing = ensureMariadb();
  if (missing) {
    console.log(`[bench] MariaDB: ${missing}. Only SQLite is measured.`);
    return undefined;
  }
  const serverArguments = ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=512M'];
  return startMariadb({ serverArguments });
}

async function measure(args, server) {
  const env = { ...process.env };
  if (server) {
    const pid = Number(readFileSync(join(dirname(server.datadir), 'pid'), 'utf8'));
    const version = spawnSync(findProgram('mariadbd'), ['--version'], { encoding: 'utf8' }).stdout.match(
      /Ver (\S+)/,
    )?.[1];
    env.LEDGERBELL_BENCH_MARIADB = JSON.stringify({ ...server.connection, pid, version: `MariaDB ${version}` });
  }
  running = spawn(process.execPath, [join('bench', 'dist', 'bench', 'main.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  const [code, signal] = await new Promise((done, fail) => {
    running.once('error', fail).once('exit', (...outcome) => done(outcome));
  });
  if (signal) console.error(`[bench] ended by ${signal}`);
  return signal ? 128 + constants.signals[signal] : code;
}
