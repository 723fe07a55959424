/** Everything under `/v1`, wherever it is mounted, and what a standalone service answers at its root. */
import { Router } from 'express';
import type { Registry } from 'prom-client';
import { LedgerbellError } from '../contracts/errors.js';
import type { House } from '../flows/house.js';
import type { ApiKey, Authorize } from './authenticate.js';
import { createCallbackHandler } from './callbacks/callback-handler.js';
import type { Handler } from './events-handler.js';
import { createManagementRouter, problemHandler } from './management-router.js';
import { sendJson, sendProblem } from './problem.js';
import { createPreferencePages } from './routes/preference-pages.js';
import { createShortLinkRouter } from './routes/short-links.js';
import { createVerifyRouter } from './routes/verify.js';
import type { SourcesHandler } from './sources-handler.js';

export interface RouterOptions {
  events: Handler;
  sources: SourcesHandler;
  apiKeys: readonly ApiKey[];
  authorize?: Authorize;
  maskedConfig(): object;
  version: string;
  metrics: Registry;
  ready(): Promise<{ ready: boolean; checks: Record<string, string> }>;
}

export function createRouter(house: House, options: RouterOptions): { router: Router; root: Router } {
  const root = Router();
  root.get('/healthz', (_req, res) => sendJson(res, 200, { status: 'ok' }));
  root.get('/readyz', (_req, res) => {
    options.ready().then(
      (answer) => sendJson(res, answer.ready ? 200 : 503, answer),
      (error: unknown) => sendProblem(res, error, house.log),
    );
  });
  root.get('/metrics', (_req, res) => {
    options.metrics.metrics().then(
      (text) => res.setHeader('content-type', options.metrics.contentType).end(text),
      (error: unknown) => sendProblem(res, error, house.log),
    );
  });
  const router = Router();
  router.post('/events', (req, res) => options.events(req, res));
  const sourcePaths = ['/sources/:source/events', '/sources/:source/events/:category'];
  router.post(sourcePaths, (req, res) => options.sources(req, res, String(req.params.source)));
  for (const kind of ['receipts', 'inbound'] as const) {
    const callback = createCallbackHandler(house, kind);
    router.get(`/${kind}/:adapter`, (req, res) => callback(req, res, req.params.adapter));
    router.post(`/${kind}/:adapter`, (req, res) => callback(req, res, req.params.adapter));
    router.all(`/${kind}/:adapter`, (_req, res) => {
      res.setHeader('allow', 'GET, POST');
      const problem = { status: 405, code: 'method-not-allowed', detail: 'This path answers GET, POST' };
      sendProblem(res, problem, house.log);
    });
  }
  // A host that mounts us under a path of its own finds the probes there.
  router.use(root);
  router.use(createVerifyRouter(house));
  router.use(createPreferencePages(house));
  router.use(createShortLinkRouter(house));
  router.use(createManagementRouter(house, options));
  router.use((_req, res) => {
    sendProblem(res, new LedgerbellError('not-found', 'There is nothing at this address'), house.log);
  });
  router.use(problemHandler(house.log));

  return { router, root };
}
