/**
 * Commits one batch of events in one transaction: duplicates dropped, profiles loaded and locked, every event decided by
 * `step`, and events, profiles, decisions and alerts written. All of it commits, or none.
 */
import type { Knex } from 'knex';
import type { Context } from '../../core/context.js';
import { eventContent } from '../../core/event/canonical.js';
import { redactCardData } from '../../core/event/redact.js';
import { type StepResult, step } from '../../core/step.js';
import { type DecisionToStore, decisionsOf, insertDecisions, type StoredDecision } from '../../store/decisions.js';
import { type EventToStore, eventKey, eventSubject, findStored, insertEvents } from '../../store/events.js';
import { keepInQuarantine } from '../../store/quarantine.js';
import { guessRegistry, recallRegistry } from '../../store/registry-memory.js';
import { resolveIdentities } from './resolve-identities.js';
import type { CommitSummary, IngestHouse } from './settings.js';
import type { EventResult, IncomingEvent } from './types.js';
import { loadWorkingSet } from './working-set.js';
import { type Alerting, writeAlerts } from './write-alerts.js';

/** An event on its way through the batch, with its identity worked out. */
export interface BatchItem extends IncomingEvent {
  subject: string;
  key: Buffer;
  keyText: string;
  content: string;
  mac: Buffer;
}

export interface CommittedBatch {
  /** In the order of the items. */
  results: EventResult[];
  summary: CommitSummary;
}

export async function commitBatch(
  house: IngestHouse,
  trx: Knex.Transaction,
  incoming: readonly IncomingEvent[],
): Promise<CommittedBatch> {
  const { database } = house.vault;
  const now = house.now();
  const ruleSet = house.ruleSet();
  const prepared = incoming.map((item) => prepare(house, item));
  const keys = prepared.map(({ key }) => key);
  // Nearly always nothing changed in the registry, and nobody has aliases: then all can be asked for together, and travels
  // together. Where the guess was wrong, what was read on it is left aside.
  const guess = guessRegistry(database);
  const early = guess?.hasAliases === false ? loadWorkingSet(house, trx, guess, ruleSet, prepared) : undefined;
  const [memory, stored, guessed] = await Promise.all([
    recallRegistry(database, trx),
    findStored(database, trx, keys),
    early,
  ]);
  const items = underTheirNames(await resolveIdentities(database, trx, memory, prepared), prepared);
  const { fresh, known, reused } = sort(items, stored);
  const working =
    guessed !== undefined && memory === guess ? guessed : await loadWorkingSet(house, trx, memory, ruleSet, fresh);

  const events: EventToStore[] = [];
  const decided: { item: BatchItem; result: StepResult; versions: Record<string, number> }[] = [];
  const refused = new Map<BatchItem, Refusal>([...reused].map((item) => [item, REUSED]));
  for (const item of fresh) {
    if (working.isErased(item)) {
      refused.set(item, ERASED);
      continue;
    }
    const { profile, context, subjectKey } = working.of(item);
    const result = step(ruleSet, profile, item.event, withSecrets(context, item), now);
    working.put(item, result.profile);
    const { event, subject, key, keyText, mac, content } = item;
    const { sequence } = result.profile;
    events.push({ event, subject, key, keyText, mac, content, sequence, counts: result.counts, subjectKey });
    decided.push({ item, result, versions: context.versions });
  }
  await insertEvents(database, trx, events, ruleSet.id, now);
  await working.save(trx);
  const rows: DecisionToStore[] = decided.flatMap(({ item, result, versions }) =>
    result.decisions.map((decision) => ({ eventKey: item.key, event: item.event, decision, versions })),
  );
  await insertDecisions(database, trx, rows, now);
  const alerting = await writeAlerts(house, trx, memory, decided, now);
  await keepRefused(house, trx, refused, now);
  const answered = await decisionsOf(
    database,
    trx,
    known.map(({ key }) => key),
  );
  const byKey = new Map(decided.map((one) => [one.item.keyText, one]));
  return {
    results: items.map((item) => resultOf(item, { refused, decided: byKey, answered, alerting })),
    summary: summarise(events.length, known.length, [...refused.values()], rows),
  };
}

function withSecrets(context: Context, { secrets }: IncomingEvent): Context {
  return secrets === undefined ? context : { ...context, secrets };
}

function prepare({ vault }: IngestHouse, { event, original, secrets, timeIsReceived }: IncomingEvent): BatchItem {
  const key = eventKey(event);
  const content = eventContent(event);
  const keyText = key.toString('hex');
  const compared = timeIsReceived === true ? eventContent({ ...event, time: 0 }) : content;
  const item = { event, original, subject: eventSubject(event), key, keyText, content, mac: vault.bodyMac(compared) };
  return secrets === undefined ? item : { ...item, secrets };
}

/** Whose id was an alias is somebody else than was thought. */
function underTheirNames(items: readonly BatchItem[], prepared: readonly BatchItem[]): readonly BatchItem[] {
  return items === prepared ? items : items.map((item) => ({ ...item, subject: eventSubject(item.event) }));
}

/** Fresh ones once each; those known before (or earlier in this batch); and ids that came with another body. */
function sort(items: readonly BatchItem[], stored: ReadonlyMap<string, Buffer>) {
  const seen = new Map(stored);
  const fresh: BatchItem[] = [];
  const known: BatchItem[] = [];
  const reused = new Set<BatchItem>();
  for (const item of items) {
    const before = seen.get(item.keyText);
    if (before === undefined) {
      fresh.push(item);
      seen.set(item.keyText, item.mac);
    } else if (before.equals(item.mac)) known.push(item);
    else reused.add(item);
  }
  return { fresh, known, reused };
}

interface Refusal {
  code: string;
  path: string;
  message: string;
}

const REUSED: Refusal = {
  code: 'id-reused',
  path: '/id',
  message: 'An event with this source and id is known with another content. It was kept in quarantine and not decided.',
};

const ERASED: Refusal = {
  code: 'erased',
  path: '/data',
  message: 'The account or customer of this event was erased. Nothing of it is kept.',
};

/** What belongs to somebody who was erased is not kept again. */
async function keepRefused(
  { vault }: IngestHouse,
  trx: Knex.Transaction,
  refused: ReadonlyMap<BatchItem, Refusal>,
  now: number,
): Promise<void> {
  for (const [{ original }, refusal] of refused) {
    if (refusal === ERASED) continue;
    const body = Buffer.from(JSON.stringify(redactCardData(original as never)));
    await keepInQuarantine(vault, trx, { receivedAt: now, origin: 'events', ...refusal, body });
  }
}

interface Answers {
  refused: ReadonlyMap<BatchItem, Refusal>;
  decided: ReadonlyMap<string, { item: BatchItem; result: StepResult }>;
  answered: ReadonlyMap<string, StoredDecision[]>;
  alerting: Alerting;
}

function resultOf(item: BatchItem, { refused, decided, answered, alerting }: Answers): EventResult {
  const { id } = item.event;
  const refusal = refused.get(item);
  if (refusal !== undefined) return { id, status: 'rejected', ...refusal };
  const own = decided.get(item.keyText);
  if (own?.item === item) return { id, status: 'accepted', alerts: alerting.answers(own.result.decisions) };
  const stored = answered.get(item.keyText);
  if (stored !== undefined && stored.length > 0) {
    const alerts = stored.map(({ id: alert, rule, recipient, status, reason, detail }) => ({
      id: alert,
      rule,
      status,
      ...(recipient === undefined ? {} : { recipient }),
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    }));
    return { id, status: 'duplicate', alerts };
  }
  return { id, status: 'duplicate', alerts: own === undefined ? [] : alerting.answers(own.result.decisions) };
}

function summarise(
  events: number,
  duplicates: number,
  refusals: readonly Refusal[],
  rows: readonly DecisionToStore[],
): CommitSummary {
  const decisions = rows.map(({ decision }) => ({ rule: decision.rule, outcome: decision.reason ?? decision.outcome }));
  return { events, duplicates, rejected: refusals.map(({ code }) => code), decisions };
}
