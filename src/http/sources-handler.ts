/**
 * `POST /v1/sources/{source}/events`, as a plain Node handler: body read once as bytes, sender verified over them, mapped,
 * decided, and acknowledged the way the platform wants to read it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LedgerbellError } from '../contracts/errors.js';
import type { Acknowledgement, SourceDelivery } from '../contracts/source.js';
import { visibleHeaders } from '../core/sources/header-filter.js';
import type { House } from '../flows/house.js';
import type { ReadySource } from '../flows/sources/ready-source.js';
import { type SourceAnswer, takeDelivery } from '../flows/sources/take-delivery.js';
import { problemOf, sendJson, sendProblem } from './problem.js';
import { PROBLEM_CODES } from './problem-codes.js';
import { readBody } from './read-body.js';
import type { Verifier } from './signature/schemes/index.js';
import { SignatureRefused } from './signature/signature-refused.js';
import { secretMaySend } from './signature/webhook-secret.js';

/** Each source's way of proving its sender, by the source's name. */
export type Verifiers = ReadonlyMap<string, Verifier>;

export type SourcesHandler = (req: IncomingMessage, res: ServerResponse, source: string) => void;

export function createSourcesHandler(house: House, verifiers: Verifiers): SourcesHandler {
  return (req, res, name) => {
    const source = house.sources?.get(name);
    const verifier = verifiers.get(name);
    if (source === undefined || verifier === undefined) {
      sendProblem(res, new LedgerbellError('source-unknown', 'No such source is configured'), house.log);
      return;
    }
    handle(house, source, verifier, req)
      .then((answer) => reply(house, source, res, answer))
      .catch((error: unknown) => refuse(house, source, res, error));
  };
}

async function handle(
  house: House,
  source: ReadySource,
  verifier: Verifier,
  req: IncomingMessage,
): Promise<SourceAnswer> {
  const rawBody = await readBody(req, house.limits.bodyBytes);
  const now = house.now();
  const { headers, rawHeaders, method = 'POST', url = '/' } = req;
  const remoteAddress = req.socket.remoteAddress;
  const verdict = await verifier.verify({ headers, rawHeaders, rawBody, method, url, remoteAddress, now });
  if (!verdict.ok) throw new SignatureRefused(verdict.code);
  const sender = verdict.secret;
  return takeDelivery(house, source, deliveryOf(source, req, rawBody, now), {
    entity: sender.entity,
    check: (event) => secretMaySend({ ...sender, key: NO_KEY }, event),
  });
}

/** What a sender may say does not depend on the key it proved itself with. */
const NO_KEY = Buffer.alloc(0);

function deliveryOf(
  { secretHeaders }: ReadySource,
  req: IncomingMessage,
  body: Buffer,
  receivedAt: number,
): SourceDelivery {
  const contentType = req.headers['content-type'];
  const query = Object.fromEntries(new URLSearchParams(req.url?.split('?')[1]));
  const headers = visibleHeaders(req.headers, secretHeaders);
  return { body, headers, query, receivedAt, ...(contentType === undefined ? {} : { contentType }) };
}

/** Where nothing at all could be taken, what was refused is a problem, unless the platform wants to read something else. */
function reply(house: House, { mapping }: ReadySource, res: ServerResponse, answer: SourceAnswer): void {
  const { accepted, refused } = mapping.document.acknowledge ?? {};
  const isTaken = answer.accepted + answer.duplicates + answer.ignored > 0 || answer.results.length === 0;
  const wanted = answer.rejected > 0 ? refused : accepted;
  if (wanted !== undefined) {
    acknowledge(res, wanted, answer);
    return;
  }
  const first = answer.results.find((result) => result.status === 'rejected');
  if (isTaken || first?.status !== 'rejected') {
    sendJson(res, 200, answer);
    return;
  }
  const { code, message, path } = first;
  const status = PROBLEM_CODES.get(code)?.status ?? 422;
  sendProblem(res, { ...answer, status, code, detail: message, ...(path === undefined ? {} : { path }) }, house.log);
}

/** Nothing was kept. What is our trouble is answered as the platform wants to read that it has to send again. */
function refuse(house: House, { mapping }: ReadySource, res: ServerResponse, error: unknown): void {
  const { status, code } = problemOf(error);
  house.watch?.requestRefused(code);
  const retry = mapping.document.acknowledge?.retry;
  if (status < 500 || retry === undefined || res.headersSent) {
    sendProblem(res, error, house.log);
    return;
  }
  house.log.warn({ code }, 'A delivery could not be taken just now');
  acknowledge(res, { status: 503, ...retry }, {});
}

function acknowledge(res: ServerResponse, { status = 200, contentType, body }: Acknowledgement, usual: object): void {
  if (body === undefined) {
    sendJson(res, status, usual);
    return;
  }
  const text = Buffer.from(body);
  res.statusCode = status;
  res.setHeader('content-type', contentType ?? 'text/plain; charset=utf-8');
  res.setHeader('content-length', text.length);
  res.setHeader('cache-control', 'no-store');
  res.end(text);
}
