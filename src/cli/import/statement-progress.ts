/** How far a file of entries is: a bar on a terminal, else a line for every tenth. Beside the data, on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import type { Io } from '../io.js';

export interface StatementProgress {
  show(state: { phase: 'reading' | 'taking'; done: number; of: number }): void;
  stop(): void;
}

const PHASES = { reading: 'read through', taking: 'entries taken' } as const;

export function statementProgress(io: Io, { quiet }: { quiet: boolean }): StatementProgress {
  if (quiet) return { show() {}, stop() {} };
  return io.isTerminal ? bar() : lines(io);
}

function bar(): StatementProgress {
  const shown = new SingleBar({ format: '{bar} {percentage} %  {phase}', stream: process.stderr }, Presets.rect);
  let phase: keyof typeof PHASES | undefined;
  return {
    show(state) {
      if (phase !== state.phase) {
        phase = state.phase;
        shown.start(state.of, state.done, { phase: PHASES[state.phase] });
      }
      shown.update(state.done);
    },
    stop: () => shown.stop(),
  };
}

function lines({ err }: Io): StatementProgress {
  const tenths = { reading: 0, taking: 0 };
  return {
    show({ phase, done, of }) {
      const reached = of === 0 ? 10 : Math.floor((done / of) * 10);
      if (reached <= tenths[phase]) return;
      tenths[phase] = reached;
      err(`${reached * 10} %  ${PHASES[phase]}\n`);
    },
    stop() {},
  };
}
