/**
 * Message texts: Liquid, strict and without loops, files or arithmetic, so that a text costs what its length says and
 * a missing value is an error rather than a gap. No time limit is set: a clock would make a replay differ.
 */
import { Liquid, type Template } from 'liquidjs';
import { LedgerbellError } from '../../contracts/errors.js';
import { LIBRARY_FILTERS, OWN_FILTERS, RENDER_OPTIONS, type RenderOptions } from './filters.js';
import { normalise } from './normalise.js';

export type { RenderOptions };

export interface CompiledText {
  /**
   * The text for one recipient, trimmed and in GSM-7 characters where possible. Values from events must have passed
   * `outsideScope`. Throws `text-value-missing`, `text-value-unfit`, `text-too-costly` or what a filter refuses.
   */
  render(scope: object, options: RenderOptions): string;
  /** Full paths of the values the text uses: `transaction.merchant.name`. */
  variables(): string[];
}

const TAGS = new Set(['assign', 'capture', 'case', 'comment', 'if', 'raw', 'unless', '#']);
const LONGEST_SOURCE = 5_000;
/** Characters a render may allocate: a text that doubles itself stops here. */
const MEMORY_LIMIT = 100_000;

const liquid = createLiquid();

/** Parses once, renders often. Throws `text-malformed`, its message beginning with the line. */
export function compileText(source: string): CompiledText {
  const templates = parse(source.replace(/\r\n?/g, '\n'));
  let variables: string[] | undefined;
  return {
    render: (scope, options) => render(templates, scope, options),
    variables() {
      variables ??= liquid.globalFullVariablesSync(templates);
      return [...variables];
    },
  };
}

function createLiquid(): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `if` and `default` may ask for a value that is absent; printing it is the mistake.
    lenientIf: true,
    outputEscape: printable,
    parseLimit: LONGEST_SOURCE,
    memoryLimit: MEMORY_LIMIT,
    // No template is ever looked up by name, on disk or elsewhere.
    templates: {},
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) {
    if (!LIBRARY_FILTERS.has(filter)) engine.unregisterFilter(filter);
  }
  for (const [name, filter] of Object.entries(OWN_FILTERS)) engine.registerFilter(name, filter);
  return engine;
}

/** Only the template may break lines. */
function printable(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\s*[\n\v\f\r\u0085\u2028\u2029]+\s*/g, ' ');
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value === null || value === undefined) throw new LedgerbellError('text-value-missing', 'A value is missing.');
  throw new LedgerbellError('text-value-unfit', 'The text prints an object or a list; name one value inside it.');
}

function parse(source: string): Template[] {
  try {
    return liquid.parse(source);
  } catch (cause) {
    throw malformed(cause);
  }
}

function render(templates: Template[], scope: object, options: RenderOptions): string {
  try {
    const text: string = liquid.renderSync(templates, scope, { globals: { [RENDER_OPTIONS]: options } });
    return tidy(text);
  } catch (cause) {
    throw renderError(cause);
  }
}

function tidy(text: string): string {
  return normalise(text)
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

/** What the library's errors hold, as far as it is used here. */
interface LiquidFailure {
  message: string;
  originalError?: { message: string; variableName?: string };
  token?: { getPosition?(): number[]; getText?(): string };
}

function malformed(cause: unknown): LedgerbellError {
  const failure = cause as LiquidFailure;
  const line = failure.token?.getPosition?.()[0] ?? 1;
  const message = (failure.originalError?.message ?? failure.message).replace(/, line:\d+, col:\d+.*$/s, '');
  return new LedgerbellError('text-malformed', `Line ${line}: ${message}.`, { cause, path: `line ${line}` });
}

/** The library's own error is not kept as the cause: it quotes the template, and sometimes values. */
function renderError(failure: unknown): LedgerbellError {
  const original = (failure as LiquidFailure).originalError;
  if (original instanceof LedgerbellError) return withPlace(original, failure as LiquidFailure);
  if (original?.variableName !== undefined) {
    const name = original.variableName;
    return new LedgerbellError('text-value-missing', `The text needs "${name}", which is missing.`, { path: name });
  }
  if (original?.message.startsWith('memory alloc limit')) {
    return new LedgerbellError('text-too-costly', 'The text makes more characters than a message may.');
  }
  return new LedgerbellError('text-value-unfit', 'A value does not fit the filter it is given to.');
}

function withPlace(error: LedgerbellError, failure: LiquidFailure): LedgerbellError {
  const line = failure.token?.getPosition?.()[0] ?? 1;
  const place = `line ${line}, ${failure.token?.getText?.() ?? ''}`;
  return new LedgerbellError(error.code, `In ${place}: ${error.message}`, { path: error.path ?? `line ${line}` });
}
