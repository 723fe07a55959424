/** A progress bar with messages above it on a terminal; plain lines anywhere else. */
import { MultiBar, Presets } from 'cli-progress';

export interface Progress {
  advance(done: number): void;
  print(text: string): void;
  stop(): void;
}

const LINE_EVERY = 500;

export function createProgress(label: string, total: number, out: NodeJS.WriteStream): Progress {
  if (!out.isTTY) {
    return {
      advance(done) {
        if (done % LINE_EVERY === 0 || done === total) out.write(`${label}: ${done} of ${total}\n`);
      },
      print: (text) => out.write(`${text}\n`),
      stop: () => undefined,
    };
  }
  const bars = new MultiBar(
    { format: `${label} {bar} {value}/{total} {eta}s`, stream: out, hideCursor: true, clearOnComplete: false },
    Presets.shades_classic,
  );
  const bar = bars.create(total, 0);
  return {
    advance: (done) => bar.update(done),
    print: (text) => bars.log(`${text}\n`),
    stop: () => bars.stop(),
  };
}
