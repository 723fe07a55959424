/**
 * The one place where the parts are put together, in reading order: database, keys, rules, adapters, ingestion, delivery,
 * HTTP. `start` listens and delivers; without it the parts serve the command line.
 */
import { join } from 'node:path';
import express, { type Router } from 'express';
import type { Knex } from 'knex';
import { type Logger as PinoLogger, pino } from 'pino';
import type { Config } from './config/config.js';
import { ConfigInvalid } from './config/config-invalid.js';
import { maskedConfig } from './config/masked-config.js';
import { routeMistakes } from './config/route-mistakes.js';
import type { AdapterTools } from './contracts/adapter.js';
import { LedgerbellError } from './contracts/errors.js';
import { guardRestore, noteAlive } from './flows/guard-restore.js';
import type { House, Logger, NamedAdapter, NumberCheck } from './flows/house.js';
import { createHttp } from './flows/http-client.js';
import { createPipeline } from './flows/ingest/pipeline.js';
import type { CommitSummary } from './flows/ingest/settings.js';
import { createBrake } from './flows/ingest/storm-brake.js';
import { receiptUrl } from './flows/receipt-address.js';
import { receiveInbound } from './flows/receive-inbound.js';
import { receiveReceipts } from './flows/receive-receipts.js';
import { toReplySettings } from './flows/replies/settings.js';
import type { WebhookEndpoint } from './flows/webhooks/endpoints.js';
import { createEventsHandler } from './http/events-handler.js';
import { createRouter } from './http/router.js';
import { closeServer, createService, listen } from './http/service.js';
import { webhookKey } from './http/signature/webhook-secret.js';
import { createSourcesHandler } from './http/sources-handler.js';
import { eventOfMessage } from './http/stream-message.js';
import { createCampaignRunner } from './jobs/campaign-runner.js';
import { createCourier, madeAlerts } from './jobs/courier.js';
import { openRuleKeeper, type RuleKeeper } from './jobs/rule-keeper.js';
import { type StatementFolders, watchFolders } from './jobs/statement-folders.js';
import { createStreamWorker, type StreamWorker } from './jobs/stream-worker.js';
import { startTicks } from './jobs/ticks.js';
import { startWebhookPoster, type WebhookPoster } from './jobs/webhook-poster.js';
import type { HostRegistry } from './metrics/host-registry.js';
import { createMetrics } from './metrics/metrics.js';
import { openSources } from './open-sources.js';
import { createAdapters, type ToolsFor } from './registry/adapters.js';
import { readManifest } from './registry/manifest.js';
import { createKeyRing } from './store/crypto/key-ring.js';
import { openVault } from './store/crypto/vault.js';
import { type Database, openDatabase } from './store/database.js';
import { migrateDatabase, pendingMigrations } from './store/migrate.js';

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
  authorize?: import('./http/authenticate.js').Authorize;
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

/** Milliseconds between looks at the outbox while nothing wakes the courier, at the rule files and at the database. */
const COURIER_LOOK = 500;
const CAMPAIGN_LOOK = 1000;
const RULES_SETTLE = 250;
const RULES_POLL = 2000;
const ALIVE_EVERY = 60_000;
const READY_PATIENCE = 3000;

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

    const endpoint = {
      secrets: config.ingest.signature.secrets.map(({ secret, ...limits }) => ({ ...limits, key: webhookKey(secret) })),
      toleranceSeconds: config.ingest.signature.toleranceSeconds,
    };
    const events = createEventsHandler(house, endpoint);
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

    const aliveFile = join(config.dataFolder, `${config.database.tablePrefix}alive`);
    let ticks: { stop(): Promise<void> } | undefined;
    let poster: WebhookPoster | undefined;
    let folders: StatementFolders | undefined;
    let alive: NodeJS.Timeout | undefined;

    async function run(): Promise<void> {
      warnOfShortEvidence(config, log);
      if (await guardRestore(database, aliveFile, now())) {
        log.warn(
          { hold: 'all' },
          'the database was restored from a backup: everything is held until `ledgerbell resume`',
        );
      }
      alive = setInterval(() => {
        noteAlive(database, aliveFile, now()).catch((error: unknown) =>
          log.warn({ error: (error as Error)?.name }, 'the time the database was last alive could not be noted'),
        );
      }, ALIVE_EVERY);
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
        clearInterval(alive);
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

/** The routes are held to the adapters once more: where the bank's own process messages is known only now. */
async function readyAdapters(config: Config, tools: ToolsFor): Promise<House['adapters']> {
  const adapters = await createAdapters(config.sms.adapters, tools, config.folder);
  const mistakes = routeMistakes(config.sms, new Map(adapters.map((one) => [one.name, one.processesIn])), true);
  if (mistakes.length > 0) throw new ConfigInvalid(mistakes);
  return adapters;
}

/** Migrates, or refuses to run on an old schema where the operator keeps changes for themselves. */
async function prepareSchema(database: Database, config: Config, log: Logger): Promise<void> {
  if (config.migrate === 'auto') {
    const done = await migrateDatabase(database);
    if (done.length > 0) log.info({ migrations: done }, 'database schema brought up to date');
    return;
  }
  const pending = await pendingMigrations(database);
  if (pending.length === 0) return;
  throw new LedgerbellError(
    'schema-outdated',
    `The database lacks ${pending.length} migrations. Run: ledgerbell migrate (or hand \`ledgerbell migrate --sql\` to your DBA)`,
  );
}

/** An SMSC that is away does not keep the service from starting: the adapter tries again by itself. */
async function openConnection({ name, adapter }: NamedAdapter, log: Logger): Promise<void> {
  try {
    await adapter.open?.();
  } catch (error) {
    log.warn({ adapter: name, error: (error as { code?: string })?.code }, 'the adapter has no connection yet');
  }
}

async function closeConnection({ name, adapter }: NamedAdapter, log: Logger): Promise<void> {
  try {
    await adapter.close?.();
  } catch (error) {
    log.warn({ adapter: name, error: (error as Error)?.name }, 'the adapter could not close its connection');
  }
}

/** Thirteen months, in which a payer may dispute a payment: Article 71 of Directive (EU) 2015/2366. */
const THIRTEEN_MONTHS_MS = 397 * 86_400_000;

function warnOfShortEvidence({ retention: { evidenceMs } }: Config, log: Logger): void {
  if (evidenceMs >= THIRTEEN_MONTHS_MS) return;
  const days = evidenceMs / 86_400_000;
  log.warn({ days }, 'what was sent is provable for less than thirteen months: see retention.evidenceDays');
}

function settingsOf(config: Config): House['settings'] {
  const { locale, timeZone, rates, holidays, neutralWords } = config;
  return { locale, timeZone, rates, holidays, neutralWords, contactChangeMs: config.delivery.contactChangeMs };
}

function deliveryOf({ sms, delivery }: Config): House['delivery'] {
  return {
    senders: sms.senders,
    attemptMs: delivery.attemptMs,
    concurrency: delivery.concurrency,
    routes: sms.routes,
    residency: sms.residency,
    unknown: sms.unknown,
    throttle: sms.throttle,
    ceilings: sms.ceilings,
  };
}

/** The one of `bankWebhook` first, so that it is asked first where an alert is for the bank. */
function endpointsOf({ bankWebhook, webhooks }: Config): WebhookEndpoint[] {
  const first =
    bankWebhook === undefined ? [] : [{ name: 'bank', url: bankWebhook.url, secrets: [bankWebhook.secret] }];
  return [...first, ...webhooks.endpoints].map(({ secrets, ...endpoint }) => ({
    ...endpoint,
    keys: secrets.map(webhookKey),
  }));
}

async function readiness(
  database: Database,
  rules: RuleKeeper,
  { streams }: StreamWorker,
): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const checks: Record<string, string> = { database: 'ok', schema: 'ok', rules: rules.fault()?.code ?? 'ok' };
  // A stream that is away keeps nobody from posting; it comes back by itself.
  for (const { name, adapter } of streams) checks[`stream-${name}`] = adapter.isConnected() ? 'ok' : 'unreachable';
  try {
    const pending = await Promise.race([pendingMigrations(database), patience()]);
    if (pending.length > 0) checks.schema = 'outdated';
  } catch {
    checks.database = 'unreachable';
  }
  // Broken rule files do not take the service down: the last good set runs on.
  return { ready: checks.database === 'ok' && checks.schema === 'ok', checks };
}

/** A probe has to answer even where the database hangs. */
function patience(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('the database does not answer')), READY_PATIENCE).unref();
  });
}
