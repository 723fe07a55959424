/** Puts the alerts of a batch into the outbox, held where an operator or the storm brake holds them, and takes back what was reversed. */
import type { Knex } from 'knex';
import type { AlertDraft, Decision } from '../../contracts/decision.js';
import { lifecycleId } from '../../core/profile/lifecycle.js';
import type { StepResult } from '../../core/step.js';
import { insertEvidence } from '../../store/codes-in-alerts.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { DecidedAlert } from '../../store/decisions.js';
import { type Hold, recallHolds } from '../../store/holds.js';
import { type AlertToStore, alertSubject, cancelUnsent, insertAlerts, statusesOf } from '../../store/outbox.js';
import { transactionHash } from '../../store/profiles.js';
import type { RegistryMemory } from '../../store/registry-memory.js';
import type { BatchItem } from './commit-batch.js';
import type { IngestHouse } from './settings.js';

interface Decided {
  item: BatchItem;
  result: StepResult;
}

export interface Alerting {
  /** How these decisions are answered. */
  answers(decisions: readonly Decision[]): DecidedAlert[];
}

export async function writeAlerts(
  { vault }: IngestHouse,
  trx: Knex.Transaction,
  memory: RegistryMemory,
  decided: readonly Decided[],
  now: number,
): Promise<Alerting> {
  const { database } = vault;
  const drafted = decided.flatMap(({ item, result }) =>
    result.decisions.flatMap((decision) =>
      decision.alert === undefined ? [] : [{ item, decision, draft: decision.alert }],
    ),
  );
  const holds = drafted.length === 0 ? [] : await recallHolds(database, trx, memory);
  const keys = await vault.keys.load(trx, [...new Set(drafted.map(({ item, decision }) => sealer(item, decision)))]);
  const held = new Map<string, Hold>();
  const alerts: AlertToStore[] = [];
  for (const { item, decision, draft } of drafted) {
    const key = keys.get(sealer(item, decision));
    if (key === undefined || key.destroyed) continue;
    const hold = holds.find((one) => isHeldBy(one, decision.rule, draft));
    if (hold !== undefined) held.set(decision.alertId, hold);
    alerts.push(toStore(item, decision, draft, key, hold === undefined ? 'queued' : 'held'));
  }
  await insertAlerts(database, trx, alerts, now);
  await insertEvidence(database, trx, alerts);
  for (const { result } of decided) if (result.cancel.length > 0) await takeBack({ vault }, trx, result, now);
  return { answers: (decisions) => decisions.map((decision) => answer(decision, held)) };
}

/** Whose key seals the text. */
function sealer({ event }: BatchItem, { recipient, alert }: Decision): string {
  return alertSubject(event.entity, alert?.notify === 'bank' ? undefined : recipient, event.profile);
}

export function isHeldBy(
  { scope, value }: Hold,
  rule: string,
  { lane, topic }: Pick<AlertDraft, 'lane' | 'topic'>,
): boolean {
  switch (scope) {
    case 'all':
      return true;
    case 'lane':
      return value === lane;
    case 'rule':
      return value === rule;
    case 'topic':
      return value === topic;
    case 'provider':
      return false;
  }
}

function toStore(
  { event, subject, key: eventKey }: BatchItem,
  decision: Decision,
  draft: AlertDraft,
  key: SubjectKey,
  status: 'queued' | 'held',
): AlertToStore {
  const transaction = lifecycleId(event);
  return {
    alertId: decision.alertId,
    eventKey,
    subject,
    entity: event.entity,
    customerId: draft.notify === 'bank' ? undefined : decision.recipient,
    rule: decision.rule,
    ruleVersion: decision.ruleVersion,
    draft,
    status,
    transactionHash: transaction === undefined ? undefined : transactionHash(subject, transaction),
    key,
  };
}

/** Cancels what has not left; a correction of what never left is not sent either. */
async function takeBack(
  { vault }: Pick<IngestHouse, 'vault'>,
  trx: Knex.Transaction,
  result: StepResult,
  now: number,
): Promise<void> {
  const { database } = vault;
  await cancelUnsent(database, trx, result.cancel, 'reversed', now);
  const statuses = await statusesOf(database, trx, result.cancel);
  const needless = result.decisions
    .filter(({ alert }) => alert?.corrects?.every((id) => statuses.get(id) === 'cancelled'))
    .map(({ alertId }) => alertId);
  await cancelUnsent(database, trx, needless, 'original-cancelled', now);
}

function answer(decision: Decision, held: ReadonlyMap<string, Hold>): DecidedAlert {
  const { alertId: id, rule, recipient, reason, detail } = decision;
  const status = decision.outcome === 'suppressed' ? 'suppressed' : held.has(id) ? 'held' : 'queued';
  return {
    id,
    rule,
    status,
    ...(recipient === undefined ? {} : { recipient }),
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
  };
}
