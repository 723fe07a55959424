/**
 * `GET|POST /v1/receipts/{adapter}` and `/v1/inbound/{adapter}`: what providers call back with. The body is read as bytes, the
 * address and then the provider's own signature are checked, and only what is genuine is read and kept.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallbackRequest, Receipt, SmsAdapter } from '../../contracts/adapter.js';
import { LedgerbellError } from '../../contracts/errors.js';
import type { House } from '../../flows/house.js';
import { type CallbackKind, callbackPath } from '../../flows/receipt-address.js';
import { receiveInbound } from '../../flows/receive-inbound.js';
import { receiveReceipts } from '../../flows/receive-receipts.js';
import { sendJson, sendProblem } from '../problem.js';
import { readBody } from '../read-body.js';
import { type CallbackScope, callbackScope } from './callback-scope.js';

const BODY_LIMIT = 262_144;

export type CallbackHandler = (req: IncomingMessage, res: ServerResponse, adapter: string) => void;

export function createCallbackHandler(house: House, kind: CallbackKind): CallbackHandler {
  return (req, res, adapter) => {
    handle(house, kind, req, adapter)
      .then(({ body, answer }) => (answer === undefined ? sendJson(res, 200, body) : sendAnswer(res, answer)))
      .catch((error: unknown) => sendProblem(res, error, house.log));
  };
}

/** `answer`: in the provider's own terms; some call again until they read what they expect. */
interface Handled {
  body: object;
  answer?: SmsAdapter['callbackAnswer'];
}

async function handle(house: House, kind: CallbackKind, req: IncomingMessage, name: string): Promise<Handled> {
  const named = house.adapters.find((one) => one.name === name);
  if (named?.adapter[kind] === undefined) throw new LedgerbellError('not-found', `No such adapter takes ${kind}`);
  const { adapter } = named;
  const body = req.method === 'POST' ? await readBody(req, BODY_LIMIT) : Buffer.alloc(0);
  const url = req.url ?? '/';
  const search = searchOf(url);
  const query = new URLSearchParams(search);
  const scope = callbackScope(house, named, kind, query);
  const publicUrl = `${callbackPath(house.publicUrl ?? '', name, kind)}${search}`;
  const request: CallbackRequest = { method: req.method ?? 'GET', url, publicUrl, query, headers: req.headers, body };
  const taken =
    kind === 'receipts'
      ? await takeReceipts(house, name, adapter.receipts?.(request) ?? [], scope)
      : await receiveInbound(house, name, adapter.inbound?.(request) ?? []);
  return { body: taken, answer: adapter.callbackAnswer };
}

/** A token of one alert takes its receipts, and those that name none; others that came along are left alone. */
async function takeReceipts(house: House, adapter: string, receipts: readonly Receipt[], scope: CallbackScope) {
  if (scope.of === 'adapter') return { ...(await receiveReceipts(house, adapter, receipts)), ignored: 0 };
  const { alertId } = scope;
  const own = receipts.filter((receipt) => receipt.alertId === undefined || receipt.alertId === alertId);
  const answer = await receiveReceipts(
    house,
    adapter,
    own.map((receipt) => ({ ...receipt, alertId })),
  );
  return { ...answer, ignored: receipts.length - own.length };
}

function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at);
}

function sendAnswer(
  res: ServerResponse,
  { status, contentType, body }: NonNullable<SmsAdapter['callbackAnswer']>,
): void {
  const text = Buffer.from(body);
  res.statusCode = status;
  if (contentType !== undefined) res.setHeader('content-type', contentType);
  if (status !== 204) res.setHeader('content-length', text.length);
  res.setHeader('cache-control', 'no-store');
  res.end(status === 204 ? undefined : text);
}
