/**
 * Problems as RFC 9457 documents, and JSON answers, on a plain Node response. What is answered and what is logged are
 * separate: an error that is not ours is answered as `internal-error` and nothing else.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LedgerbellError } from '../contracts/errors.js';
import { isDatabaseTrouble } from '../flows/database-trouble.js';
import type { Logger } from '../flows/house.js';
import type { Mistake } from '../flows/mistakes.js';
import { PROBLEM_CODES } from './problem-codes.js';

export interface Problem {
  status: number;
  /** Stable, kebab-case; explained in docs/errors.md. */
  code: string;
  /** What was wrong this time. */
  detail?: string;
  /** JSON pointer of the field at fault. */
  path?: string;
  /** Every mistake, where there can be several. */
  errors?: readonly Mistake[];
  /** Members of our own beside the standard's. */
  [extension: string]: unknown;
}

const RETRY_AFTER_SECONDS = 5;

/** @param input an error, or a problem already made */
export function sendProblem(res: ServerResponse, input: unknown, log: Pick<Logger, 'error' | 'warn'>): void {
  const problem = problemOf(input);
  logTrouble(problem, input, log);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  if (problem.status === 503) res.setHeader('retry-after', String(RETRY_AFTER_SECONDS));
  if (problem.status === 401) res.setHeader('www-authenticate', 'Bearer realm="ledgerbell"');
  send(res, problem.status, 'application/problem+json', problemDocument(problem));
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  send(res, status, 'application/json', body);
}

/** The document as it is sent. */
export function problemDocument({ status, code, detail, ...rest }: Problem): Record<string, unknown> {
  const title = PROBLEM_CODES.get(code)?.title ?? code;
  return { type: `urn:ledgerbell:problem:${code}`, title, status, code, detail: detail ?? title, ...rest };
}

export function problemOf(input: unknown): Problem {
  if (isProblem(input)) return input;
  if (isDatabaseTrouble(input)) return { status: 503, code: 'database-unavailable' };
  const code = codeOf(input);
  const known = code === undefined ? undefined : PROBLEM_CODES.get(code);
  if (known === undefined || code === undefined) return foreignProblem(input);
  const { message, path, mistakes } = input as LedgerbellError & { mistakes?: readonly Mistake[] };
  return {
    status: known.status,
    code,
    detail: message,
    ...(path === undefined ? {} : { path }),
    ...(mistakes === undefined ? {} : { errors: mistakes }),
  };
}

/** Ours, or an adapter's refusal of a callback: only such messages were written to be read by a client. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof LedgerbellError) return error.code;
  const isRefusal = error instanceof Error && error.name === 'CallbackRefused' && 'code' in error;
  return isRefusal ? String(error.code) : undefined;
}

/** Express's router throws this for `%E0%A4%A`. */
function foreignProblem(error: unknown): Problem {
  if (error instanceof URIError) return { status: 400, code: 'path-malformed' };
  return { status: 500, code: 'internal-error' };
}

function isProblem(input: unknown): input is Problem {
  return typeof input === 'object' && input !== null && !(input instanceof Error) && 'status' in input;
}

function logTrouble({ status, code }: Problem, input: unknown, log: Pick<Logger, 'error' | 'warn'>): void {
  if (status < 500) return;
  const fields = { code, error: describe(input) };
  if (status === 503) log.warn(fields, 'A request could not be served just now');
  else log.error(fields, 'A request failed');
}

/**
 * A driver's message quotes the statement with its values, and a parser's quotes its input: only where an error came
 * from is logged, never its message; our own are written without values.
 */
function describe(error: unknown): Record<string, unknown> | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, code, errno } = error as Error & { code?: unknown; errno?: unknown };
  const stack = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
  const message = error instanceof LedgerbellError ? error.message : undefined;
  return { name, code, errno, message, stack };
}

function send(res: ServerResponse, status: number, contentType: string, body: unknown): void {
  // As text it leaves together with the headers, in one write.
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('content-type', contentType);
  res.setHeader('content-length', Buffer.byteLength(text));
  res.setHeader('cache-control', 'no-store');
  const isHead = (res as ServerResponse & { req?: IncomingMessage }).req?.method === 'HEAD';
  res.end(isHead ? undefined : text);
}
