import { LedgerbellError } from '../../src/contracts/errors.js';

/** The code of the error an action throws, or what else happened. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof LedgerbellError ? error.code : `not ours: ${error}`;
  }
  return 'nothing was thrown';
}
