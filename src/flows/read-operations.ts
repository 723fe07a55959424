/** What operators and auditors look through: the quarantine without its bodies, and the audit trail. */
import { type AuditRecord, listAudit } from '../store/audit.js';
import { listQuarantine, type QuarantineRecord } from '../store/quarantine.js';
import type { House } from './house.js';

export type { AuditRecord, QuarantineRecord };

/** Newest first. */
export function readQuarantine(
  { vault }: House,
  page: { before?: number; limit: number; open?: boolean },
): Promise<QuarantineRecord[]> {
  return listQuarantine(vault.database, vault.database.knex, page);
}

/** Oldest first. */
export function readAudit(
  { vault }: House,
  page: { after?: number; limit: number; subject?: string },
): Promise<AuditRecord[]> {
  return listAudit(vault.database, vault.database.knex, page);
}
