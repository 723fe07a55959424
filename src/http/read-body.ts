/** Reads a request's body once, as the bytes that were sent: signatures cover bytes. */
import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './request-refused.js';

/** What body parsers of hosts leave behind: `rawBody` by a `verify` hook, `body` as a Buffer by `express.raw()`. */
type HostRequest = IncomingMessage & { rawBody?: unknown; body?: unknown };

const CONSUMED =
  'Something before this plugin has already read the request body (a JSON body parser?), so its signature cannot be verified. ' +
  'Mount the plugin before the body parser, or keep the bytes as req.rawBody. See docs/errors.md#raw-body-consumed';

/**
 * The body's bytes, up to `limitBytes`; those a host kept are used as they are. What comes after a refusal is discarded, not kept.
 * @throws RequestRefused `body-too-large`, `body-aborted`, `content-encoding-unsupported`, `raw-body-consumed`
 */
export async function readBody(req: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    discard(req);
    throw new RequestRefused('content-encoding-unsupported');
  }
  if (Number(req.headers['content-length']) > limitBytes) {
    discard(req);
    throw tooLarge(limitBytes);
  }
  const kept = keptByHost(req);
  if (kept !== undefined) {
    if (kept.length > limitBytes) throw tooLarge(limitBytes);
    return kept;
  }
  if (req.readableEnded || req.readableDidRead) throw new RequestRefused('raw-body-consumed', CONSUMED);
  if (req.destroyed) throw new RequestRefused('body-aborted');
  return collect(req, limitBytes);
}

function keptByHost(req: HostRequest): Buffer | undefined {
  if (Buffer.isBuffer(req.rawBody)) return req.rawBody;
  return Buffer.isBuffer(req.body) ? req.body : undefined;
}

function collect(req: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (act: () => void) => {
      req.off('data', onData).off('end', onEnd).off('error', onAborted).off('close', onAborted);
      act();
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) finish(() => reject(tooLarge(limitBytes, () => discard(req))));
      else chunks.push(chunk);
    };
    const onEnd = () => finish(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onAborted = (cause?: Error) => {
      // An aborted request emits `error` and then `close`; the one that is left must not become an uncaught error.
      req.once('error', () => {});
      finish(() => reject(new RequestRefused('body-aborted', undefined, cause)));
    };
    req.on('data', onData).on('end', onEnd).on('error', onAborted).on('close', onAborted);
  });
}

/** Lets the rest flow into nothing, so that a client that is still sending gets to read the answer. */
function discard(req: IncomingMessage): void {
  req.once('error', () => {});
  req.resume();
}

function tooLarge(limitBytes: number, first?: () => void): RequestRefused {
  first?.();
  return new RequestRefused('body-too-large', `The body is larger than the limit of ${limitBytes} bytes.`);
}
