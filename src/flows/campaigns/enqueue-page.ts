/**
 * Takes a campaign one page of customers further: who is told gets an alert in the outbox, and how far it got is written in the
 * same transaction. A process that dies in between has done nothing, or the whole page; the next one goes on after it.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import { campaignAlertId, campaignEventKey, campaignRule } from '../../core/campaign/campaign-ids.js';
import type { CompiledCampaign } from '../../core/campaign/compile-campaign.js';
import { type ChosenText, renderChosen } from '../../core/campaign/consider.js';
import { takeSlot } from '../../core/campaign/pace.js';
import { costOf } from '../../core/campaign/spending.js';
import { addTallies, countMessage, countSkipped, noTallies, type Tallies } from '../../core/campaign/tallies.js';
import { measureText } from '../../core/message/segments.js';
import { phoneCountry } from '../../core/phone.js';
import { type CampaignAlert, insertCampaignAlerts } from '../../store/campaign-alerts.js';
import { customerPage } from '../../store/campaign-customers.js';
import { type CampaignRun, changeRun, readRun } from '../../store/campaign-runs.js';
import { campaignStates, type StoredCampaign } from '../../store/campaigns.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { insertShortLinks } from '../../store/short-links.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { makeShortLinks } from '../short-links/make-short-links.js';
import { compiledOf } from './compiled.js';
import { type Examined, examine } from './examine.js';
import { hoursFrom, zonesOf } from './hours.js';

export interface EnqueuedPage {
  seen: number;
  enqueued: number;
  done: boolean;
}

export interface PageOptions {
  owner: string;
  /** Customers. */
  limit: number;
  leaseMs: number;
}

/** Undefined where somebody else goes on with it, or it does not run. */
export function enqueuePage(
  house: House,
  stored: StoredCampaign,
  options: PageOptions,
): Promise<EnqueuedPage | undefined> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    // The lock that a stop waits for: once it is through, no page adds anything.
    const run = await readRun(database, trx, stored.key, { lock: true });
    if (run?.leaseOwner !== options.owner || run.doneAt !== undefined) return undefined;
    const state = (await campaignStates(database, trx, [stored.key])).get(stored.key.toString('hex'))?.state;
    if (state !== 'running') return undefined;
    return writePage(house, trx, stored, run, options);
  });
}

async function writePage(
  house: House,
  trx: Knex.Transaction,
  stored: StoredCampaign,
  run: CampaignRun,
  { limit, leaseMs }: PageOptions,
): Promise<EnqueuedPage> {
  const { database } = house.vault;
  const campaign = compiledOf(house, stored);
  const now = house.now();
  const page = { limit, ...(run.lastCustomer === undefined ? {} : { after: run.lastCustomer }) };
  const customerIds = await customerPage(database, trx, campaign.entity, page);
  const examined = await examine(house, trx, campaign, customerIds, now);
  const slots = { next: run.nextSlot };
  const { alerts, tallies } = await alertsFor(house, trx, { stored, campaign, now, slots }, examined);
  await insertCampaignAlerts(database, trx, stored.key, alerts, now);
  const done = customerIds.length < limit;
  await changeRun(database, trx, stored.key, {
    leaseUntil: now + leaseMs,
    nextSlot: slots.next,
    tallies: addTallies(run.tallies, { ...tallies, seen: customerIds.length }),
    ...(customerIds.length === 0 ? {} : { lastCustomer: customerIds.at(-1) as string }),
    ...(done ? { doneAt: now } : {}),
  });
  return { seen: customerIds.length, enqueued: alerts.length, done };
}

interface Writing {
  stored: StoredCampaign;
  campaign: CompiledCampaign;
  now: number;
  slots: { next: number };
}

async function alertsFor(
  house: House,
  trx: Knex.Transaction,
  writing: Writing,
  examined: readonly Examined[],
): Promise<{ alerts: CampaignAlert[]; tallies: Tallies }> {
  const { campaign, now } = writing;
  const { entity, name } = campaign;
  const tallies = noTallies();
  const chosen = examined.flatMap((one) => {
    if (one.considered.outcome === 'skipped') countSkipped(tallies, one.considered.reason);
    if (one.considered.outcome !== 'message') return [];
    return [{ one, text: one.considered, alertId: campaignAlertId(entity, name, one.customerId) }];
  });
  const subjects = chosen.map(({ one }) => customerSubject(entity, one.customerId));
  const keys = await house.vault.keys.load(trx, subjects);
  const urls = await linksFor(
    house,
    trx,
    writing,
    chosen.map(({ one, alertId }) => ({ alertId, customerId: one.customerId })),
  );
  const hours = hoursFrom(house, now);
  const { prices } = house.ruleSet().source.texts ?? {};
  const alerts: CampaignAlert[] = [];
  for (const [index, { one, text, alertId }] of chosen.entries()) {
    const subject = subjects[index] as string;
    const key = keys.get(subject);
    const written = rendered(text, urls.get(alertId) ?? {});
    const opens = hours(campaign, zonesOf(house, one));
    if (key === undefined || key.destroyed || written === undefined || opens === undefined) {
      countSkipped(tallies, 'no-text');
      continue;
    }
    const { parts } = measureText(written);
    const cost = costOf(prices, parts, phoneCountry(one.phone ?? ''));
    countMessage(tallies, {
      locale: text.locale,
      variant: text.variant.name,
      parts,
      ...(cost === undefined ? {} : { cost }),
    });
    const notBefore = slotFor(writing, opens);
    alerts.push({ ...alertOf(writing, one.customerId, text, written), alertId, subject, key, notBefore });
  }
  return { alerts, tallies };
}

/** Who cannot be reached yet takes no place from those who can. */
function slotFor({ campaign: { pace }, slots, now }: Writing, opens: number): number {
  return opens > now || pace === undefined ? opens : takeSlot(slots, pace, now);
}

function rendered(text: ChosenText, links: Record<string, string>): string | undefined {
  try {
    return renderChosen(text, links);
  } catch (error) {
    if (error instanceof LedgerbellError) return undefined;
    throw error;
  }
}

function alertOf({ campaign }: Writing, customerId: string, text: ChosenText, written: string) {
  const { entity, name, version, variants, document, endsAt } = campaign;
  return {
    eventKey: Buffer.from(campaignEventKey(entity, name)),
    entity,
    customerId,
    rule: campaignRule(name),
    ruleVersion: version,
    variant: variants.indexOf(text.variant),
    variantName: text.variant.name,
    status: 'queued' as const,
    draft: {
      notify: 'customer' as const,
      topic: document.topic,
      lane: 'marketing' as const,
      priority: 0,
      locale: text.locale,
      text: written,
      discreet: text.discreet,
      fires: 'each' as const,
      phone: 'current' as const,
      ...(endsAt === undefined ? {} : { expiresAt: endsAt }),
    },
  };
}

async function linksFor(
  house: House,
  trx: Knex.Transaction,
  { stored, campaign: { entity, document }, now }: Writing,
  alerts: readonly { alertId: string; customerId: string }[],
): Promise<ReadonlyMap<string, Record<string, string>>> {
  const { links } = document;
  if (links === undefined || alerts.length === 0) return new Map();
  const page = {
    entity,
    lane: 'marketing',
    groupId: stored.key.toString('hex'),
    at: now,
    alerts: alerts.map((one) => ({ ...one, links })),
  } as const;
  const { rows, urls } = await makeShortLinks(house, trx, page);
  await insertShortLinks(house.vault.database, trx, rows);
  return urls;
}
