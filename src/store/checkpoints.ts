/** Profiles as they stood when the events before were purged: from here on they can still be folded again. */
import type { Knex } from 'knex';
import { decodeProfile, encodeProfile } from '../core/profile/codec.js';
import type { Profile, TransactionState } from '../core/profile/profile.js';
import type { Loans } from '../core/schedule/loans.js';
import { subjectHash } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';
import { insertRows } from './insert-rows.js';

/** How long before a checkpoint its transactions are kept with it: later reversals of older ones find nothing in a replay. */
const TRANSACTIONS_KEPT_MS = 90 * 86_400_000;

interface Content {
  profile: string;
  transactions: Record<string, TransactionState>;
  loans?: Loans;
}

export async function saveCheckpoint(
  database: Database,
  trx: Knex.Transaction,
  subject: string,
  key: SubjectKey,
  profile: Profile,
  at: number,
): Promise<void> {
  const oldest = (profile.time ?? 0) - TRANSACTIONS_KEPT_MS;
  const recent = Object.entries(profile.transactions).filter(([, { time }]) => (time ?? 0) >= oldest);
  const content: Content = {
    profile: encodeProfile(profile),
    transactions: Object.fromEntries(recent),
    ...(profile.loans === undefined ? {} : { loans: profile.loans }),
  };
  const sealed = key.seal(Buffer.from(JSON.stringify(content)), context(subject, profile.sequence));
  await insertRows(
    database,
    trx,
    'checkpoints',
    ['profile_hash', 'sequence', 'state', 'made_at'],
    [[subjectHash(subject), profile.sequence, sealed, at]],
    { replaceBy: ['profile_hash', 'sequence'] },
  );
}

/** The latest checkpoint in front of `before` (or at all). */
export async function latestCheckpoint(
  database: Database,
  trx: Knex,
  subject: string,
  key: SubjectKey,
  before?: number,
): Promise<Profile | undefined> {
  const query = trx(database.table('checkpoints'))
    .where('profile_hash', subjectHash(subject))
    .orderBy('sequence', 'desc')
    .first('sequence', 'state');
  if (before !== undefined) query.where('sequence', '<', before);
  const row: { sequence: number; state: Buffer } | undefined = await query;
  if (row === undefined) return undefined;
  const opened = key.open(row.state, context(subject, Number(row.sequence)));
  const content = JSON.parse(opened.toString()) as Content;
  const { transactions, loans } = content;
  return { ...decodeProfile(content.profile), transactions, ...(loans === undefined ? {} : { loans }) };
}

function context(subject: string, sequence: number): string {
  return `checkpoint/${subject}/${sequence}`;
}
