/** `demo`: the service on real sample transactions, with its SMS on the terminal. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Cli } from './cli.js';
import { runDemo } from './demo/run-demo.js';
import { readLimit } from './usage.js';

export function addDemo(program: Command, _cli: Cli): void {
  program
    .command('demo')
    .description('run on real sample transactions and show each SMS; stays up until Ctrl-C')
    .option('--folder <folder>', "where the demo's database goes; emptied first", join('data', 'demo'))
    .option('--limit <n>', 'how many transactions (default: all)', readLimit)
    .option('--exit', 'end after the summary')
    .action((options: { folder: string; limit?: number; exit?: boolean }) => demo(options));
}

async function demo({ folder, limit, exit }: { folder: string; limit?: number; exit?: boolean }): Promise<void> {
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const demo = await runDemo({ folder, out: process.stdout, limit });
  if (!exit) await told;
  await demo.stop();
}
