/** Sends another code for the same challenge, after a pause that grows; the code before it dies. */
import type { ChallengeSent, ToConfirm } from '../../contracts/challenge.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { isPaused, resendAt } from '../../core/challenge/challenge.js';
import {
  findChallenge,
  lockChallenge,
  lockFailures,
  type StoredChallenge,
  updateChallenge,
} from '../../store/challenges.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { codeHash, drawCode } from './code.js';
import { limitReached, takeChallengeQuotas } from './limits.js';
import { codeRecipient } from './recipient.js';
import { answerOf, sendCode } from './request-challenge.js';

export interface ResendRequest {
  entity: string;
  id: string;
  clientAddress?: string;
}

/**
 * Wrong codes so far still count, and the challenge expires no later.
 * @throws LedgerbellError `challenge-limited`: too early, too often, or no longer live; whatever the reason, one answer
 */
export async function resendChallenge(
  house: House,
  { entity, id, clientAddress }: ResendRequest,
): Promise<ChallengeSent> {
  const { vault, challenges: policy } = house;
  const { database } = vault;
  const sent = await withTransaction(database, async (trx) => {
    const now = house.now();
    const found = await findChallenge(database, trx, entity, id);
    if (found === undefined) throw limitReached();
    const { customerId, purpose } = found;
    if (isPaused(await lockFailures(database, trx, entity, customerId), now)) throw limitReached();
    const challenge = (await lockChallenge(database, trx, entity, id)) ?? found;
    const earliest = resendAt(challenge, policy);
    if (earliest === undefined || now < earliest || now >= challenge.expiresAt) throw limitReached();
    const recipient = await codeRecipient(house, trx, { entity, customerId, purpose }, now);
    if (recipient.phoneVersion !== challenge.phoneVersion) throw limitReached();
    await takeChallengeQuotas(house, trx, { entity, customerId, phone: recipient.phone, clientAddress }, now);
    const generation = challenge.generation + 1;
    const code = drawCode(policy.digits);
    const next: StoredChallenge = {
      ...challenge,
      generation,
      codeHash: codeHash(vault, { id, generation, binding: challenge.bindingHash }, code),
      resends: challenge.resends + 1,
      sentAt: now,
    };
    await updateChallenge(database, trx, next);
    const subject = customerSubject(entity, customerId);
    const key = (await vault.keys.find(trx, [subject])).get(subject);
    if (key === undefined) throw new LedgerbellError('erased', 'This customer was erased');
    const confirm = JSON.parse(key.open(challenge.detail, `challenge/${id}`).toString()) as ToConfirm | null;
    await sendCode(house, trx, next, confirm ?? undefined, code, now);
    return { challenge: next, phone: recipient.phone };
  });
  house.wakeCourier();
  return answerOf(house, sent.challenge, sent.phone);
}
