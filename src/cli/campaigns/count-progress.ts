/** How far a count is: a bar on a terminal, else a line for every tenth. Beside the data, on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import type { Io } from '../io.js';

export interface CountProgress {
  show(done: number, all: number): void;
  stop(): void;
}

export function countProgress(io: Io, { quiet, what }: { quiet: boolean; what: string }): CountProgress {
  if (quiet) return { show() {}, stop() {} };
  return io.isTerminal ? bar(what) : lines(io, what);
}

function bar(what: string): CountProgress {
  const format = `{bar} {percentage} %  {value} of {total} ${what}`;
  const shown = new SingleBar({ format, stream: process.stderr }, Presets.rect);
  let isShown = false;
  return {
    show(done, all) {
      if (!isShown) shown.start(all, 0);
      isShown = true;
      shown.setTotal(all);
      shown.update(done);
    },
    stop() {
      if (isShown) shown.stop();
      isShown = false;
    },
  };
}

function lines({ err }: Io, what: string): CountProgress {
  let tenths = 0;
  return {
    show(done, all) {
      const reached = all === 0 ? 10 : Math.floor((done / all) * 10);
      if (reached <= tenths) return;
      tenths = reached;
      err(`${reached * 10} %  ${done} ${what}\n`);
    },
    stop() {},
  };
}
