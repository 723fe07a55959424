/** What the gates of sending are asked with, for all alerts of a claim in a constant number of queries. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import type { PaymentChange, SendInput } from '../../core/gates/send.js';
import { possibleTimeZones } from '../../core/phone.js';
import { ownKey } from '../../core/profile/profile.js';
import { originsOf } from '../../store/alert-origins.js';
import { type CustomerContext, loadContexts } from '../../store/contexts.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { Hold } from '../../store/holds.js';
import { alertSubject, type OutboxAlert } from '../../store/outbox.js';
import { type PhoneRecord, phonesFor } from '../../store/phones.js';
import { loadProfiles } from '../../store/profiles.js';
import { stopsAt } from '../../store/stops.js';
import type { CampaignDesk } from '../campaigns/campaign-desk.js';
import type { House } from '../house.js';
import { recipientOf } from '../ingest/working-set.js';
import { isHeldBy } from '../ingest/write-alerts.js';
import type { FloodGuard } from './flood-guard.js';
import { loadPaymentChanges } from './payments-of.js';

export interface Known {
  /** By entity, then by customer. */
  customers: ReadonlyMap<string, ReadonlyMap<string, CustomerContext>>;
  phones: ReadonlyMap<string, ReadonlyMap<string, PhoneRecord[]>>;
  /** What was stopped from numbers that were replaced, by `entity/customer/version`; only where such a number is told. */
  formerStops: ReadonlyMap<string, readonly string[]>;
  /** Of the texts, by the alert's subject. */
  keys: ReadonlyMap<string, SubjectKey>;
  /** Whether the rule's conditions held when the recipient's profile last told, by alert; only where that matters. */
  edges: ReadonlyMap<string, boolean | undefined>;
  /** What became of payments that alerts remind of, by alert. */
  payments: ReadonlyMap<string, PaymentChange>;
}

export async function loadKnown(house: House, trx: Knex.Transaction, alerts: readonly OutboxAlert[]): Promise<Known> {
  const customers = new Map<string, ReadonlyMap<string, CustomerContext>>();
  const phones = new Map<string, ReadonlyMap<string, PhoneRecord[]>>();
  const told = alerts.filter(({ notify }) => notify === 'customer');
  for (const entity of new Set(told.map((alert) => alert.entity))) {
    const own = told.filter((alert) => alert.entity === entity);
    const customerIds = [...new Set(own.flatMap(({ customerId }) => customerId ?? []))];
    const contexts = await loadContexts(house.vault, trx, entity, { accountIds: [], customerIds });
    customers.set(entity, contexts.customers);
    phones.set(entity, await phonesFor(house.vault, trx, entity, customerIds));
  }
  const keys = await house.vault.keys.find(trx, [...new Set(told.map(sealer))]);
  const formerStops = await loadFormerStops(house, trx, told);
  return {
    customers,
    phones,
    formerStops,
    keys,
    edges: await loadEdges(house, trx, alerts),
    payments: await loadPaymentChanges(house, trx, told),
  };
}

/** A STOP belongs to a number: the copy that goes to the former one asks what that one stopped. */
async function loadFormerStops(
  { vault: { database }, now }: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
): Promise<Map<string, readonly string[]>> {
  const former = alerts.filter(({ phone }) => phone === 'previous');
  const found = new Map<string, readonly string[]>();
  for (const entity of new Set(former.map((alert) => alert.entity))) {
    const customerIds = former.flatMap((alert) => (alert.entity === entity ? (alert.customerId ?? []) : []));
    const stops = await stopsAt(database, trx, entity, [...new Set(customerIds)], now());
    for (const [name, topics] of stops) found.set(`${entity}/${name}`, topics);
  }
  return found;
}

/** Whose key seals the text of an alert to a customer. */
export function sealer({ entity, customerId }: OutboxAlert): string {
  return alertSubject(entity, customerId, '');
}

async function loadEdges(
  { vault }: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
): Promise<Map<string, boolean | undefined>> {
  const asked = alerts.filter(({ fires, delayed }) => fires === 'edge' && delayed);
  if (asked.length === 0) return new Map();
  const ids = asked.map(({ alertId }) => alertId);
  const origins = await originsOf(vault.database, trx, ids);
  const subjects = [...new Set([...origins.values()].map(({ subject }) => subject))];
  const keys = await vault.keys.find(trx, subjects);
  const profiles = await loadProfiles(vault.database, trx, subjects, keys, { lock: false });
  return new Map(
    asked.map(({ alertId, rule, customerId }) => {
      const { profile } = profiles.get(origins.get(alertId)?.subject ?? '') ?? {};
      return [alertId, profile?.rules[rule]?.[ownKey(customerId ?? '')]?.edge];
    }),
  );
}

export function sendInput(
  house: House,
  alert: OutboxAlert,
  known: Known,
  options: { holds: readonly Hold[]; guard: FloodGuard; campaigns: CampaignDesk; now: number },
): SendInput {
  const customer = known.customers.get(alert.entity)?.get(alert.customerId ?? '');
  const phones = known.phones.get(alert.entity)?.get(alert.customerId ?? '');
  const phone = numberOf(alert, phones);
  return {
    alert,
    rule: options.campaigns.gateOf(alert) ?? house.ruleSet().rules.find(({ name }) => name === alert.rule),
    recipient:
      customer === undefined ? undefined : { ...recipientOf(customer), stops: stopsOf(alert, customer, phones, known) },
    phone,
    edge: known.edges.get(alert.alertId),
    payment: known.payments.get(alert.alertId),
    held: options.holds.some((hold) => isHeldBy(hold, alert.rule, alert)),
    now: options.now,
    throttled: () => options.guard.isThrottled(alert),
    ceilingUntil: () => options.guard.ceilingUntil(alert),
    zones: () => (customer?.timeZone === undefined ? zonesOf(phone, house) : [customer.timeZone]),
  };
}

function stopsOf(
  { entity, phone }: OutboxAlert,
  { id, stops }: CustomerContext,
  phones: readonly PhoneRecord[] | undefined,
  { formerStops }: Known,
): readonly string[] | undefined {
  if (phone !== 'previous') return stops;
  const former = phones?.findLast(({ status }) => status === 'replaced');
  return formerStops.get(`${entity}/${id}/${former?.version}`);
}

/** The numbers of these alerts; without those that have none, or that cannot be opened. */
export function numbersOf(alerts: readonly OutboxAlert[], known: Known): Map<string, string> {
  const numbers = new Map<string, string>();
  for (const alert of alerts) {
    try {
      const number = numberOf(alert, known.phones.get(alert.entity)?.get(alert.customerId ?? ''));
      if (number !== undefined) numbers.set(alert.alertId, number);
    } catch (error) {
      if (!(error instanceof LedgerbellError)) throw error;
    }
  }
  return numbers;
}

/** Where only the number is known, sending hours must be allowed in every zone it can be in. */
function zonesOf(phone: string | undefined, { settings }: House): readonly string[] {
  return phone === undefined ? [settings.timeZone] : [settings.timeZone, ...possibleTimeZones(phone)];
}

export function numberOf(alert: Pick<OutboxAlert, 'phone'>, phones: readonly PhoneRecord[] = []): string | undefined {
  const latest = phones.at(-1);
  if (alert.phone === 'previous') return phones.findLast(({ status }) => status === 'replaced')?.number();
  return latest?.status === 'verified' ? latest.number() : undefined;
}
