// Finds a server program that the tests need, and installs its Debian package where it is missing and that is possible.
// Never starts the package's own system service. What cannot be had is said in words, so that a skipped test can name it.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const policy = '/usr/sbin/policy-rc.d';

/** The full path of a program, also where the system keeps servers off the PATH of ordinary users. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/usr/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Returns undefined when all the programs are there (now), else the reason why they are not. */
export function ensurePrograms(names, debianPackages) {
  const missing = () => names.filter((name) => !findProgram(name));
  if (missing().length === 0) return undefined;
  const packages = debianPackages.join(' ');
  const what = `${missing().join(' and ')} not found`;
  if (!findProgram('apt-get')) return `${what}, and this system has no apt-get to install ${packages} with`;
  if (process.getuid?.() !== 0) return `${what}; run "apt-get install ${packages}" as root`;
  console.log(`[setup] ${what}: installing from Debian's packages: ${packages}`);
  const failure = aptInstall(debianPackages);
  if (failure) return `${what}, and installing ${packages} failed: ${failure}`;
  return missing().length === 0 ? undefined : `${packages} is installed, yet ${missing().join(' and ')} not found`;
}

function aptInstall(debianPackages) {
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  const forbidsServices = !existsSync(policy);
  if (forbidsServices) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // A failed update is no reason to stop: the lists that are there may do.
    apt([...wait, 'update']);
    return apt([...wait, 'install', '-y', '--no-install-recommends', ...debianPackages]);
  } finally {
    if (forbidsServices) rmSync(policy, { force: true });
  }
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync('apt-get', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (run.status === 0) return undefined;
  return run.error?.message ?? (run.stderr.trim().split('\n').pop() || `apt-get ended with ${run.status}`);
}
