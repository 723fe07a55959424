/**
 * The one HTTP client lent to adapters. It answers the question an SMS needs: did the request leave, or not?
 * `not-sent` is said only when no connection was made, so that nothing can have been sent; everything that goes
 * wrong later is `no-answer`. It never throws and follows no redirect.
 *
 * It stands on `node:http` rather than `fetch`, because only the socket tells when the connection was made, and it
 * opens a connection for each request: a kept-alive one that the gateway closes meanwhile would turn a message
 * that never left into one that may have.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AdapterTools, HttpRequest, HttpResult } from '../contracts/adapter.js';

export const HTTP_TIME_LIMIT_MS = 10_000;
export const HTTP_BODY_LIMIT = 64 * 1024;

/** @param options.timeoutMs the limit of one whole exchange, body included, unless the request states its own */
export function createHttp(options: { timeoutMs?: number } = {}): AdapterTools['http'] {
  const limit = options.timeoutMs ?? HTTP_TIME_LIMIT_MS;
  return (request) => new Promise((resolve) => exchange(request, request.timeoutMs ?? limit, resolve));
}

function exchange(wanted: HttpRequest, timeoutMs: number, resolve: (result: HttpResult) => void): void {
  const opened = open(wanted);
  if (typeof opened === 'string') {
    resolve({ kind: 'not-sent', code: opened });
    return;
  }
  const { outgoing, secure } = opened;
  let connected = false;
  const finish = (result: HttpResult) => {
    clearTimeout(timer);
    resolve(result);
    outgoing.destroy();
  };
  const fail = (code: string) => finish({ kind: connected ? 'no-answer' : 'not-sent', code });
  const timer = setTimeout(() => fail(connected ? 'timeout' : 'connect-timeout'), timeoutMs);

  outgoing.on('socket', (socket) => {
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      connected = true;
    });
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => fail(codeOf(error)));
  outgoing.on('close', () => fail('truncated'));
  outgoing.on('response', (response) => readBody(response, finish, fail));
  outgoing.end(wanted.body);
}

/** An address or header that cannot be sent is reported as its code, without the address: it can hold a password. */
function open({ url, method, headers, body }: HttpRequest): { outgoing: ClientRequest; secure: boolean } | string {
  try {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    if (!secure && target.protocol !== 'http:') return 'url-invalid';
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const settings = { method, headers: { ...length, ...headers }, agent: false as const };
    return { secure, outgoing: secure ? httpsRequest(target, settings) : httpRequest(target, settings) };
  } catch {
    return 'request-invalid';
  }
}

function readBody(response: IncomingMessage, finish: (result: HttpResult) => void, fail: (code: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const answer = () => {
    const body = Buffer.concat(chunks).subarray(0, HTTP_BODY_LIMIT).toString('utf8');
    finish({ kind: 'response', status: response.statusCode ?? 0, headers: headersOf(response), body });
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= HTTP_BODY_LIMIT) answer();
  });
  response.on('end', () => (response.complete ? answer() : fail('truncated')));
  response.on('error', () => fail('truncated'));
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) {
      try {
        headers.append(name, value);
      } catch {
        // a header that the platform refuses is of no use to an adapter either
      }
    }
  }
  return headers;
}

const CODES: Record<string, string> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'dns-unavailable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'timeout',
};

function codeOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? '';
  if (code in CODES) return CODES[code] as string;
  if (code.startsWith('HPE_')) return 'answer-malformed';
  return code === '' ? 'failed' : code.toLowerCase().replaceAll('_', '-');
}
