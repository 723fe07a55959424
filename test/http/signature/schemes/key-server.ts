/** Stands for Plaid's /webhook_verification_key/get: real HTTP, keys that can expire, and a count of what was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface KeyServer {
  baseUrl: string;
  /** Ids in the order in which they were asked for. */
  asked: string[];
  keys: Map<string, Record<string, unknown>>;
  /** Answered instead of anything else, while set. */
  failing?: { status: number; body: string };
  close(): Promise<void>;
}

export const CLIENT = { clientId: 'client-of-the-test', secret: 'secret-of-the-test' };

export async function startKeyServer(): Promise<KeyServer> {
  const keys: KeyServer['keys'] = new Map();
  const state: KeyServer = { baseUrl: '', asked: [], keys, close };
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk) => {
      text += chunk;
    });
    req.on('end', () => {
      const { client_id, secret, key_id } = JSON.parse(text);
      state.asked.push(key_id);
      const key = keys.get(key_id);
      const isOurs =
        client_id === CLIENT.clientId && secret === CLIENT.secret && req.url === '/webhook_verification_key/get';
      const answer = (status: number, body: string) =>
        res.writeHead(status, { 'content-type': 'application/json' }).end(body);
      if (state.failing !== undefined) answer(state.failing.status, state.failing.body);
      else if (!isOurs) answer(400, '{"error_code":"INVALID_API_KEYS"}');
      else if (key === undefined) answer(400, '{"error_code":"INVALID_WEBHOOK_VERIFICATION_KEY_ID"}');
      else answer(200, JSON.stringify({ key, request_id: 'r-1' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;

  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }
}
