/** The real service as a process of its own, which a test can kill. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './wait-for.js';

export interface ServiceProcess {
  url: string;
  /** Starts it (again), and resolves once it answers. */
  start(): Promise<void>;
  /** SIGKILL: nothing is finished or written any more. */
  kill(): Promise<void>;
  /** SIGTERM, and waits. Returns the exit code. */
  stop(): Promise<number | null>;
  /** What it wrote so far, both streams. */
  output(): string;
  /** Of the process as it was started last. */
  pid(): number | undefined;
}

export interface ServiceProcessOptions {
  /** Where the configuration file is written. */
  folder: string;
  config: object & { http: { port: number } };
  env?: Record<string, string>;
}

export function serviceProcess({ folder, config, env }: ServiceProcessOptions): ServiceProcess {
  const file = join(folder, 'ledgerbell.config.json');
  writeFileSync(file, JSON.stringify(config));
  const url = `http://127.0.0.1:${config.http.port}`;
  let child: ChildProcess | undefined;
  let written = '';

  return {
    url,
    async start() {
      const args = ['--import', 'tsx', join('src', 'cli.ts'), 'serve', '--config', file];
      const started = spawn(process.execPath, args, {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          written += chunk.toString();
        });
      }
      child = started;
      await waitFor(
        async () => {
          if (started.exitCode !== null) throw new Error(`the service ended by itself: ${written.slice(-2000)}`);
          return (await fetch(`${url}/healthz`)).ok;
        },
        { what: 'the service to answer', timeoutMs: 120_000, everyMs: 25 },
      );
    },
    async kill() {
      await end(child, 'SIGKILL');
    },
    async stop() {
      return end(child, 'SIGTERM');
    },
    output: () => written,
    pid: () => child?.pid,
  };
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}
