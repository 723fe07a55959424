/** `demo`: the service on real sample transactions, with its SMS on the terminal. */
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { runDemo } from './demo/run-demo.js';
import { readCount } from './usage.js';

export function addDemo(program: Command, cli: Cli): void {
  program
    .command('demo')
    .description('run on real sample transactions and show each SMS; stays up until Ctrl-C')
    .option('--folder <folder>', "where the demo's database goes; emptied first", join('data', 'demo'))
    .option('--limit <n>', 'how many transactions (default: all)', readCount)
    .option('--exit', 'end after the summary')
    .action((options: { folder: string; limit?: number; exit?: boolean }) =>
      demo({ ...options, folder: resolve(cli.io.cwd, options.folder) }),
    );
}

async function demo({ folder, limit, exit }: { folder: string; limit?: number; exit?: boolean }): Promise<void> {
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const demo = await runDemo({ folder, out: process.stdout, limit });
  if (!exit) await told;
  await demo.stop();
}
