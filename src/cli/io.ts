/** The world around a run of the command line: where it stands, what it reads, and where it writes. */
import { readFileSync } from 'node:fs';

export interface Io {
  cwd: string;
  env: Record<string, string | undefined>;
  /** All of standard input. */
  input(): string;
  /** Standard output: what was asked for. */
  out(text: string): void;
  /** Standard error: everything else. */
  err(text: string): void;
  /** Whether a person sees standard error as it is written. */
  isTerminal: boolean;
}

export function processIo(): Io {
  // Whoever reads us may stop reading: `ledgerbell audit list | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    cwd: process.cwd(),
    env: process.env,
    input: () => readFileSync(0, 'utf8'),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  };
}
