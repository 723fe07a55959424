// `npm run demo`: the first and only command of a fresh clone. Installs and compiles what is missing, then hands over to
// the demo itself.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWhenStale } from './build.mjs';
import { install } from './install.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

try {
  install();
  buildWhenStale();
  process.exitCode = await runDemo(process.argv.slice(2));
} catch (error) {
  console.error(`[demo] ${error.message}`);
  process.exitCode = 1;
}

function runDemo(args) {
  const demo = spawn(process.execPath, [join('dist', 'src', 'cli.js'), 'demo', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  // A terminal's Ctrl-C reaches the demo by itself: wait for its orderly end. Other signals are passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => demo.kill('SIGTERM'));
  return new Promise((done, fail) => {
    demo.once('error', fail);
    demo.once('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}
