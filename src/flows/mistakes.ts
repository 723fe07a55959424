/** Several mistakes of one request, told at once. */
import { LedgerbellError } from '../contracts/errors.js';

export interface Mistake {
  /** JSON pointer into the body, or the name of a query parameter after a `?`. */
  path: string;
  /** Stable, as of a problem. */
  code: string;
  /** For people; holds no value of the request. */
  message: string;
}

/** Carries the first mistake's code and path, and all of them in `mistakes`. */
export class RequestMistaken extends LedgerbellError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly [Mistake, ...Mistake[]]) {
    const [first, ...more] = mistakes;
    const others = more.length === 0 ? '' : ` (and ${more.length} more: see \`errors\`)`;
    super(first.code, `${first.message}${others}`, { path: first.path });
    this.name = 'RequestMistaken';
    this.mistakes = mistakes;
  }
}

export function throwMistakes(mistakes: readonly Mistake[]): void {
  const [first, ...more] = mistakes;
  if (first !== undefined) throw new RequestMistaken([first, ...more]);
}

/** What a parser of values threw, at its place. Other errors are thrown on. */
export function mistakeOf(error: unknown, path: string): Mistake {
  if (!(error instanceof LedgerbellError)) throw error;
  return { path, code: error.code, message: error.message };
}
