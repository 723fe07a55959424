/** What the numbers were measured on. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import Sqlite from 'better-sqlite3';

export function describeMachine(mariadb: string | undefined): string[] {
  const [cpu] = cpus();
  const load = loadavg()[0] ?? 0;
  const sqlite = new Sqlite(':memory:').prepare('select sqlite_version() as version').get() as { version: string };
  return [
    `Machine: ${cpus().length} cores, ${cpu?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Node ${process.versions.node} (V8 ${process.versions.v8}), SQLite ${sqlite.version}, ${mariadb ?? 'no MariaDB'}`,
    `Load when started: ${load.toFixed(2)}; commit ${commit()}`,
  ];
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
