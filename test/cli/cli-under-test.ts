/**
 * The command line in a folder of its own. `run` is the whole program in this process, which takes a fraction of a
 * second; `spawn` is the real process, for what only a process has.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { runProgram } from '../../src/cli/program.js';

const TSX = import.meta.resolve('tsx');
const CLI = resolve('src', 'cli.ts');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliUnderTest {
  folder: string;
  /** Writes ledgerbell.config.json. */
  configure(document: object): void;
  /** Returns the file's path. */
  write(name: string, content: string): string;
  run(args: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Ended>;
  /** What `--json` answers. */
  json<T>(args: readonly string[]): Promise<T>;
  spawn(args: readonly string[]): ChildProcess;
  remove(): void;
}

export function cliUnderTest(): CliUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-cli-'));
  const run: CliUnderTest['run'] = async (args, { input = '', env = {} } = {}) => {
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    const out = (written: string): void => {
      ended.stdout += written;
    };
    const err = (written: string): void => {
      ended.stderr += written;
    };
    ended.code = await runProgram(args, { cwd: folder, env, input: () => input, out, err, isTerminal: false });
    return ended;
  };
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    folder,
    write,
    run,
    configure: (document) => void write('ledgerbell.config.json', JSON.stringify(document)),
    async json(args) {
      const { code, stdout, stderr } = await run([...args, '--json']);
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    spawn(args) {
      const { NODE_ENV: _environment, ...env } = process.env;
      return spawn(process.execPath, ['--import', TSX, CLI, ...args], { cwd: folder, env });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Waits for a process that writes little. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)]);
  await ended;
  return { code: child.exitCode, stdout, stderr };
}
