/** One management route as data, and how it is served: who asks, may they, is the request right, then the flow. */
import type { Request, Response, Router } from 'express';
import { LedgerbellError } from '../contracts/errors.js';
import { identifierFault } from '../core/event/identifier.js';
import type { House } from '../flows/house.js';
import { type Authenticate, type Caller, requireScope, type Scope } from './authenticate.js';
import { readJsonBody } from './json-body.js';
import { sendJson, sendProblem } from './problem.js';
import { uploadOf } from './upload.js';
import { type BodyName, checkBody, type Query, type QueryName, readQuery } from './validate.js';

export interface Call {
  house: House;
  caller: Caller;
  /** The `{...}` of the path, decoded. */
  params: Record<string, string>;
  query: Query;
  entity: string;
  /** Checked against the route's schema. */
  body: unknown;
  /** The body of a route that takes a file, as it comes. */
  upload(): AsyncIterable<Uint8Array>;
  /** Where the routes are mounted, without a slash at the end. */
  mount: string;
}

export interface Answer {
  /** 200 unless stated. */
  status?: number;
  /** Absent with 204. */
  body?: unknown;
}

export interface Route {
  method: 'get' | 'put' | 'post' | 'delete';
  /** As OpenAPI writes it: `/customers/{id}`. */
  path: string;
  scope: Scope;
  query: QueryName;
  body?: BodyName;
  /** The body is a file, which the answer reads. */
  upload?: boolean;
  answer(call: Call): Promise<Answer>;
}

export function serveRoutes(router: Router, routes: readonly Route[], house: House, authenticate: Authenticate): void {
  for (const route of routes) {
    router[route.method](expressPath(route.path), (req, res) => {
      serve(route, house, authenticate, req)
        .then(({ status = 200, body }) => (body === undefined ? sendNothing(res) : sendJson(res, status, body)))
        .catch((error: unknown) => sendProblem(res, error, house.log));
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    router.all(expressPath(path), (_req, res) => refuseMethod(res, path, routes, house));
  }
}

async function serve(route: Route, house: House, authenticate: Authenticate, req: Request): Promise<Answer> {
  const caller = await authenticate(req);
  requireScope(caller, route.scope);
  const params = checkedParams(req.params as Record<string, string>);
  const query = readQuery(route.query, searchOf(req.originalUrl));
  const body = route.body === undefined ? undefined : await readJsonBody(req, house.limits.bodyBytes);
  if (route.body !== undefined) checkBody(route.body, body);
  const entity = String(query.entity ?? 'default');
  const upload = (): AsyncIterable<Uint8Array> => uploadOf(req);
  return route.answer({ house, caller, params, query, entity, body, upload, mount: req.baseUrl });
}

function searchOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark + 1);
}

function checkedParams(params: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(params)) {
    const fault = identifierFault(value);
    if (fault === undefined) continue;
    const message = 'An id is 1 to 255 characters without control characters';
    throw new LedgerbellError(`id-${fault}`, message, { path: `/${name}` });
  }
  return { ...params };
}

function refuseMethod(res: Response, path: string, routes: readonly Route[], house: House): void {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
  res.setHeader('allow', methods.join(', '));
  const problem = { status: 405, code: 'method-not-allowed', detail: `This path answers ${methods.join(', ')}` };
  sendProblem(res, problem, house.log);
}

function sendNothing(res: Response): void {
  res.statusCode = 204;
  res.end();
}

/** Express names a part `:id` where OpenAPI writes `{id}`. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
