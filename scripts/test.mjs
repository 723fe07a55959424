// `npm test`: installs what is missing, starts a private MariaDB, runs Mocha, and stops everything again, whatever happens.
//   npm test                            every test
//   npm test -- test/core               some files, or a folder
//   npm test -- -g "text"               any of Mocha's own options
//   npm run test:replay                 whole data sets, found in LEDGERBELL_DATA_DIR
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';
import { ensureMariadb, startMariadb } from './mariadb.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const suites = { unit: 'test/**/*.test.ts', replay: 'test/replay/**/*.replay.ts' };
const takesValue = new Set(['-g', '--grep', '-f', '--fgrep', '-t', '--timeout', '--config', '--reporter', '-R']);

// Mocha would colour a log file too where CI is set.
const colour = process.stdout.isTTY ? [] : ['--no-color'];

let mocha;
let interrupted;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`[test] ${error.message}`);
  process.exitCode = 1;
}

async function main(args) {
  const replay = args.includes('--replay');
  if (replay && !existsSync(process.env.LEDGERBELL_DATA_DIR ?? '')) {
    throw new Error('set LEDGERBELL_DATA_DIR to the folder that holds the data sets to replay');
  }
  install();
  const server = await startDatabase();
  try {
    const mochaArguments = withSpecs(
      args.filter((arg) => arg !== '--replay'),
      replay ? suites.replay : suites.unit,
    );
    return interrupted ? exitCodeOf(interrupted) : await runMocha(mochaArguments, server.announcement);
  } finally {
    await server.stop();
  }
}

/** The tests learn from this announcement where MariaDB is, or why there is none. */
async function startDatabase() {
  const without = (unavailable) => {
    console.log(`[test] MariaDB: ${unavailable}. The tests on MariaDB are skipped.`);
    return { announcement: { unavailable }, stop: async () => {} };
  };
  const missing = ensureMariadb();
  if (missing) return without(missing);
  const began = Date.now();
  try {
    // A power cut of the machine is not among the tests; killing the server is, and loses nothing committed with this.
    const server = await startMariadb({
      serverArguments: ['--innodb-flush-log-at-trx-commit=2', '--skip-innodb-doublewrite'],
    });
    console.log(`[test] MariaDB: a private server on port ${server.connection.port}, up in ${Date.now() - began} ms`);
    return { announcement: server.connection, stop: () => server.remove() };
  } catch (error) {
    return without(error.message);
  }
}

/** Files and folders named by the caller take the place of the whole suite. */
function withSpecs(args, wholeSuite) {
  const names = args.filter((arg, at) => !arg.startsWith('-') && !takesValue.has(args[at - 1]));
  if (names.length === 0) return [...args, wholeSuite];
  const isFolder = (arg) => names.includes(arg) && existsSync(arg) && statSync(arg).isDirectory();
  return args.map((arg) => (isFolder(arg) ? `${arg.replace(/\/+$/, '')}/**/*.test.ts` : arg));
}

async function runMocha(args, announcement) {
  const home = mkdtempSync(join(tmpdir(), 'ledgerbell-test-'));
  const countsFile = process.env.LEDGERBELL_TEST_COUNTS ?? join(home, 'counts.json');
  rmSync(countsFile, { force: true });
  try {
    const code = await runChild(
      // Mocha's bin would start this same file in one more process, which a signal does not reach.
      [
        '--import=tsx',
        'node_modules/mocha/lib/cli/cli.js',
        '--reporter',
        'scripts/counting-reporter.cjs',
        '--fail-zero',
        ...parallel(args),
        ...colour,
        ...args,
      ],
      { LEDGERBELL_TEST_MARIADB: JSON.stringify(announcement), LEDGERBELL_TEST_COUNTS: countsFile },
    );
    return conclude(code, countsFile);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A file at a time on each core: every test makes its own database. One file alone, or a debugger, needs no helpers. */
function parallel(args) {
  const asked = args.some((arg) => /^--(no-)?(parallel|bail|inspect)/.test(arg));
  return asked || availableParallelism() === 1 ? [] : ['--parallel', `--jobs=${Math.min(availableParallelism(), 4)}`];
}

async function runChild(args, env) {
  mocha = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  const [code, signal] = await new Promise((done, fail) => {
    mocha.once('error', fail).once('exit', (...outcome) => done(outcome));
  });
  return signal ? exitCodeOf(signal) : code;
}

/** The last line is for people and programs alike; a run that tested nothing has failed. */
function conclude(code, countsFile) {
  if (!existsSync(countsFile)) {
    console.error('[test] Mocha ended before it could count its tests');
    return code || 1;
  }
  const { passed, failed, skipped } = JSON.parse(readFileSync(countsFile, 'utf8'));
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return code || (passed === 0 || failed > 0 ? 1 : 0);
}

/** Mocha ends its run at the first signal, after the test under way; a second one does not wait for that. */
function interrupt(signal) {
  mocha?.kill(interrupted ? 'SIGKILL' : signal);
  interrupted = signal;
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}
