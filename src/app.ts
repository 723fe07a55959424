/**
 * The one place where the parts are put together, in reading order: database, keys, rules, adapters, ingestion, delivery,
 * HTTP. `start` listens and delivers; without it the parts serve the command line.
 */
import express, { type Router } from 'express';
import type { Knex } from 'knex';
import { type Logger as PinoLogger, pino } from 'pino';
import { closeConnection, openConnection, readyAdapters } from './app/adapters.js';
import { keepAliveNoted } from './app/alive.js';
import { deliveryOf, endpointsOf, eventsEndpointOf, settingsOf } from './app/from-config.js';
import { openSources } from './app/open-sources.js';
import { prepareSchema } from './app/prepare-schema.js';
import { readiness } from './app/readiness.js';
import { warnOfShortEvidence } from './app/retention-warning.js';
import type { Config } from './config/config.js';
import { maskedConfig } from './config/masked-config.js';
import type { AdapterTools } from './contracts/adapter.js';
import type { House, Logger, NumberCheck } from './flows/house.js';
import { createHttp } from './flows/http-client.js';
import { createPipeline } from './flows/ingest/pipeline.js';
import type { CommitSummary } from './flows/ingest/settings.js';
import { createBrake } from './flows/ingest/storm-brake.js';
import { receiptUrl } from './flows/receipt-address.js';
import { receiveInbound } from './flows/receive-inbound.js';
import { receiveReceipts } from './flows/receive-receipts.js';
import { toReplySettings } from './flows/replies/settings.js';
import type { Authorize } from './http/authenticate.js';
import { createEventsHandler } from './http/events-handler.js';
import { createRouter } from './http/router.js';
import { closeServer, createService, listen } from './http/service.js';
import { createSourcesHandler } from './http/sources-handler.js';
import { eventOfMessage } from './http/stream-message.js';
import { createCampaignRunner } from './jobs/campaign-runner.js';
import { createCourier, madeAlerts } from './jobs/courier.js';
import { openRuleKeeper, type RuleKeeper } from './jobs/rule-keeper.js';
import { type StatementFolders, watchFolders } from './jobs/statement-folders.js';
import { createStreamWorker } from './jobs/stream-worker.js';
import { startTicks } from './jobs/ticks.js';
import { startWebhookPoster, type WebhookPoster } from './jobs/webhook-poster.js';
import type { HostRegistry } from './metrics/host-registry.js';
import { createMetrics } from './metrics/metrics.js';
import { readManifest } from './registry/manifest.js';
import { createKeyRing } from './store/crypto/key-ring.js';
import { openVault } from './store/crypto/vault.js';
import { openDatabase } from './store/database.js';

export interface AppOptions {
  /** Pino on standard error unless given. */
  log?: Logger;
  /** Where the terminal adapter prints; standard output unless given. */
  print?(text: string): void;
  /** Epoch milliseconds. */
  now?(): number;
  /** Takes no change of the rule files: for commands that only look. */
  followRules?: boolean;
  /** The host's own Knex instance, instead of a connection of ours. */
  knex?: Knex;
  /** The host's look at a number before anything is sent to it. */
  numberCheck?: NumberCheck;
  /** Who the host says is asking; instead of our API keys. */
  authorize?: Authorize;
  /** The host's own registry of figures, which gets ours too. */
  metrics?: HostRegistry;
}

export interface App {
  house: House;
  rules: RuleKeeper;
  /** Everything under `/v1`, to be mounted by a host. */
  router: Router;
  /** Begins to deliver and to tick, without listening: what a host does. */
  run(): Promise<void>;
  /** Also listens, and returns the address. */
  start(): Promise<{ url: string }>;
  /** Finishes what is under way and lets go of everything. */
  stop(): Promise<void>;
  maskedConfig(): object;
}

/** Milliseconds between looks at the outbox and at campaigns while nothing wakes them, and at the rule files. */
const COURIER_LOOK = 500;
const CAMPAIGN_LOOK = 1000;
const RULES_SETTLE = 250;
const RULES_POLL = 2000;

/** @throws LedgerbellError with the code of what keeps the service from running */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const now = options.now ?? Date.now;
  const log = options.log ?? createLog(config);
  const database = openDatabase({
    config: options.knex ?? config.database.config,
    tablePrefix: config.database.tablePrefix,
    synchronous: config.database.synchronous,
  });
  try {
    await prepareSchema(database, config, log);
    const vault = await openVault(database, createKeyRing(config.encryption.keys));
    const rules = await openRuleKeeper({
      database,
      directories: config.rules,
      activation: config.activation,
      senders: config.sms,
      followOnly: options.followRules,
      log,
      now,
      settleMs: RULES_SETTLE,
      pollMs: RULES_POLL,
    });

    const http = createHttp({ timeoutMs: config.delivery.attemptMs });
    const print = options.print ?? ((text: string) => process.stdout.write(`${text}\n`));
    const tools = (adapter: string): AdapterTools => ({
      http,
      now,
      print,
      receiptUrl: (alertId) =>
        config.http.publicUrl === undefined ? undefined : receiptUrl(vault, config.http.publicUrl, adapter, alertId),
      receive: async ({ receipts = [], inbound = [] }) => {
        if (receipts.length > 0) await receiveReceipts(house, adapter, receipts);
        if (inbound.length > 0) await receiveInbound(house, adapter, inbound);
      },
    });
    const opened = openSources(config, http);
    const metrics = createMetrics({
      database,
      version: readManifest().version,
      now,
      host: options.metrics,
      sources: {
        waiting: () => pipeline.waiting(),
        adapters: () => house.adapters,
        prices: () => rules.current().source.texts?.prices,
        ruleSetId: () => rules.current().id,
        rulesBroken: () => rules.fault() !== undefined,
        streams: () => streams.streams,
      },
    });
    const parts: Omit<House, 'pipeline'> = {
      vault,
      settings: settingsOf(config),
      ruleSet: rules.current,
      now,
      random: Math.random,
      numberCheck: options.numberCheck,
      log,
      http,
      limits: {
        bodyBytes: config.http.bodyLimitBytes,
        batchEvents: config.ingest.batchEvents,
        futureToleranceMs: config.ingest.futureToleranceMs,
        duplicateHorizonMs: config.ingest.duplicateHorizonMs,
      },
      adapters: await readyAdapters(config, tools),
      sources: opened.sources,
      phoneRegion: config.phoneRegion,
      publicUrl: config.http.publicUrl,
      delivery: deliveryOf(config),
      webhooks: endpointsOf(config),
      replies: toReplySettings(config.replies),
      challenges: config.challenges,
      schedules: config.schedules,
      marketing: config.marketing,
      wakeCampaigns: () => campaigns.wake(),
      verify: config.verify,
      pages: config.pages,
      shortLinks: config.shortLinks,
      evidenceMs: config.retention.evidenceMs,
      wakeCourier: () => courier.wake(),
      brake: config.breaker,
      watch: metrics.watch,
    };
    const pipeline = createPipeline(parts, {
      writers: database.dialect === 'sqlite' ? 1 : config.ingest.writers,
      capacity: config.ingest.queueCapacity,
      onCommitted: (summary, milliseconds) => committed(summary, milliseconds),
      onFailed: metrics.commitFailed,
    });
    const house: House = { ...parts, pipeline };

    const streams = await createStreamWorker(house, {
      streams: config.streams,
      largestBatch: config.ingest.queueCapacity,
      read: ({ headers, body }) => eventOfMessage(headers, body),
      watch: metrics.streams,
    });
    const courier = createCourier(house, {
      everyMs: COURIER_LOOK,
      onSettled: metrics.settled,
      onEnded: metrics.ended,
    });
    const campaigns = createCampaignRunner(house, { everyMs: CAMPAIGN_LOOK });
    const brake = createBrake(house);
    function committed(summary: CommitSummary, milliseconds?: number): void {
      metrics.committed(summary, milliseconds);
      if (!madeAlerts(summary)) return;
      courier.wake();
      brake.note(summary);
    }

    const events = createEventsHandler(house, eventsEndpointOf(config));
    const sources = createSourcesHandler(house, opened.verifiers);
    const { router, root } = createRouter(house, {
      events,
      sources,
      apiKeys: config.apiKeys,
      authorize: options.authorize,
      maskedConfig: () => maskedConfig(config),
      version: readManifest().version,
      metrics: metrics.registry,
      ready: () => readiness(database, rules, streams),
    });
    const rest = express();
    rest.disable('x-powered-by');
    rest.set('trust proxy', config.http.trustedProxies);
    rest.use(root);
    rest.use('/v1', router);
    const server = createService({ events, sources, rest });

    let ticks: { stop(): Promise<void> } | undefined;
    let poster: WebhookPoster | undefined;
    let folders: StatementFolders | undefined;
    let stopNoting: (() => void) | undefined;

    async function run(): Promise<void> {
      warnOfShortEvidence(config, log);
      stopNoting = await keepAliveNoted(house, config);
      metrics.start();
      rules.watch();
      for (const named of house.adapters) void openConnection(named, log);
      courier.start();
      campaigns.start();
      ticks = startTicks(house);
      poster = startWebhookPoster(house);
      folders = watchFolders(house);
      streams.start();
    }

    return {
      house,
      rules,
      router,
      run,
      async start() {
        const url = await listen(server, config.http.host, config.http.port);
        await run();
        return { url };
      },
      async stop() {
        stopNoting?.();
        await closeServer(server);
        await streams.stop();
        await ticks?.stop();
        await poster?.stop();
        await folders?.stop();
        await pipeline.stop();
        await campaigns.stop();
        await brake.stop();
        await courier.stop();
        await Promise.all(house.adapters.map((named) => closeConnection(named, log)));
        await rules.close();
        metrics.stop();
        await database.close();
      },
      maskedConfig: () => maskedConfig(config),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function createLog(config: Config): PinoLogger {
  // Synchronous: an asynchronous destination would install an exit handler in a host's process.
  return pino({ level: config.log.level, base: null }, pino.destination({ dest: 2, sync: true }));
}
