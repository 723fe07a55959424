// Compiles to dist/, from nothing, so that no deleted source lives on there. `buildWhenStale` is for commands that only need
// an up-to-date result.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const sources = ['src', 'adapters', 'schemas', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const result = join(root, 'dist', 'src', 'cli.js');

export function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) throw new Error('the TypeScript build failed');
}

export function buildWhenStale() {
  const built = existsSync(result) ? statSync(result).mtimeMs : 0;
  if (sources.every((source) => newestChange(join(root, source)) < built)) return;
  console.log('[build] compiling');
  build();
}

/** The latest modification below a path, as epoch milliseconds; a folder's own time tells of deleted files. */
function newestChange(path) {
  if (!existsSync(path)) return 0;
  const entries = statSync(path).isDirectory() ? readdirSync(path, { recursive: true }) : [];
  return Math.max(...['.', ...entries].map((entry) => statSync(join(path, entry)).mtimeMs));
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  try {
    build();
  } catch (error) {
    console.error(`[build] ${error.message}`);
    process.exitCode = 1;
  }
}
