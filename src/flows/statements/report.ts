/** What people and programs are told of a file: nothing that it holds. */
import type { StatementRow } from '../../store/statements.js';

export interface StatementReport {
  /** SHA-256 over entity, source and content, hex. */
  id: string;
  source: string;
  name: string;
  state: StatementRow['state'];
  /** Why none of it was taken. */
  refusal?: { code: string; message: string };
  bytes: number;
  /** In the file. */
  entries: number;
  /** Of which so many are durable. */
  done: number;
  accepted: number;
  /** Events that were known before. */
  duplicates: number;
  /** Entries that give no event, by reason. */
  ignored: Record<string, number>;
  /** Kept in quarantine, by code. */
  rejected: Record<string, number>;
  /** The first that were rejected. */
  rejections: { line: number; code: string; path?: string }[];
  /** RFC 3339. */
  startedAt: string;
  updatedAt: string;
}

export function reportOf(row: StatementRow): StatementReport {
  const { key, source, name, state, refusal, bytes, entries, done, counts } = row;
  return {
    id: key.toString('hex'),
    source,
    name,
    state,
    ...(refusal === undefined ? {} : { refusal }),
    bytes,
    entries,
    done,
    accepted: counts.accepted,
    duplicates: counts.duplicates,
    ignored: { ...counts.ignored },
    rejected: { ...counts.rejected },
    rejections: [...counts.rejections],
    startedAt: new Date(row.startedAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}
