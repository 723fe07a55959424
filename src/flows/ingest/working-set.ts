/** The profiles, keys and contexts that one batch needs, read in a handful of queries and written back in two. */
import type { Knex } from 'knex';
import type { LedgerEvent } from '../../contracts/event.js';
import type { Context, CustomerSummary, Recipient } from '../../core/context.js';
import { lifecycleId } from '../../core/profile/lifecycle.js';
import { emptyProfile, type Profile } from '../../core/profile/profile.js';
import type { RuleSet } from '../../core/rules/rule-set.js';
import { loanKeyOf } from '../../core/schedule/loans.js';
import { type Contexts, type CustomerContext, loadContexts } from '../../store/contexts.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import { loadLoans, saveLoans } from '../../store/instalments.js';
import { loadProfiles, loadTransactions, saveProfiles, saveTransactions } from '../../store/profiles.js';
import type { RegistryMemory } from '../../store/registry-memory.js';
import { planSchedules, type ScheduleToPlan } from '../../store/schedules.js';
import { fillSeries, isBehind } from './fill-series.js';
import { plannedPayment } from './planned-payment.js';
import { NOTHING_REMEMBERED, rememberedContexts } from './remembered-contexts.js';
import type { IngestHouse } from './settings.js';
import type { EventOf } from './types.js';

export interface ForEvent {
  subjectKey: SubjectKey;
  profile: Profile;
  context: Context;
}

export interface WorkingSet {
  /** The account or customer was erased. */
  isErased(one: EventOf): boolean;
  of(one: EventOf): ForEvent;
  /** Keeps the profile that an event left. */
  put(one: EventOf, profile: Profile): void;
  save(trx: Knex.Transaction): Promise<void>;
}

interface Entry {
  profile: Profile;
  key: SubjectKey;
  dueAt?: number;
  changed: boolean;
  /** Transactions to write, by id. */
  transactions: Set<string>;
  /** Loans to write, by key. */
  loans: Set<string>;
  planned: ScheduleToPlan[];
}

export async function loadWorkingSet(
  house: IngestHouse,
  trx: Knex.Transaction,
  memory: RegistryMemory,
  ruleSet: RuleSet,
  events: readonly EventOf[],
): Promise<WorkingSet> {
  const { vault } = house;
  const { database } = vault;
  const subjects = [...new Set(events.map(({ subject }) => subject))];
  const keys = await vault.keys.load(trx, subjects);
  const remembered = ruleSet.readsSummary ? NOTHING_REMEMBERED : rememberedContexts(memory, house.settings);
  const unknown = events.filter((one) => remembered.get(one) === undefined).map(({ event }) => event);
  const [entries, contexts] = await Promise.all([
    loadEntries(house, trx, ruleSet, events, keys),
    loadAllContexts(house, trx, memory, unknown),
  ]);
  const summaries = ruleSet.readsSummary
    ? await loadSummaries(house, trx, contexts)
    : new Map<string, CustomerSummary>();
  return {
    isErased: ({ subject }) => !entries.has(subject),
    of(one) {
      const { event, subject } = one;
      const entry = entries.get(subject) as Entry;
      let context = remembered.get(one);
      if (context === undefined) {
        context = contextOf(house, event, contexts.get(event.entity), summaries);
        remembered.set(one, context);
      }
      return { subjectKey: entry.key, profile: entry.profile, context };
    },
    put({ event, subject }, profile) {
      const entry = entries.get(subject) as Entry;
      entry.profile = profile;
      entry.changed = true;
      const id = lifecycleId(event);
      if (id !== undefined && profile.transactions[id] !== undefined) entry.transactions.add(id);
      const loan = loanKeyOf(event);
      if (loan === undefined || !event.type.startsWith('loan.')) return;
      entry.loans.add(loan);
      entry.planned.push(...plannedPayment(event, subject, entry.key, house.now()));
    },
    async save(trx) {
      const changed = [...entries].filter(([, { changed }]) => changed);
      const profiles = changed.map(([subject, { profile, dueAt }]) => ({
        subject,
        profile,
        dueAt: nextLook(profile, dueAt),
      }));
      await saveProfiles(database, trx, profiles, keys);
      const transactions = changed.flatMap(([subject, { profile, transactions }]) =>
        [...transactions].map((id) => ({ subject, id, transaction: profile.transactions[id] as never })),
      );
      await saveTransactions(database, trx, transactions, keys);
      const loans = changed.flatMap(([subject, { profile, loans }]) =>
        [...loans].flatMap((key) => {
          const loan = profile.loans?.[key];
          return loan === undefined ? [] : [{ subject, loan }];
        }),
      );
      await saveLoans(database, trx, loans, keys);
      await planSchedules(
        database,
        trx,
        changed.flatMap(([, { planned }]) => planned),
      );
    },
  };
}

/**
 * When the schedule looks at a profile again. While an earlier look is noted it stays, so that the index on it is left
 * alone by every event; the look itself finds what is truly due.
 */
function nextLook({ inactiveDueAt }: Profile, noted: number | undefined): number | undefined {
  if (inactiveDueAt === undefined || noted === undefined) return inactiveDueAt;
  return Math.min(noted, inactiveDueAt);
}

async function loadEntries(
  house: IngestHouse,
  trx: Knex.Transaction,
  ruleSet: RuleSet,
  events: readonly EventOf[],
  keys: ReadonlyMap<string, SubjectKey>,
): Promise<Map<string, Entry>> {
  const { database } = house.vault;
  const names = new Map<string, string>();
  const wanted: { subject: string; id: string }[] = [];
  for (const { event, subject } of events) {
    names.set(subject, event.profile);
    const id = lifecycleId(event);
    if (id !== undefined) wanted.push({ subject, id });
  }
  const readTransactions = () => loadTransactions(database, trx, wanted, keys);
  const [stored, beside] = await Promise.all([
    loadProfiles(database, trx, [...names.keys()], keys, { lock: true }),
    readTransactions(),
  ]);
  const transactions = stored.waited ? await readTransactions() : beside;
  // Read under the profiles' locks: seldom, and never beside them.
  const owing = new Set(events.flatMap(({ event, subject }) => (loanKeyOf(event) === undefined ? [] : [subject])));
  const loans = owing.size === 0 ? undefined : await loadLoans(database, trx, [...owing], keys);
  const entries = new Map<string, Entry>();
  for (const [subject, name] of names) {
    const key = keys.get(subject);
    // Erased: the event is refused, and leaves nothing behind.
    if (key === undefined || key.destroyed) continue;
    const known = stored.get(subject);
    const owed = loans?.get(subject);
    const loaded = {
      ...(known?.profile ?? emptyProfile(name)),
      transactions: transactions.get(subject) ?? {},
      ...(owed === undefined ? {} : { loans: owed }),
    };
    // Nearly always it has every series, and nothing is to be waited for.
    const profile = isBehind(loaded, ruleSet)
      ? await fillSeries({ vault: house.vault, trx, ruleSet, subject, key }, loaded)
      : loaded;
    const untouched = { changed: false, transactions: new Set<string>(), loans: new Set<string>(), planned: [] };
    entries.set(subject, { profile, key, dueAt: known?.dueAt, ...untouched });
  }
  return entries;
}

async function loadAllContexts(
  { vault }: IngestHouse,
  trx: Knex.Transaction,
  memory: RegistryMemory,
  events: readonly LedgerEvent[],
): Promise<Map<string, Contexts>> {
  const contexts = new Map<string, Contexts>();
  for (const entity of new Set(events.map((event) => event.entity))) {
    const own = events.filter((event) => event.entity === entity);
    const accountIds = [...new Set(own.flatMap(({ accountId }) => accountId ?? []))];
    const customerIds = [
      ...new Set(own.flatMap(({ accountId, customerId }) => (accountId === undefined ? (customerId ?? []) : []))),
    ];
    contexts.set(entity, await loadContexts(vault, trx, entity, { accountIds, customerIds }, memory));
  }
  return contexts;
}

/** Summaries of the holders' own profiles, by subject: read only, as they stand at the start of the batch. */
async function loadSummaries(
  { vault }: IngestHouse,
  trx: Knex.Transaction,
  contexts: ReadonlyMap<string, Contexts>,
): Promise<Map<string, CustomerSummary>> {
  const subjects = [...contexts].flatMap(([entity, { customers }]) =>
    [...customers.keys()].map((id) => customerSubject(entity, id)),
  );
  const keys = await vault.keys.find(trx, subjects);
  const profiles = await loadProfiles(vault.database, trx, [...keys.keys()], keys, { lock: false });
  return new Map([...profiles].map(([subject, { profile }]) => [subject, summaryOf(profile)]));
}

export function summaryOf({ passwordChangedAt, contactChangedAt, devices }: Profile): CustomerSummary {
  return { passwordChangedAt, contactChangedAt, devices };
}

/** The snapshot that `step` is given for one event. */
export function contextOf(
  { settings }: Pick<IngestHouse, 'settings'>,
  event: LedgerEvent,
  contexts: Contexts | undefined,
  summaries: ReadonlyMap<string, CustomerSummary>,
): Context {
  const versions: Record<string, number> = {};
  const account = event.accountId === undefined ? undefined : contexts?.accounts.get(event.accountId);
  if (account !== undefined) versions[`account:${account.id}`] = account.version;
  const holders =
    event.accountId === undefined
      ? [{ customerId: event.customerId ?? '', role: 'owner' as const }]
      : (account?.holders ?? []).filter(({ customerId }) => isAddressed(event, customerId));
  const recipients: Recipient[] = [];
  for (const { customerId, role } of holders) {
    const customer = contexts?.customers.get(customerId);
    if (customer === undefined) continue;
    versions[`customer:${customerId}`] = customer.version;
    versions[`preferences:${customerId}`] = customer.preferencesVersion;
    recipients.push({
      ...recipientOf(customer),
      role,
      summary: summaries.get(customerSubject(event.entity, customerId)),
    });
  }
  return {
    settings,
    recipients,
    versions,
    ...(account === undefined ? {} : { account: { id: account.id, currency: account.currency, home: account.home } }),
  };
}

/** What the calendar brings for one holder of an account is told to nobody else. */
function isAddressed({ type, customerId }: LedgerEvent, holder: string): boolean {
  return !type.startsWith('schedule.') || customerId === undefined || customerId === holder;
}

export function recipientOf(customer: CustomerContext): Omit<Recipient, 'role'> {
  const { phone } = customer;
  return {
    customerId: customer.id,
    status: customer.status,
    locale: customer.locale,
    timeZone: customer.timeZone,
    home: customer.home,
    ...(customer.registeredAt === undefined ? {} : { registeredAt: customer.registeredAt }),
    discreet: customer.discreet,
    preferences: customer.preferences,
    consents: customer.consents,
    ...(customer.stops === undefined ? {} : { stops: customer.stops }),
    ...(phone?.usable ? { phone: { version: phone.version, replacedAt: phone.replacedAt } } : {}),
  };
}
