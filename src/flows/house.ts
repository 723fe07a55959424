/** What every flow is given: the parts that `app.ts` puts together, and nothing global. */
import type { AdapterTools, SmsAdapter } from '../contracts/adapter.js';
import type { Lane } from '../contracts/rule.js';
import type { MarketingSettings } from '../core/campaign/marketing-settings.js';
import type { ChallengePolicy } from '../core/challenge/policy.js';
import type { Settings } from '../core/context.js';
import type { Ceiling, Throttle } from '../core/delivery/flood.js';
import type { Residency } from '../core/delivery/residency.js';
import type { Route } from '../core/delivery/route.js';
import type { UnknownPolicy } from '../core/delivery/unknown.js';
import type { ShortLinkSettings } from '../core/message/short-link-settings.js';
import type { VerifySettings } from '../core/message/verify-settings.js';
import type { PageSettings } from '../core/page-settings.js';
import type { RuleSet } from '../core/rules/rule-set.js';
import type { SchedulePolicy } from '../core/schedule/policy.js';
import type { Vault } from '../store/crypto/vault.js';
import type { Pipeline } from './ingest/pipeline.js';
import type { BrakeSettings } from './ingest/storm-brake.js';
import type { ReplySettings } from './replies/settings.js';
import type { ReadySource } from './sources/ready-source.js';
import type { Watch } from './watch.js';
import type { WebhookEndpoint } from './webhooks/endpoints.js';

/** A host's own logger fits: pino's shape. Nothing personal and no secret is ever handed to it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** An adapter as configured; the first is asked first. */
export interface NamedAdapter {
  name: string;
  adapter: SmsAdapter;
  /** Where the provider processes messages: ISO 3166 codes, or `EU`. */
  processesIn: readonly string[];
  /** What it may be given at most; without a rate, as much as there are places. */
  limits?: { perSecond?: number; burst?: number; concurrency?: number };
}

export interface Limits {
  /** Longest request body, bytes. */
  bodyBytes: number;
  /** Events in one posted batch. */
  batchEvents: number;
  /** How far ahead of our clock an event's time may be, milliseconds. */
  futureToleranceMs: number;
  /** Events older than this are refused as `too-old`, since their duplicates can no longer be known; absent means never. */
  duplicateHorizonMs?: number;
}

export interface House {
  vault: Vault;
  settings: Settings;
  /** The active rule set; read once per batch, so that no batch sees two. */
  ruleSet(): RuleSet;
  /** Epoch milliseconds. */
  now(): number;
  log: Logger;
  limits: Limits;
  pipeline: Pipeline;
  adapters: readonly NamedAdapter[];
  http: AdapterTools['http'];
  /** Asked before a message leaves, where the host gave one. */
  numberCheck?: NumberCheck;
  /** In [0, 1): spreads retries. */
  random(): number;
  /** The region that phones without a country code are read in (ISO 3166), if any. */
  phoneRegion?: string;
  /** The service's own address as providers reach it, mount path included; receipts cannot come without it. */
  publicUrl?: string;
  /** How one-time codes behave. */
  challenges: ChallengePolicy;
  /** Says that there is something to deliver; without it the courier looks by itself, a little later. */
  wakeCourier(): void;
  delivery: DeliverySettings;
  /** Where the bank is told, first come first asked; none where it is not. */
  webhooks?: readonly WebhookEndpoint[];
  /** How replies of customers are read and answered; the shipped policies where absent. */
  replies?: ReplySettings;
  /** Platforms that post their own payload, by the name they have in the configuration. */
  sources?: ReadonlyMap<string, ReadySource>;
  /** When customers are told of what comes by the calendar; the usual days where absent. */
  schedules?: SchedulePolicy;
  /** What holds for every campaign; nothing but what they say themselves where absent. */
  marketing?: MarketingSettings;
  /** Says that a campaign was started or changed; without it its runner looks by itself, a little later. */
  wakeCampaigns?(): void;
  brake: BrakeSettings;
  /** Codes that tell a genuine SMS; the defaults where absent. */
  verify?: VerifySettings;
  /** What customers' pages say of the bank; the defaults where absent. */
  pages?: PageSettings;
  /** How long what proves what was sent is kept, milliseconds; for ever where absent. */
  evidenceMs?: number;
  /** Short links in messages; none can be made where absent. */
  shortLinks?: ShortLinkSettings;
  /** Told what happens, for figures. */
  watch?: Watch;
}

/**
 * The host's own look at a number just before something is sent to it, such as a SIM-swap service: `refuse` ends the alert
 * as failed. It should answer quickly; while it fails or is late, codes wait and everything else leaves.
 */
export type NumberCheck = (number: { phone: string; lane: Lane; alertId: string }) => Promise<'allow' | 'refuse'>;

export interface DeliverySettings {
  /** Sender by lane, `default` for the rest. */
  senders: Readonly<Record<string, string>>;
  /** Longest an attempt may take, milliseconds; a lease lasts half as long again. */
  attemptMs: number;
  /** Sent at the same time through each provider, unless it has a limit of its own. */
  concurrency: number;
  /** The first that fits a message; where absent, all adapters in their order. The last one has no conditions. */
  routes?: readonly Route[];
  /** Where an entity's messages may be processed. */
  residency?: Residency;
  /** What a lane does at its deadline about a message that may have been sent; `give-up` where absent. */
  unknown?: Partial<Record<Lane, UnknownPolicy>>;
  /** How much one customer gets. */
  throttle?: readonly Throttle[];
  /** How much leaves in all, or to a country. */
  ceilings?: readonly Ceiling[];
}
