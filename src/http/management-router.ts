/**
 * What people and their programs manage: customers, accounts, alerts, holds, and what runs. Everything needs a key but the
 * documentation. Works under any mount; express settings of a host change nothing.
 */
import { type ErrorRequestHandler, Router } from 'express';
import type { House, Logger } from '../flows/house.js';
import { type ApiKey, type Authorize, createAuthenticate } from './authenticate.js';
import { createDocsRouter } from './docs-router.js';
import { sendProblem } from './problem.js';
import { type Route, serveRoutes } from './route.js';
import { accountRoutes } from './routes/accounts.js';
import { alertRoutes } from './routes/alerts.js';
import { campaignRoutes } from './routes/campaigns.js';
import { challengeRoutes } from './routes/challenges.js';
import { customerRoutes } from './routes/customers.js';
import { evidenceRoutes } from './routes/evidence.js';
import { holdRoutes } from './routes/holds.js';
import { legalHoldRoutes } from './routes/legal-holds.js';
import { operationRoutes } from './routes/operations.js';
import { preferenceLinkRoutes } from './routes/preference-links.js';
import { redriveRoutes } from './routes/redrive.js';
import { statementRoutes } from './routes/statements.js';
import { webhookRoutes } from './routes/webhooks.js';

export interface ManagementOptions {
  apiKeys: readonly ApiKey[];
  /** The host's own answer to who is asking, instead of `apiKeys`. */
  authorize?: Authorize;
  maskedConfig(): object;
}

/** Every route, in the order of the documentation. */
export function managementRoutes(options: Pick<ManagementOptions, 'maskedConfig'>): readonly Route[] {
  return [
    ...customerRoutes,
    ...preferenceLinkRoutes,
    ...legalHoldRoutes,
    ...evidenceRoutes,
    ...accountRoutes,
    ...alertRoutes,
    ...redriveRoutes,
    ...challengeRoutes,
    ...campaignRoutes,
    ...holdRoutes,
    ...statementRoutes,
    ...webhookRoutes,
    ...operationRoutes(() => options.maskedConfig()),
  ];
}

export function createManagementRouter(house: House, options: ManagementOptions): Router {
  const router = Router();
  router.use(createDocsRouter());
  serveRoutes(router, managementRoutes(options), house, createAuthenticate(options));
  router.use(problemHandler(house.log));
  return router;
}

/** For what goes wrong before a handler is reached, such as a path that cannot be decoded. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error, _req, res, _next) => sendProblem(res, error, log);
}
