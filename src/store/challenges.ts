/** One-time codes as rows: a keyed hash of the code, the state, and what it confirms, sealed. */
import type { Knex } from 'knex';
import type { ChallengePurpose } from '../contracts/challenge.js';
import type { ChallengeState, ChallengeStatus, FailureRecord } from '../core/challenge/challenge.js';
import type { Database } from './database.js';
import { exceptHeld } from './legal-holds.js';
import { lockedRow } from './locked-row.js';

export interface StoredChallenge extends ChallengeState {
  id: string;
  entity: string;
  customerId: string;
  purpose: ChallengePurpose;
  /** 1 for the first code, one more with each resend. */
  generation: number;
  codeHash: Buffer;
  bindingHash: Buffer;
  phoneVersion: number;
  createdAt: number;
  endedAt?: number;
  detail: Buffer;
}

interface Row {
  challenge_id: string;
  entity: string;
  customer_id: string;
  purpose: ChallengePurpose;
  generation: number;
  code_hash: Buffer;
  binding_hash: Buffer;
  status: ChallengeStatus;
  attempts: number;
  resends: number;
  phone_version: number;
  created_at: number;
  sent_at: number;
  expires_at: number;
  ended_at: number | null;
  detail: Buffer;
}

export async function insertChallenge(
  database: Database,
  trx: Knex.Transaction,
  challenge: StoredChallenge,
): Promise<void> {
  await trx<Row>(database.table('challenges')).insert(toRow(challenge));
}

export async function findChallenge(
  database: Database,
  trx: Knex,
  entity: string,
  id: string,
): Promise<StoredChallenge | undefined> {
  const row = await trx<Row>(database.table('challenges')).where({ challenge_id: id, entity }).first();
  return row === undefined ? undefined : fromRow(row);
}

/** Locked until the transaction ends: of two checks at once, the second sees what the first did. */
export async function lockChallenge(
  database: Database,
  trx: Knex.Transaction,
  entity: string,
  id: string,
): Promise<StoredChallenge | undefined> {
  const query = trx<Row>(database.table('challenges')).where({ challenge_id: id, entity }).first();
  const row = await (database.dialect === 'mysql' ? query.forUpdate() : query);
  return row === undefined ? undefined : fromRow(row);
}

export async function updateChallenge(
  database: Database,
  trx: Knex.Transaction,
  challenge: StoredChallenge,
): Promise<void> {
  const { challenge_id, ...columns } = toRow(challenge);
  await trx<Row>(database.table('challenges')).where({ challenge_id }).update(columns);
}

/** Ends the live codes of one purpose: there is one at a time. */
export async function replaceLive(
  database: Database,
  trx: Knex.Transaction,
  { entity, customerId, purpose }: Pick<StoredChallenge, 'entity' | 'customerId' | 'purpose'>,
  at: number,
): Promise<void> {
  await trx<Row>(database.table('challenges'))
    .where({ entity, customer_id: customerId, purpose, status: 'live' })
    .update({ status: 'replaced', ended_at: at });
}

interface FailuresRow {
  in_a_row: number;
  pauses: number;
  paused_until: number | null;
  version: number;
}

/** Locked until the transaction ends; taken before a challenge's own row, so that nobody waits in a circle. */
export async function lockFailures(
  database: Database,
  trx: Knex.Transaction,
  entity: string,
  customerId: string,
): Promise<FailureRecord> {
  const key = { entity, customer_id: customerId };
  const empty = { in_a_row: 0, pauses: 0, paused_until: null, version: 0 };
  const row = await lockedRow<FailuresRow>(database, trx, 'challenge_failures', key, empty);
  return {
    inARow: row.in_a_row,
    pauses: row.pauses,
    ...(row.paused_until === null ? {} : { pausedUntil: row.paused_until }),
  };
}

export async function putFailures(
  database: Database,
  trx: Knex.Transaction,
  { entity, customerId }: Pick<StoredChallenge, 'entity' | 'customerId'>,
  { inARow, pauses, pausedUntil }: FailureRecord,
): Promise<void> {
  await trx(database.table('challenge_failures'))
    .where({ entity, customer_id: customerId })
    .update({ in_a_row: inARow, pauses, paused_until: pausedUntil ?? null });
}

function toRow(challenge: StoredChallenge): Row {
  return {
    challenge_id: challenge.id,
    entity: challenge.entity,
    customer_id: challenge.customerId,
    purpose: challenge.purpose,
    generation: challenge.generation,
    code_hash: challenge.codeHash,
    binding_hash: challenge.bindingHash,
    status: challenge.status,
    attempts: challenge.attempts,
    resends: challenge.resends,
    phone_version: challenge.phoneVersion,
    created_at: challenge.createdAt,
    sent_at: challenge.sentAt,
    expires_at: challenge.expiresAt,
    ended_at: challenge.endedAt ?? null,
    detail: challenge.detail,
  };
}

function fromRow(row: Row): StoredChallenge {
  return {
    id: row.challenge_id,
    entity: row.entity,
    customerId: row.customer_id,
    purpose: row.purpose,
    generation: row.generation,
    codeHash: row.code_hash,
    bindingHash: row.binding_hash,
    status: row.status,
    attempts: row.attempts,
    resends: row.resends,
    phoneVersion: row.phone_version,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    detail: row.detail,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  };
}

/** Removes challenges made before `before`, whatever became of them, but those of customers under a legal hold. */
export async function purgeChallenges(database: Database, trx: Knex, before: number): Promise<number> {
  return exceptHeld(
    database,
    trx(database.table('challenges')).where('created_at', '<', before),
    'challenges',
  ).delete();
}
