/**
 * The HTTP server of the standalone service: webhooks go straight to their handler, everything else to Express. A host that
 * mounts the router reaches the very same handlers.
 */

import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from './events-handler.js';

export interface ServiceHandlers {
  events: Handler;
  /** An Express application that serves all the rest. */
  rest: RequestListener;
}

const EVENTS = /^\/v1\/events\/?(?:\?|$)/;
/** A sender that opens a connection and says nothing is not waited for longer, milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

export function createService({ events, rest }: ServiceHandlers): Server {
  const server = createServer((req, res) => {
    if (req.method === 'POST' && EVENTS.test(req.url ?? '')) events(req, res);
    else rest(req, res);
  });
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  return server;
}

/** Listens, and returns the address as a URL. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const { address, port: bound, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`);
    });
  });
}

/** Takes no new requests, and waits for those under way. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
