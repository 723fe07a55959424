/** How far an import is: a bar on a terminal, else a line for every tenth of the file. Beside the data, on standard error. */
import { Presets, SingleBar } from 'cli-progress';
import type { Io } from '../io.js';

export interface ImportProgress {
  show(state: { bytesRead: number; rows: number; refused: number }): void;
  stop(): void;
}

export function importProgress(io: Io, { bytes, quiet }: { bytes: number; quiet: boolean }): ImportProgress {
  if (quiet || bytes === 0) return { show() {}, stop() {} };
  return io.isTerminal ? bar(bytes) : lines(io, bytes);
}

function bar(bytes: number): ImportProgress {
  const format = '{bar} {percentage} %  {rows} rows, {refused} refused';
  const shown = new SingleBar({ format, stream: process.stderr, stopOnComplete: true }, Presets.rect);
  shown.start(bytes, 0, { rows: 0, refused: 0 });
  return {
    show: ({ bytesRead, ...payload }) => shown.update(bytesRead, payload),
    stop: () => shown.stop(),
  };
}

function lines({ err }: Io, bytes: number): ImportProgress {
  let tenths = 0;
  return {
    show({ bytesRead, rows, refused }) {
      const reached = Math.floor((bytesRead / bytes) * 10);
      if (reached <= tenths) return;
      tenths = reached;
      err(`${reached * 10} %  ${rows} rows, ${refused} refused\n`);
    },
    stop() {},
  };
}
