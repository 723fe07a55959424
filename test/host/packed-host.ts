/**
 * Host applications that use the packed package, as `npm pack` makes it and nothing else. Their `node_modules` holds the
 * unpacked tarball, and links to what a package manager would install beside it: the package's own dependencies and the
 * host's. What the package forgot to declare is therefore missing there too.
 */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = resolve('.');
const run = promisify(execFile);

export interface PackageJson {
  name: string;
  dependencies?: Record<string, string>;
  bin?: Record<string, string>;
  exports?: Record<string, string | Record<string, string>>;
  [field: string]: unknown;
}

let packed: Promise<string> | undefined;

/** The tarball, made once a run; it ends with the process. */
export function packedPackage(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-pack-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT });
  return join(folder, stdout.trim().split('\n').at(-1) ?? '');
}

/** Paths inside the tarball, without the leading `package/`. */
export async function packedFiles(): Promise<string[]> {
  const list = execFileSync('tar', ['-tzf', await packedPackage()], { encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
}

export interface Host {
  folder: string;
  /** Where the package lies. */
  installed: string;
  remove(): void;
}

export interface HostOptions {
  /** Files and folders copied into the host, from the project's root. */
  files: readonly string[];
  /** The host's own dependencies, besides ours. */
  dependencies: readonly string[];
  /** Packages of the host that are another version than ours: by name, how the project calls that version. */
  instead?: Readonly<Record<string, string>>;
}

export async function createHost({ files, dependencies, instead = {} }: HostOptions): Promise<Host> {
  const tarball = await packedPackage();
  // The real path: on some systems the temporary folder is a link, which module resolution would follow.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ledgerbell-host-')));
  for (const file of files) copyInto(folder, file);
  const installed = join(folder, 'node_modules', 'ledgerbell');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  const own = Object.keys(readPackage(installed).dependencies ?? {});
  for (const name of new Set([...own, ...dependencies])) link(folder, name, instead[name]);
  // As a package manager does: what the host has in another version lies beside ours.
  for (const name of Object.keys(instead)) link(installed, name);
  return { folder, installed, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function readPackage(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** A folder's content goes to the top of the host, a file too. */
function copyInto(folder: string, file: string): void {
  const source = join(PROJECT, file);
  const isFolder = existsSync(join(source, 'package.json'));
  cpSync(source, isFolder ? folder : join(folder, file.slice(file.lastIndexOf('/') + 1)), { recursive: true });
}

/** Resolution starts from where a link leads to, so that each dependency finds its own beside it. */
function link(folder: string, name: string, called = name): void {
  const target = join(folder, 'node_modules', name);
  if (name === 'ledgerbell') return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules', called), target, 'dir');
}
