/** A provider written by hand, at the edge: a real HTTP server on a free port that answers what a test says and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}
export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}
/** An answer, or anything else a server can do with a response. */
export type Behaviour = Answer | ((response: ServerResponse) => void);

export interface FakeProvider {
  baseUrl: string;
  asked: Asked[];
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

export async function startFakeProvider(): Promise<FakeProvider> {
  const asked: Asked[] = [];
  let behaviour: Behaviour = { status: 500, body: '' };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const body = Buffer.concat(chunks).toString('utf8');
      const { headers, method = '' } = request;
      asked.push({ method, path: url.pathname, query: url.searchParams, headers, body });
      if (typeof behaviour === 'function') behaviour(response);
      else response.writeHead(behaviour.status, behaviour.headers).end(behaviour.body);
    });
  });
  const { port, stop } = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked,
    behave: (next) => {
      behaviour = next;
    },
    stop,
  };
}

/** A server below HTTP: what it writes need not be an answer at all. */
export async function startSocketServer(onSocket: (socket: Socket) => void) {
  return listen(createSocketServer(onSocket));
}

/** A port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const { port, stop } = await startSocketServer(() => {});
  await stop();
  return port;
}

async function listen(server: Server): Promise<{ port: number; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
}
