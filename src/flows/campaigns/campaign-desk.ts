/**
 * What campaigns, and marketing as a whole, say of the alerts of a claim: whether their campaign still runs, whether it is its
 * hour, whether the customer has had enough, and what is left of its pace and budget. Exact over all replicas: claims with
 * marketing in them wait for each other.
 */
import type { Knex } from 'knex';
import { campaignKey, campaignOf } from '../../core/campaign/campaign-ids.js';
import type { CampaignGate, CompiledCampaign } from '../../core/campaign/compile-campaign.js';
import { takeSlot } from '../../core/campaign/pace.js';
import { type BudgetReason, costOf, overBudget } from '../../core/campaign/spending.js';
import { available, refilled } from '../../core/delivery/token-bucket.js';
import type { SendVerdict } from '../../core/gates/send.js';
import { phoneCountry } from '../../core/phone.js';
import { appendAudit } from '../../store/audit.js';
import { PAUSED } from '../../store/campaign-alerts.js';
import { type CampaignSpending, lockMarketing, readSpending, saveSpending } from '../../store/campaign-spending.js';
import { campaignStates, changeCampaign, findCampaign } from '../../store/campaigns.js';
import { marketingTold } from '../../store/marketing-told.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { House } from '../house.js';
import { campaignGate, compiledOf, rememberedCampaign } from './compiled.js';
import { hoursFrom } from './hours.js';

const DAY = 86_400_000;

/** How one alert of the claim ended: it leaves, a gate ended it, or it waits. */
export interface DeskOutcome {
  alert: Pick<OutboxAlert, 'alertId' | 'entity' | 'rule' | 'attempts'>;
  kind: 'leaves' | 'ended' | 'waits';
}

export type Charge = { kind: 'verdict'; verdict: SendVerdict } | { kind: 'waits'; notBefore: number };

export interface CampaignDesk {
  /** What the gates of sending ask in the place of a rule; undefined for alerts of no campaign. */
  gateOf(alert: OutboxAlert): CampaignGate | undefined;
  /** Asked first: what its campaign's state says. */
  stateVerdict(alert: OutboxAlert): SendVerdict | undefined;
  /** Asked when nothing else is against it. `zones`: those that the customer can be in. */
  delay(alert: OutboxAlert, zones: () => readonly string[]): SendVerdict | undefined;
  /** Asked last, with the text as it leaves; takes a place of the pace and of the budget where it may. */
  charge(alert: OutboxAlert, message: { parts: number; phone: string }): Charge | undefined;
  settle(trx: Knex.Transaction, outcomes: readonly DeskOutcome[]): Promise<void>;
}

interface Desk {
  key: Buffer;
  state: string;
  campaign: CompiledCampaign;
  gate: CampaignGate;
  spending: CampaignSpending;
  /** Cost by alert of what was charged in this claim; alerts that are tried again cost nothing. */
  charged: Map<string, number | undefined>;
  reached?: BudgetReason;
}

const NONE: CampaignDesk = {
  gateOf: () => undefined,
  stateVerdict: () => undefined,
  delay: () => undefined,
  charge: () => undefined,
  settle: async () => undefined,
};

export async function openCampaignDesk(
  house: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
  now: number,
): Promise<CampaignDesk> {
  const { database } = house.vault;
  const cap = house.marketing?.frequencyCap;
  const own = alerts.filter(({ rule }) => campaignOf(rule) !== undefined);
  const marketing = cap === undefined ? own : alerts.filter(({ lane }) => lane === 'marketing');
  if (own.length === 0 && marketing.length === 0) return NONE;
  await lockMarketing(database, trx);
  const desks = await openDesks(house, trx, own);
  const told = await loadTold(house, trx, marketing, now);
  const hours = hoursFrom(house, now);
  const deskOf = (alert: Pick<OutboxAlert, 'entity' | 'rule'>) => desks.get(`${alert.entity}/${alert.rule}`);

  return {
    gateOf: (alert) => deskOf(alert)?.gate,
    stateVerdict: (alert) => {
      if (campaignOf(alert.rule) === undefined) return undefined;
      const state = deskOf(alert)?.state ?? 'stopped';
      if (state === 'stopped') return { status: 'cancelled', reason: 'campaign-stopped' };
      return state === 'paused' ? { status: 'held', reason: PAUSED } : undefined;
    },
    delay: (alert, zones) => {
      const desk = deskOf(alert);
      const opens = desk === undefined ? now : hours(desk.campaign, zones());
      if (opens !== undefined && opens > now) return { status: 'deferred', reason: 'campaign-hours', until: opens };
      const others = told.get(customerOf(alert));
      const count = (others?.size ?? 0) - (others?.has(alert.alertId) ? 1 : 0);
      const isCapped = alert.lane === 'marketing' && cap !== undefined && count >= cap.messages;
      return isCapped ? { status: 'suppressed', reason: 'frequency-cap' } : undefined;
    },
    charge: (alert, message) => {
      const desk = deskOf(alert);
      const refusal = desk === undefined ? undefined : chargeDesk(house, desk, alert, message, now);
      if (refusal === undefined) noteTold(told, alert);
      return refusal;
    },
    settle: async (trx, outcomes) => {
      for (const desk of desks.values()) await settleDesk(house, trx, desk, outcomes, now);
    },
  };
}

async function openDesks(
  house: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
): Promise<Map<string, Desk>> {
  const { database } = house.vault;
  const keys = new Map(
    alerts.map(({ entity, rule }) => [`${entity}/${rule}`, Buffer.from(campaignKey(entity, campaignOf(rule) ?? ''))]),
  );
  if (keys.size === 0) return new Map();
  const states = await campaignStates(database, trx, [...keys.values()]);
  const spending = await readSpending(database, trx, [...keys.values()]);
  const desks = new Map<string, Desk>();
  for (const [name, key] of keys) {
    const hex = key.toString('hex');
    const [known, spent] = [states.get(hex), spending.get(hex)];
    const campaign = known === undefined ? undefined : await load(house, trx, key, known.version);
    if (known === undefined || spent === undefined || campaign === undefined) continue;
    const gate = campaignGate(house, campaign);
    desks.set(name, { key, state: known.state, campaign, gate, spending: spent, charged: new Map() });
  }
  return desks;
}

async function load(
  house: House,
  trx: Knex.Transaction,
  key: Buffer,
  version: string,
): Promise<CompiledCampaign | undefined> {
  const remembered = rememberedCampaign(house, key, version);
  if (remembered !== undefined) return remembered;
  const stored = await findCampaign(house.vault.database, trx, key);
  return stored === undefined ? undefined : compiledOf(house, stored);
}

/** Budget first: what is spent does not come back by waiting. */
function chargeDesk(
  house: House,
  desk: Desk,
  { alertId, attempts }: OutboxAlert,
  { parts, phone }: { parts: number; phone: string },
  now: number,
): Charge | undefined {
  const { spending, campaign } = desk;
  const isFirst = attempts === 0;
  const cost = isFirst ? costOf(house.ruleSet().source.texts?.prices, parts, phoneCountry(phone)) : 0;
  const { budget } = campaign.document;
  desk.reached ??= isFirst ? overBudget(budget, spentWith(desk), cost) : undefined;
  if (desk.reached !== undefined && isFirst) return { kind: 'verdict', verdict: { status: 'held', reason: PAUSED } };
  if (campaign.pace !== undefined) {
    const bucket = refilled(spending.bucket, campaign.pace, now);
    if (available(bucket) - desk.charged.size < 1) {
      const slots = { next: spending.nextSlot };
      const notBefore = Math.max(takeSlot(slots, campaign.pace, now), now + 1);
      spending.nextSlot = slots.next;
      return { kind: 'waits', notBefore };
    }
  }
  desk.charged.set(alertId, isFirst ? (cost ?? 0) : undefined);
  return undefined;
}

function spentWith({ spending, charged }: Desk) {
  const costs = [...charged.values()].filter((cost) => cost !== undefined);
  return { messages: spending.messages + costs.length, cost: costs.reduce((sum, cost) => sum + cost, spending.cost) };
}

/** Counts what really leaves: another replica may have been quicker at a provider. */
async function settleDesk(
  house: House,
  trx: Knex.Transaction,
  desk: Desk,
  outcomes: readonly DeskOutcome[],
  now: number,
): Promise<void> {
  const { database } = house.vault;
  const { key, spending, campaign, charged } = desk;
  const own = outcomes.filter(
    ({ alert }) => alert.entity === campaign.entity && campaignOf(alert.rule) === campaign.name,
  );
  const left = own.filter(({ kind, alert }) => kind === 'leaves' && charged.has(alert.alertId));
  const costs = left.flatMap(({ alert }) => charged.get(alert.alertId) ?? []);
  const gone = own.filter(({ kind, alert }) => kind !== 'waits' && alert.attempts === 0).length;
  const bucket =
    campaign.pace === undefined || left.length === 0 ? spending.bucket : refilled(spending.bucket, campaign.pace, now);
  await saveSpending(database, trx, key, {
    messages: spending.messages + costs.length,
    cost: costs.reduce((sum, cost) => sum + cost, spending.cost),
    gone: spending.gone + gone,
    bucket: campaign.pace === undefined ? bucket : { ...bucket, tokens: bucket.tokens - left.length * 1000 },
    nextSlot: spending.nextSlot,
  });
  if (desk.reached !== undefined) await pauseSpent(house, trx, desk, desk.reached, now);
}

/** Its own pause, once. */
export async function pauseSpent(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  { key, campaign }: Pick<Desk, 'key' | 'campaign'>,
  reason: BudgetReason,
  at: number,
): Promise<void> {
  const stored = await findCampaign(database, trx, key, { lock: true });
  if (stored?.state !== 'running') return;
  await changeCampaign(database, trx, key, { state: 'paused', reason }, at);
  const subject = `campaign:${campaign.entity}/${campaign.name}`;
  await appendAudit(database, trx, { at, actor: 'service', action: 'campaign-paused', subject, detail: { reason } });
}

/** Alerts by customer. */
async function loadTold(
  { vault: { database }, marketing }: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
  now: number,
): Promise<Map<string, Set<string>>> {
  const told = new Map<string, Set<string>>();
  const cap = marketing?.frequencyCap;
  if (cap === undefined) return told;
  const customerIds = [...new Set(alerts.flatMap(({ customerId }) => customerId ?? []))];
  for (const one of await marketingTold(database, trx, customerIds, { since: now - cap.days * DAY, waiting: false })) {
    noteTold(told, one);
  }
  return told;
}

function noteTold(told: Map<string, Set<string>>, one: { entity: string; customerId?: string; alertId: string }): void {
  const name = customerOf(one);
  told.set(name, (told.get(name) ?? new Set()).add(one.alertId));
}

function customerOf({ entity, customerId = '' }: { entity: string; customerId?: string }): string {
  return `${entity}/${customerId}`;
}
