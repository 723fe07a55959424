/** Options and arguments that commands share, and what is wrong with them. */
import { InvalidArgumentError } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';

/** The command was called wrongly: exit code 2. */
export function misuse(message: string): LedgerbellError {
  return new LedgerbellError('usage', message);
}

export const LIMIT = 50;

/** For `--limit`: 1 to 1,000. */
export function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidArgumentError('It must be a whole number from 1 to 1000.');
}

/** A whole number above zero, however large. */
export function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number above zero.');
}

export function readSequence(text: string): number {
  const sequence = Number(text);
  if (Number.isSafeInteger(sequence) && sequence >= 0) return sequence;
  throw new InvalidArgumentError('It must be a whole number.');
}
