/** How much is run: `--quick` proves that everything works, `--full` runs what takes long. */
export type Size = 'quick' | 'usual' | 'full';

export interface Settings {
  size: Size;
  /** Only these parts, where any are named. */
  parts: string[];
}

export function readSettings(args: readonly string[]): Settings {
  const size = args.includes('--full') ? 'full' : args.includes('--quick') ? 'quick' : 'usual';
  return { size, parts: args.filter((arg) => !arg.startsWith('--')) };
}

export function bySize<T>(size: Size, values: { quick: T; usual: T; full?: T }): T {
  return size === 'full' ? (values.full ?? values.usual) : values[size];
}
