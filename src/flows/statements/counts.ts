/** What became of the entries of a file, added up. */
import type { StatementCounts, Tally } from '../../store/statements.js';

/** Of one event that an entry gave, or of the entry where it gave none. `code`: why it is ignored or rejected. */
export interface EntryOutcome {
  /** Where the entry begins. */
  line: number;
  status: 'accepted' | 'duplicate' | 'ignored' | 'rejected';
  code?: string;
  path?: string;
}

/** Rejected entries that are named; the others are counted. Each is in quarantine. */
const NAMED = 50;

export const NO_COUNTS: StatementCounts = { accepted: 0, duplicates: 0, ignored: {}, rejected: {}, rejections: [] };

export function addOutcomes(counts: StatementCounts, outcomes: readonly EntryOutcome[]): StatementCounts {
  const withStatus = (status: EntryOutcome['status']) => outcomes.filter((outcome) => outcome.status === status);
  const rejected = withStatus('rejected');
  const rejections = rejected.map(({ line, code = 'rejected', path }) => ({ line, code, ...(path ? { path } : {}) }));
  return {
    accepted: counts.accepted + withStatus('accepted').length,
    duplicates: counts.duplicates + withStatus('duplicate').length,
    ignored: addCodes(counts.ignored, withStatus('ignored')),
    rejected: addCodes(counts.rejected, rejected),
    rejections: [...counts.rejections, ...rejections].slice(0, NAMED),
  };
}

function addCodes(tally: Tally, outcomes: readonly EntryOutcome[]): Tally {
  const added: Record<string, number> = { ...tally };
  for (const { code = 'unnamed' } of outcomes) added[code] = (added[code] ?? 0) + 1;
  return added;
}
