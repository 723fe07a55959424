/** Every error of ours: a stable kebab-case `code` for programs, a message for people. Neither ever holds a secret or personal data. */
export class LedgerbellError extends Error {
  readonly code: string;
  /** JSON pointer or path of the field at fault, where there is one. */
  readonly path?: string;

  constructor(code: string, message: string, options: { cause?: unknown; path?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LedgerbellError';
    this.code = code;
    if (options.path !== undefined) this.path = options.path;
  }
}
