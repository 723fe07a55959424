/** Decisions: one row for each rule, event and recipient whose conditions held, with the versions of what was known. */
import type { Knex } from 'knex';
import type { AlertStatus, Decision, SuppressionReason } from '../contracts/decision.js';
import type { LedgerEvent } from '../contracts/event.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { Database } from './database.js';
import { eventSubject } from './events.js';
import { insertRows } from './insert-rows.js';

export interface DecisionToStore {
  eventKey: Buffer;
  event: LedgerEvent;
  decision: Decision;
  /** `account:704` to its version, and so on. */
  versions: Record<string, number>;
}

const COLUMNS = [
  'event_key',
  'alert_id',
  'profile_hash',
  'entity',
  'rule',
  'rule_version',
  'recipient',
  'outcome',
  'reason',
  'detail',
  'context',
  'decided_at',
] as const;

export async function insertDecisions(
  database: Database,
  trx: Knex.Transaction,
  decisions: readonly DecisionToStore[],
  at: number,
): Promise<void> {
  const rows = decisions.map(({ eventKey, event, decision, versions }) => [
    eventKey,
    decision.alertId,
    subjectHash(eventSubject(event)),
    event.entity,
    decision.rule,
    decision.ruleVersion,
    decision.recipient ?? null,
    decision.outcome,
    decision.reason ?? null,
    decision.detail?.slice(0, 500) ?? null,
    JSON.stringify(versions),
    at,
  ]);
  await insertRows(database, trx, 'decisions', COLUMNS, rows);
}

/** One decision as it is answered: the alert's id and rule, what became of it when decided, and why not. */
export interface DecidedAlert {
  id: string;
  rule: string;
  recipient?: string;
  status: Extract<AlertStatus, 'queued' | 'held' | 'suppressed'>;
  reason?: SuppressionReason;
  detail?: string;
}

export interface StoredDecision extends DecidedAlert {
  entity: string;
  eventKey: Buffer;
  ruleVersion: string;
  versions: Record<string, number>;
  decidedAt: number;
}

interface DecisionRow {
  event_key: Buffer;
  alert_id: string;
  entity: string;
  rule: string;
  rule_version: string;
  recipient: string | null;
  outcome: string;
  reason: SuppressionReason | null;
  detail: string | null;
  context: string;
  decided_at: number;
}

/** What was decided for these events, in the order it was decided, by event key in hexadecimal digits. */
export async function decisionsOf(
  database: Database,
  trx: Knex,
  eventKeys: readonly Buffer[],
): Promise<Map<string, StoredDecision[]>> {
  const byEvent = new Map<string, StoredDecision[]>();
  if (eventKeys.length === 0) return byEvent;
  const rows: DecisionRow[] = await trx<DecisionRow>(database.table('decisions'))
    .whereIn('event_key', [...eventKeys])
    .orderBy('row_id');
  for (const row of rows) {
    const key = row.event_key.toString('hex');
    byEvent.set(key, [...(byEvent.get(key) ?? []), decisionOf(row)]);
  }
  return byEvent;
}

export async function findDecision(
  database: Database,
  trx: Knex,
  alertId: string,
): Promise<StoredDecision | undefined> {
  const row = await trx<DecisionRow>(database.table('decisions')).where('alert_id', alertId).orderBy('row_id').first();
  return row === undefined ? undefined : decisionOf(row);
}

function decisionOf(row: DecisionRow): StoredDecision {
  return {
    id: row.alert_id,
    entity: row.entity,
    eventKey: row.event_key,
    rule: row.rule,
    ruleVersion: row.rule_version,
    status: row.outcome === 'alert' ? 'queued' : 'suppressed',
    versions: JSON.parse(row.context),
    decidedAt: Number(row.decided_at),
    ...(row.recipient === null ? {} : { recipient: row.recipient }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}
