/** Every mistake of a configuration at once. No message holds a value: it could be a secret. */
import { LedgerbellError } from '../contracts/errors.js';
import type { Mistake } from '../registry/schema-check.js';

export class ConfigInvalid extends LedgerbellError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ path, message }) => `  ${path}: ${message}`);
    const count = mistakes.length === 1 ? 'one mistake' : `${mistakes.length} mistakes`;
    super('config-invalid', `The configuration has ${count}:\n${lines.join('\n')}`, { path: mistakes[0]?.path });
    this.name = 'ConfigInvalid';
    this.mistakes = mistakes;
  }
}
