/** A house behind real HTTP: an Express application that mounts the router, and one asker a role, held to the OpenAPI document. */
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { Registry } from 'prom-client';
import type { Authorize, Role } from '../../src/http/authenticate.js';
import { createEventsHandler } from '../../src/http/events-handler.js';
import { createRouter } from '../../src/http/router.js';
import { webhookKey } from '../../src/http/signature/webhook-secret.js';
import { createSourcesHandler } from '../../src/http/sources-handler.js';
import type { TestDatabase } from '../support/databases.js';
import { type HouseOptions, type HouseUnderTest, openHouse } from '../support/house.js';
import { type HeldFetch, heldFetch } from './held-to-openapi.js';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export interface ServiceOptions extends HouseOptions {
  /** One key a role, unless told to configure none. */
  withoutKeys?: boolean;
  authorize?: Authorize;
  /** `/v1` unless stated. */
  mount?: string;
  /** What the host does before it mounts us. */
  host?(app: Express): void;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers, which are held to the document
  body: any;
}

export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

export interface ServiceUnderTest extends HouseUnderTest {
  url: string;
  /** Any request, held to the document. */
  fetch: HeldFetch;
  /** JSON with the key of a role. */
  as(role: Role): Ask;
  /** JSON without a key. */
  anonymous: Ask;
}

export async function openService(kind: TestDatabase, options: ServiceOptions = {}): Promise<ServiceUnderTest> {
  const home = await openHouse(kind, options);
  const roles: Role[] = options.withoutKeys ? [] : ['admin', 'operator', 'analyst', 'auditor', 'application'];
  const { router, root } = createRouter(home.house, {
    events: createEventsHandler(home.house, {
      secrets: [{ id: 'core', key: webhookKey(WEBHOOK_SECRET) }],
      toleranceSeconds: 300,
    }),
    sources: createSourcesHandler(home.house, new Map()),
    apiKeys: roles.map((role) => ({ name: role, role, key: `${role}-key` })),
    authorize: options.authorize,
    maskedConfig: () => ({ http: { port: 8080 }, apiKeys: '***' }),
    version: '0.1.0',
    metrics: new Registry(),
    ready: async () => ({ ready: true, checks: { database: 'ok' } }),
  });
  const app = express();
  options.host?.(app);
  app.use(root);
  app.use(options.mount ?? '/v1', router);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.mount ?? '/v1'}`;
  const held = heldFetch(url);
  return {
    ...home,
    url,
    fetch: held,
    as: (role) => asker(held, { authorization: `Bearer ${role}-key` }),
    anonymous: asker(held, {}),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await home.close();
    },
  };
}

function asker(held: HeldFetch, own: Record<string, string>): Ask {
  return async (method, path, body, headers = {}) => {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined || typeof body === 'string' ? (body as string | undefined) : JSON.stringify(body);
    const response = await held(path, { method, headers: { ...own, ...json, ...headers }, body: text });
    const answered = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answered) : answered,
    };
  };
}
