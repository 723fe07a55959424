/** What a command that failed says, and its exit code: 1 for a problem, 2 for misuse or configuration. No stack, no values. */
import { CommanderError } from 'commander';
import { LedgerbellError } from '../contracts/errors.js';
import { isDatabaseTrouble } from '../flows/database-trouble.js';
import type { Io } from './io.js';

export interface Report {
  code: string;
  message: string;
  path?: string;
  /** With more than one mistake. */
  mistakes?: readonly { path: string; message: string }[];
}

/** Whatever has to be mended in the call, the configuration or the installation. */
const MISUSE =
  /^(usage|config-|keys-required|key-file-|encryption-key-|adapter-|secret-malformed|driver-missing|stream-|database-unsupported|table-prefix-|column-|request-|id-)/;

/** Says it on standard error; returns the exit code. */
export function reportError(error: unknown, { err }: Io, options: { json?: boolean; debug?: boolean }): number {
  // Commander has said it already; asking for help is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const report = reportOf(error);
  err(options.json ? `${JSON.stringify({ error: report })}\n` : words(report));
  if (options.debug) err(`${traceOf(error)}\n`);
  return MISUSE.test(report.code) ? 2 : 1;
}

function reportOf(error: unknown): Report {
  if (error instanceof LedgerbellError) {
    const { code, message, path } = error;
    const mistakes = 'mistakes' in error ? (error.mistakes as Report['mistakes']) : undefined;
    return { code, message, ...(path === undefined ? {} : { path }), ...(mistakes === undefined ? {} : { mistakes }) };
  }
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (code === 'EADDRINUSE')
    return { code: 'address-in-use', message: 'Something else listens there: change http.port' };
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return {
      code: 'address-refused',
      message: 'This machine does not let us listen there: change http.host or http.port',
    };
  }
  if (isDatabaseTrouble(error)) {
    return { code: 'database-unavailable', message: `The database cannot be used just now (${String(code ?? name)})` };
  }
  // A driver's message quotes the statement with its values.
  return { code: 'unexpected', message: `An unexpected error (${String(code ?? name)}); --debug tells where` };
}

function words({ code, message, path, mistakes }: Report): string {
  const listed = code === 'config-invalid' || mistakes === undefined || mistakes.length < 2;
  const more = listed ? '' : mistakes.map((mistake) => `\n  ${mistake.path}: ${mistake.message}`).join('');
  const place = path === undefined || code === 'config-invalid' || !listed ? '' : ` (${path})`;
  return `${code}: ${message}${place}${more}\n`;
}

/** Where, without the message: that of a driver holds values. */
function traceOf(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current instanceof Error && lines.length < 60; current = current.cause) {
    lines.push(current.name, ...(current.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)));
  }
  return lines.join('\n');
}
