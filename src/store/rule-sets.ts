/** Rule sets: every one that was proposed, what it says, who approved it, and which one runs. A row is never changed in what it says. */
import type { Knex } from 'knex';
import type { RuleSetSource } from '../core/rules/rule-set.js';
import type { Database } from './database.js';

export type RuleSetState = 'proposed' | 'active' | 'former';

export interface RuleSetRecord {
  id: string;
  state: RuleSetState;
  /** Epoch milliseconds. */
  proposedAt: number;
  proposedBy: string;
  approvedBy: string[];
  activatedAt?: number;
}

interface Row {
  id: string;
  content: string;
  proposed_at: number;
  proposed_by: string;
  activated_at: number | null;
  approved_by: string | null;
  state: RuleSetState;
}

const LISTED: (keyof Omit<Row, 'content'>)[] = [
  'id',
  'proposed_at',
  'proposed_by',
  'activated_at',
  'approved_by',
  'state',
];

/** Keeps a rule set that may be there already. Returns false where it is. */
export async function proposeRuleSet(
  database: Database,
  trx: Knex.Transaction,
  proposal: { id: string; source: RuleSetSource; by: string; at: number },
): Promise<boolean> {
  if ((await findRuleSet(database, trx, proposal.id)) !== undefined) return false;
  await trx(database.table('rule_sets'))
    .insert({
      id: proposal.id,
      content: JSON.stringify(proposal.source),
      proposed_at: proposal.at,
      proposed_by: proposal.by,
      activated_at: null,
      approved_by: '[]',
      state: 'proposed',
    })
    .onConflict('id')
    .ignore();
  return true;
}

export async function findRuleSet(database: Database, trx: Knex, id: string): Promise<RuleSetRecord | undefined> {
  const row = await trx<Row>(database.table('rule_sets')).select(LISTED).where({ id }).first();
  return row === undefined ? undefined : recordOf(row);
}

/** What a rule set says. */
export async function ruleSetSource(database: Database, trx: Knex, id: string): Promise<RuleSetSource | undefined> {
  const row = await trx<Row>(database.table('rule_sets')).select('content').where({ id }).first();
  return row === undefined ? undefined : JSON.parse(row.content);
}

export async function activeRuleSet(database: Database, trx: Knex): Promise<RuleSetRecord | undefined> {
  const row = await trx<Row>(database.table('rule_sets')).select(LISTED).where({ state: 'active' }).first();
  return row === undefined ? undefined : recordOf(row);
}

/** Approvals of a set that is waiting; a former one waits again. */
export async function approveRuleSet(
  database: Database,
  trx: Knex.Transaction,
  id: string,
  approvedBy: readonly string[],
): Promise<void> {
  await trx(database.table('rule_sets'))
    .where({ id })
    .update({ approved_by: JSON.stringify(approvedBy), state: 'proposed' });
}

/** Moves the pointer: this one runs from now on, the one before is `former`. */
export async function activateRuleSet(
  database: Database,
  trx: Knex.Transaction,
  id: string,
  at: number,
): Promise<void> {
  const table = database.table('rule_sets');
  await trx(table).where({ state: 'active' }).whereNot({ id }).update({ state: 'former' });
  await trx(table).where({ id }).update({ state: 'active', activated_at: at });
}

/** Newest proposals first. */
export async function listRuleSets(database: Database, trx: Knex, limit: number): Promise<RuleSetRecord[]> {
  const rows = await trx<Row>(database.table('rule_sets')).select(LISTED).orderBy('proposed_at', 'desc').limit(limit);
  return rows.map((row) => recordOf(row));
}

function recordOf(row: Omit<Row, 'content'>): RuleSetRecord {
  return {
    id: row.id,
    state: row.state,
    proposedAt: Number(row.proposed_at),
    proposedBy: row.proposed_by,
    approvedBy: JSON.parse(row.approved_by ?? '[]'),
    ...(row.activated_at === null ? {} : { activatedAt: Number(row.activated_at) }),
  };
}
