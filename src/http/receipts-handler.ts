/**
 * `GET|POST /v1/receipts/{adapter}`: what providers call back with. Where a provider signs nothing, the address itself holds
 * a token that belongs to one alert, so that nobody can guess another's.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallbackRequest, Receipt } from '../contracts/adapter.js';
import { LedgerbellError } from '../contracts/errors.js';
import type { House } from '../flows/house.js';
import { receiptToken } from '../flows/receipt-address.js';
import { receiveReceipts } from '../flows/receive-receipts.js';
import { sendJson, sendProblem } from './problem.js';
import { readBody } from './read-body.js';

const BODY_LIMIT = 262_144;

export function createReceiptsHandler(
  house: House,
): (req: IncomingMessage, res: ServerResponse, adapter: string) => void {
  return (req, res, adapter) => {
    handle(house, req, adapter)
      .then((answer) => sendJson(res, 200, answer))
      .catch((error: unknown) => sendProblem(res, error, house.log));
  };
}

async function handle(house: House, req: IncomingMessage, name: string): Promise<object> {
  const named = house.adapters.find((one) => one.name === name);
  if (named?.adapter.receipts === undefined) throw new LedgerbellError('not-found', 'No such adapter takes receipts');
  const body = req.method === 'POST' ? await readBody(req, BODY_LIMIT) : Buffer.alloc(0);
  const url = req.url ?? '/';
  const query = new URLSearchParams(url.split('?')[1]);
  const alertId = verified(house, name, query);
  const publicUrl = `${(house.publicUrl ?? '').replace(/\/$/, '')}/receipts/${encodeURIComponent(name)}${search(url)}`;
  const request: CallbackRequest = { method: req.method ?? 'GET', url, publicUrl, query, headers: req.headers, body };
  const receipts = named.adapter.receipts(request).map((receipt): Receipt => ({ ...receipt, alertId }));
  return receiveReceipts(house, name, receipts);
}

function search(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at);
}

/** The alert that the token in the address belongs to. */
function verified({ vault }: House, adapter: string, query: URLSearchParams): string {
  const alertId = query.get('alert') ?? '';
  const expected = Buffer.from(receiptToken(vault, adapter, alertId));
  const given = Buffer.from(query.get('token') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new LedgerbellError('callback-unverified', 'The address of this receipt was not made here');
  }
  return alertId;
}
