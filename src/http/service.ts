/**
 * The HTTP server of the standalone service: webhooks go straight to their handler, everything else to Express. A host that
 * mounts the router reaches the very same handlers.
 */

import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handler } from './events-handler.js';
import type { SourcesHandler } from './sources-handler.js';

export interface ServiceHandlers {
  events: Handler;
  sources: SourcesHandler;
  /** An Express application that serves all the rest. */
  rest: RequestListener;
}

/** Names of sources have no character that would be encoded. Some platforms add a word of their own to the address they are given. */
const SOURCE = /^\/v1\/sources\/([a-z0-9-]+)\/events(?:\/[A-Za-z0-9._-]{0,64})?(?:\?|$)/;
const EVENTS = /^\/v1\/events\/?(?:\?|$)/;
/** A sender that opens a connection and says nothing is not waited for longer, milliseconds. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 30_000;

export function createService({ events, sources, rest }: ServiceHandlers): Server {
  const server = createServer((req, res) => {
    const { method, url = '' } = req;
    const source = method === 'POST' ? SOURCE.exec(url)?.[1] : undefined;
    if (method === 'POST' && EVENTS.test(url)) events(req, res);
    else if (source !== undefined) sources(req, res, source);
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
