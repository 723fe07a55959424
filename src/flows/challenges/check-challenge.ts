/**
 * Checks a code. Whoever asks learns only whether it passed: an unknown, used, expired or replaced challenge, a wrong code,
 * another payment and a paused customer are one answer, reached on one path.
 */
import type { Knex } from 'knex';
import type { ChallengeCheck } from '../../contracts/challenge.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { bindingText } from '../../core/challenge/binding.js';
import { afterCheck, isPaused, type Judgement, judge } from '../../core/challenge/challenge.js';
import { pauseAfter } from '../../core/challenge/policy.js';
import { appendAudit } from '../../store/audit.js';
import {
  findChallenge,
  lockChallenge,
  lockFailures,
  putFailures,
  type StoredChallenge,
  updateChallenge,
} from '../../store/challenges.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { bindingHash, codeHash, isSame } from './code.js';

export interface CheckRequest {
  entity: string;
  id: string;
  check: ChallengeCheck;
}

export async function checkChallenge(house: House, request: CheckRequest): Promise<{ approved: boolean }> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const now = house.now();
    const found = await findChallenge(database, trx, request.entity, request.id);
    if (found === undefined) {
      compare(house, NOBODY, request.check);
      return { approved: false };
    }
    // The customer's row first, the challenge's second, here as everywhere: nobody waits in a circle.
    const failures = await lockFailures(database, trx, found.entity, found.customerId);
    const challenge = (await lockChallenge(database, trx, request.entity, request.id)) ?? found;
    const presented = compare(house, challenge, request.check);
    if (isPaused(failures, now)) return { approved: false };
    const judgement = judge(challenge, presented, house.challenges, now);
    await record(house, trx, challenge, judgement, now);
    const { failuresInARow } = house.challenges;
    const after = afterCheck(failures, judgement, failuresInARow, (nth) => pauseAfter(house.challenges, nth), now);
    if (after !== failures) await putFailures(database, trx, challenge, after);
    if (after.pauses > failures.pauses) await auditPause(house, trx, challenge, after.pausedUntil ?? now, now);
    return { approved: judgement.approved };
  });
}

type Compared = Pick<StoredChallenge, 'id' | 'generation' | 'codeHash' | 'bindingHash' | 'purpose'>;

/** Stands where there is no challenge, so that as much is computed. */
const NOBODY: Compared = {
  id: 'ch_none',
  generation: 1,
  codeHash: Buffer.alloc(32),
  bindingHash: Buffer.alloc(32),
  purpose: 'sign-in',
};

/** A code is checked under the binding it was made for; what was presented is judged beside it. */
function compare({ vault }: Pick<House, 'vault'>, challenge: Compared, { code, confirm }: ChallengeCheck) {
  const given = codeHash(vault, { ...challenge, binding: challenge.bindingHash }, code.replace(/\s/g, ''));
  const binding = bindingHash(vault, challenge.id, presentedBinding(challenge, confirm));
  return {
    codeMatches: isSame(given, challenge.codeHash),
    bindingMatches: isSame(binding, challenge.bindingHash),
  };
}

/** What cannot be read is certainly not what was confirmed. */
function presentedBinding({ purpose }: Compared, confirm: ChallengeCheck['confirm']): string {
  try {
    return bindingText(purpose, confirm);
  } catch (error) {
    if (error instanceof LedgerbellError) return 'unreadable';
    throw error;
  }
}

async function record(
  { vault }: House,
  trx: Knex.Transaction,
  challenge: StoredChallenge,
  { next }: Judgement,
  now: number,
): Promise<void> {
  const hasEnded = challenge.status === 'live' && next.status !== 'live';
  await updateChallenge(vault.database, trx, { ...challenge, ...next, ...(hasEnded ? { endedAt: now } : {}) });
}

function auditPause(
  { vault }: House,
  trx: Knex.Transaction,
  { entity, customerId }: StoredChallenge,
  until: number,
  at: number,
): Promise<unknown> {
  return appendAudit(vault.database, trx, {
    at,
    actor: 'ledgerbell',
    action: 'challenge-paused',
    subject: customerSubject(entity, customerId),
    detail: { until: new Date(until).toISOString() },
  });
}
