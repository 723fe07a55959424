/**
 * Takes alerts whose turn it is, lane by lane, asks the gates of sending, and marks those that may leave as `sending`,
 * durably, before any request is made: after a crash they are `unknown`, never blindly sent again.
 */
import type { Knex } from 'knex';
import type { SmsMessage } from '../../contracts/adapter.js';
import { type SendInput, type SendVerdict, sendVerdict } from '../../core/gates/send.js';
import { measureText } from '../../core/message/segments.js';
import { possibleTimeZones } from '../../core/phone.js';
import { ownKey } from '../../core/profile/profile.js';
import { type CustomerContext, loadContexts } from '../../store/contexts.js';
import { type Hold, listHolds } from '../../store/holds.js';
import { alertSubject, type OutboxAlert, openText, selectReady, UNSENT, updateAlert } from '../../store/outbox.js';
import { type PhoneRecord, phonesFor } from '../../store/phones.js';
import { loadProfiles, subjectOf } from '../../store/profiles.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { recipientOf } from '../ingest/working-set.js';
import { isHeldBy } from '../ingest/write-alerts.js';

/** An alert that is marked as leaving: the next thing that happens to it is its request. */
export interface ClaimedAlert {
  alert: OutboxAlert;
  /** The adapter to send through. */
  adapter?: string;
  /** Absent for what is told to the bank itself. */
  message?: Omit<SmsMessage, 'from'>;
}

export interface Claim {
  leaving: ClaimedAlert[];
  /** Ended by a gate, without an attempt. */
  ended: { alert: OutboxAlert; verdict: SendVerdict }[];
}

interface Known {
  customers: ReadonlyMap<string, CustomerContext>;
  phones: ReadonlyMap<string, PhoneRecord[]>;
}

export async function claimAlerts(house: House, owner: string, limit: number): Promise<Claim> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const now = house.now();
    const claim: Claim = { leaving: [], ended: [] };
    const holds = await listHolds(database, trx);
    const adapter = firstFree(house, holds);
    // While every provider is held, customers' alerts stay queued: only the bank can be told.
    const ready = await selectReady(database, trx, { now, limit, onlyBank: adapter === undefined });
    if (ready.length === 0) return claim;
    const known = await loadKnown(house, trx, ready);
    for (const alert of ready) {
      const held = holds.some((hold) => isHeldBy(hold, alert.rule, alert));
      const input = await sendInput(house, trx, alert, known.get(alert.entity), held, now);
      // The bank is no customer: only a hold keeps its own alerts back.
      const verdict = alert.notify === 'bank' ? bankVerdict(input) : sendVerdict(input);
      if (verdict === undefined)
        claim.leaving.push({ ...(await markLeaving(house, trx, alert, input.phone, owner, now)), adapter });
      else await applyVerdict(house, trx, alert, verdict, claim, now);
    }
    return claim;
  });
}

/** The first adapter that no hold keeps back; where none is configured, the attempt itself says so. */
function firstFree({ adapters }: House, holds: readonly Hold[]): string | undefined {
  if (adapters.length === 0) return 'none';
  return adapters.find(({ name }) => !holds.some(({ scope, value }) => scope === 'provider' && value === name))?.name;
}

function bankVerdict({ held, alert, now }: SendInput): SendVerdict | undefined {
  if (alert.expiresAt !== undefined && now >= alert.expiresAt) return { status: 'expired', reason: 'expired' };
  return held ? { status: 'held', reason: 'held' } : undefined;
}

/** Who the recipients are, and their numbers, as of now; by entity. */
async function loadKnown(
  house: House,
  trx: Knex.Transaction,
  alerts: readonly OutboxAlert[],
): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  for (const entity of new Set(alerts.map((alert) => alert.entity))) {
    const own = alerts.filter((alert) => alert.entity === entity);
    const customerIds = [...new Set(own.flatMap(({ customerId }) => customerId ?? []))];
    const { customers } = await loadContexts(house.vault, trx, entity, { accountIds: [], customerIds });
    const phones = await phonesFor(house.vault, trx, entity, customerIds);
    known.set(entity, { customers, phones });
  }
  return known;
}

async function sendInput(
  house: House,
  trx: Knex.Transaction,
  alert: OutboxAlert,
  known: Known | undefined,
  held: boolean,
  now: number,
): Promise<SendInput> {
  const customer = known?.customers.get(alert.customerId ?? '');
  const recipient = customer === undefined ? undefined : recipientOf(customer);
  const phone = numberOf(alert, known?.phones.get(alert.customerId ?? ''));
  const ruleSet = house.ruleSet();
  const ownZone = customer?.timeZone;
  return {
    alert,
    rule: ruleSet.rules.find(({ name }) => name === alert.rule),
    recipient,
    phone,
    edge: alert.fires === 'edge' && alert.delayed ? await edgeOf(house, trx, alert) : undefined,
    held,
    now,
    zones: ownZone === undefined ? zonesOf(phone, house) : [ownZone],
  };
}

/** Where only the number is known, sending hours must be allowed in every zone it can be in. */
function zonesOf(phone: string | undefined, { settings }: House): readonly string[] {
  return phone === undefined ? [settings.timeZone] : [settings.timeZone, ...possibleTimeZones(phone)];
}

function numberOf(alert: OutboxAlert, phones: readonly PhoneRecord[] = []): string | undefined {
  const latest = phones.at(-1);
  if (alert.phone === 'previous') return phones.findLast(({ status }) => status === 'replaced')?.number();
  return latest?.status === 'verified' ? latest.number() : undefined;
}

/** Whether the rule's conditions held when this recipient's profile last told. */
async function edgeOf({ vault }: House, trx: Knex.Transaction, alert: OutboxAlert): Promise<boolean | undefined> {
  const subject = await subjectOf(vault.database, trx, alert.profileHash);
  if (subject === undefined) return undefined;
  const keys = await vault.keys.find(trx, [subject]);
  if (keys.get(subject)?.destroyed !== false) return undefined;
  const { profile } = (await loadProfiles(vault.database, trx, [subject], keys, { lock: false })).get(subject) ?? {};
  return profile?.rules[alert.rule]?.[ownKey(alert.customerId ?? '')]?.edge;
}

async function markLeaving(
  house: House,
  trx: Knex.Transaction,
  alert: OutboxAlert,
  phone: string | undefined,
  owner: string,
  now: number,
): Promise<ClaimedAlert> {
  const { vault, delivery } = house;
  const lease = { leaseOwner: owner, leaseUntil: now + Math.ceil(delivery.attemptMs * 1.5) };
  const attempts = alert.attempts + 1;
  const taken = { ...alert, attempts };
  if (alert.notify === 'bank') {
    await updateAlert(vault.database, trx, alert.alertId, UNSENT, { status: 'sending', attempts, ...lease }, now);
    return { alert: taken };
  }
  const sealer = alertSubject(alert.entity, alert.customerId, '');
  const key = (await vault.keys.find(trx, [sealer])).get(sealer);
  const text = key === undefined ? '' : openText(alert, key);
  const { encoding, parts } = measureText(text);
  await updateAlert(
    vault.database,
    trx,
    alert.alertId,
    UNSENT,
    { status: 'sending', attempts, encoding, parts, ...lease },
    now,
  );
  const { alertId, lane, expiresAt } = alert;
  return { alert: taken, message: { alertId, to: phone ?? '', text, encoding, parts, lane, expiresAt } };
}

async function applyVerdict(
  { vault }: House,
  trx: Knex.Transaction,
  alert: OutboxAlert,
  verdict: SendVerdict,
  claim: Claim,
  now: number,
): Promise<void> {
  const { status, reason, until } = verdict;
  const delayed = status === 'deferred' || status === 'held' ? true : undefined;
  await updateAlert(vault.database, trx, alert.alertId, UNSENT, { status, reason, notBefore: until, delayed }, now);
  if (status !== 'deferred' && status !== 'held') claim.ended.push({ alert, verdict });
}
