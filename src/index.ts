/**
 * The public door. A host calls `createPlugin`, mounts `router`, calls `start` when it is ready and `stop` when it ends.
 * The plugin installs no process handlers, ends no process and reads no configuration that it was not given.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Router } from 'express';
import type { Knex } from 'knex';
import { type App, createApp } from './app.js';
import { parseConfig } from './config/load-config.js';
import { LedgerbellError } from './contracts/errors.js';
import type { CloudEvent } from './contracts/event.js';
import { parseEvent } from './core/event/parse-event.js';
import { commitWithin } from './flows/enqueue.js';
import type { Logger, NumberCheck } from './flows/house.js';
import type { EventResult } from './flows/ingest/types.js';
import type { ReceivedAnswer } from './flows/receive.js';
import { receiveEvents } from './flows/receive.js';
import type { Authorize } from './http/authenticate.js';
import type { HostRegistry } from './metrics/host-registry.js';
import { type Manifest, readManifest } from './registry/manifest.js';

export * from './contracts/index.js';
export type { Authorize, EventResult, HostRegistry, Logger, Manifest, NumberCheck, ReceivedAnswer };

export interface PluginOptions {
  /** What would stand in `ledgerbell.config.json`: schemas/config.schema.json. Everything in it is optional. */
  config?: object;
  /** The host's own Knex instance, or a Knex configuration, instead of `config.database`. */
  knex?: Knex | Knex.Config;
  /** Before the name of each of our tables: up to 24 letters, digits and underscores; `lb_` unless given. */
  tablePrefix?: string;
  /** Where relative paths are read from, and keys of a first start are kept; the working directory unless given. */
  folder?: string;
  /** The host's own logger, in pino's shape. */
  logger?: Logger;
  /** Epoch milliseconds. */
  clock?(): number;
  /** Who is asking, by the host's own sessions; instead of API keys. */
  authorize?: Authorize;
  /** What `${NAME}` in the configuration reads; the process environment unless given. */
  env?: Record<string, string | undefined>;
  /** Asked before a message leaves: a place for a SIM-swap service. */
  numberCheck?: NumberCheck;
  /** The host's own registry of prom-client, which gets our figures too. */
  metrics?: HostRegistry;
  /** Where the terminal adapter prints. */
  print?(text: string): void;
}

export type Handler = (req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void) => void;

export interface Plugin {
  manifest: Manifest;
  /** Mount it where you like: `app.use('/ledgerbell', plugin.router)`, in front of any body parser. */
  router: Router;
  /**
   * For hosts without Express: answers what comes in below `mount` (`/ledgerbell`; everything where absent), and calls `next`
   * for the rest. Whose address counts follows `config.http.trustedProxies`.
   */
  handler(mount?: string): Handler;
  /** Begins to deliver and to tick. */
  start(): Promise<void>;
  /** Finishes what is under way. The host's own Knex instance stays open. */
  stop(): Promise<void>;
  /** Decides events in process, as if they had been posted by a trusted sender. */
  process(events: CloudEvent | readonly CloudEvent[], options?: { learn?: boolean }): Promise<ReceivedAnswer>;
  /** Decides one event within the host's own transaction: nothing is told of what the host rolls back. */
  enqueue(event: CloudEvent, options: { trx: Knex.Transaction }): Promise<EventResult>;
}

/** @throws LedgerbellError with the code of what keeps it from running; `config-invalid` carries every mistake */
export async function createPlugin(options: PluginOptions = {}): Promise<Plugin> {
  const config = configOf(options);
  const app = await createApp(config, {
    log: options.logger,
    now: options.clock,
    print: options.print,
    knex: typeof options.knex === 'function' ? options.knex : undefined,
    authorize: options.authorize,
    numberCheck: options.numberCheck,
    metrics: options.metrics,
  });
  return pluginOf(app, config.http.trustedProxies);
}

function configOf(options: PluginOptions) {
  const { config = {}, knex, folder = process.cwd(), env = process.env } = options;
  const parsed = parseConfig(config, { folder, env });
  const { tablePrefix = parsed.database.tablePrefix } = options;
  const own = knex === undefined || typeof knex === 'function' ? {} : { config: knex };
  return { ...parsed, database: { ...parsed.database, ...own, tablePrefix } };
}

function pluginOf(app: App, trustedProxies: readonly string[]): Plugin {
  const { house } = app;
  return {
    manifest: readManifest(),
    router: app.router,
    handler(mount = '/') {
      const outer = express();
      outer.disable('x-powered-by');
      outer.set('trust proxy', trustedProxies);
      return outer.use(mount, app.router) as unknown as Handler;
    },
    start: app.run,
    stop: app.stop,
    process: (events, { learn } = {}) =>
      receiveEvents(house, { events: Array.isArray(events) ? events : [events], origin: 'process', learn }),
    async enqueue(event, { trx }) {
      const now = house.now();
      const parsed = parseEvent(event, { now, futureToleranceMs: house.limits.futureToleranceMs, origin: 'outside' });
      return commitWithin(house, trx, { event: parsed, original: event });
    },
  };
}

export { LedgerbellError };
