/**
 * Files are proposals; a rule set runs after a recorded activation (semantics: safety, 27). In the automatic mode the
 * service activates what it reads and says so in the audit; in the manual mode as many different people as configured
 * have to approve the very same content, named by its hash.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { compileRuleSet, type RuleSetSource } from '../core/rules/rule-set.js';
import { appendAudit } from '../store/audit.js';
import type { Database } from '../store/database.js';
import {
  activateRuleSet,
  activeRuleSet,
  approveRuleSet,
  findRuleSet,
  proposeRuleSet,
  ruleSetSource,
} from '../store/rule-sets.js';
import { withTransaction } from '../store/with-transaction.js';

export interface ActivationSettings {
  mode: 'automatic' | 'manual';
  /** Different people needed in the manual mode. */
  approvals: number;
}

export interface RuleChange {
  id: string;
  state: 'active' | 'proposed';
  /** People still missing. */
  missing: number;
}

/** The rule set that runs and what it says, unless it is the one named. */
export async function findActiveRules(
  database: Database,
  unlessId: string | undefined,
): Promise<{ id: string; source: RuleSetSource } | undefined> {
  const active = await activeRuleSet(database, database.knex);
  if (active === undefined || active.id === unlessId) return undefined;
  const source = await ruleSetSource(database, database.knex, active.id);
  return source === undefined ? undefined : { id: active.id, source };
}

/** Keeps a rule set as proposed; nothing runs yet. @throws RuleSetInvalid */
export async function proposeRules(database: Database, source: RuleSetSource, by: string, at: number): Promise<string> {
  const { id } = compileRuleSet(source);
  await withTransaction(database, (trx) => propose(database, trx, id, source, by, at));
  return id;
}

/** Activates what the service itself read (automatic mode). Returns false where it runs already. */
export async function activateAutomatically(
  database: Database,
  source: RuleSetSource,
  at: number,
): Promise<{ id: string; changed: boolean }> {
  const { id } = compileRuleSet(source);
  return withTransaction(database, async (trx) => {
    if ((await activeRuleSet(database, trx))?.id === id) return { id, changed: false };
    await propose(database, trx, id, source, 'service', at);
    await activateRuleSet(database, trx, id, at);
    await appendAudit(database, trx, {
      at,
      actor: 'service',
      action: 'rules-activated',
      subject: `rules:${id}`,
      detail: { mode: 'automatic' },
    });
    return { id, changed: true };
  });
}

/**
 * One person approves a proposed rule set; with enough different people it becomes active.
 * @throws LedgerbellError `rule-set-unknown`, `already-approved`
 */
export async function approveRules(
  database: Database,
  settings: ActivationSettings,
  approval: { id: string; by: string; at: number },
): Promise<RuleChange> {
  return withTransaction(database, async (trx) => {
    const record = await findRuleSet(database, trx, approval.id);
    if (record === undefined) throw new LedgerbellError('rule-set-unknown', `No rule set ${approval.id} was proposed`);
    if (record.state === 'active') return { id: record.id, state: 'active', missing: 0 };
    // After it ran once, running it again is a new decision and needs its own approvals.
    const before = record.state === 'former' ? [] : record.approvedBy;
    if (before.includes(approval.by)) {
      throw new LedgerbellError(
        'already-approved',
        'The same person has approved this rule set; a second person has to',
      );
    }
    const approvedBy = [...before, approval.by];
    await approveRuleSet(database, trx, record.id, approvedBy);
    const missing = Math.max(0, (settings.mode === 'manual' ? settings.approvals : 1) - approvedBy.length);
    if (missing === 0) await activateRuleSet(database, trx, record.id, approval.at);
    await appendAudit(database, trx, {
      at: approval.at,
      actor: approval.by,
      action: missing === 0 ? 'rules-activated' : 'rules-approved',
      subject: `rules:${record.id}`,
      detail: { missing },
    });
    return { id: record.id, state: missing === 0 ? 'active' : 'proposed', missing };
  });
}

async function propose(
  database: Database,
  trx: Knex.Transaction,
  id: string,
  source: RuleSetSource,
  by: string,
  at: number,
): Promise<void> {
  if (!(await proposeRuleSet(database, trx, { id, source, by, at }))) return;
  await appendAudit(database, trx, { at, actor: by, action: 'rules-proposed', subject: `rules:${id}`, detail: {} });
}
