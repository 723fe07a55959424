/** A body that is too long to be held: read as it comes, once. */
import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './request-refused.js';

/** @throws RequestRefused `content-encoding-unsupported`, `raw-body-consumed`, `body-aborted` */
export async function* uploadOf(req: IncomingMessage): AsyncGenerator<Uint8Array> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new RequestRefused('content-encoding-unsupported');
  }
  const kept = (req as IncomingMessage & { rawBody?: unknown }).rawBody;
  if (Buffer.isBuffer(kept)) {
    yield kept;
    return;
  }
  if (req.readableEnded || req.readableDidRead) throw new RequestRefused('raw-body-consumed');
  try {
    yield* req as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new RequestRefused('body-aborted', undefined, cause);
  }
}
