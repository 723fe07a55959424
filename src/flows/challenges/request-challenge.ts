/**
 * Sends a one-time code. The challenge, its event and its alert are written in one transaction, so that no code is known that
 * was never sent, and none is sent that nothing knows.
 */
import type { Knex } from 'knex';
import type { ChallengeDocument, ChallengeSent, ToConfirm } from '../../contracts/challenge.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { bindingText } from '../../core/challenge/binding.js';
import { isPaused, resendAt } from '../../core/challenge/challenge.js';
import { maskPhone } from '../../core/phone.js';
import { insertChallenge, lockFailures, replaceLive, type StoredChallenge } from '../../store/challenges.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { withTransaction } from '../../store/with-transaction.js';
import { commitWithin } from '../enqueue.js';
import type { House } from '../house.js';
import { mistakeOf, throwMistakes } from '../mistakes.js';
import { codeEvent } from './challenge-event.js';
import { bindingHash, codeHash, drawCode, newChallengeId } from './code.js';
import { limitReached, takeChallengeQuotas } from './limits.js';
import { codeRecipient } from './recipient.js';

export interface ChallengeRequest {
  entity: string;
  document: ChallengeDocument;
}

/**
 * @throws RequestMistaken `confirm-needed`, `confirm-unexpected`, or what is wrong with an amount
 * @throws LedgerbellError `customer-unknown`, `erased`, `no-phone`, `phone-too-new`, `challenge-limited`, `challenge-undeliverable`
 */
export async function requestChallenge(house: House, { entity, document }: ChallengeRequest): Promise<ChallengeSent> {
  const { customerId, purpose, confirm, clientAddress } = document;
  const bound = readBinding(document);
  const { vault, challenges: policy } = house;
  const sent = await withTransaction(vault.database, async (trx) => {
    const now = house.now();
    if (isPaused(await lockFailures(vault.database, trx, entity, customerId), now)) throw limitReached();
    const recipient = await codeRecipient(house, trx, { entity, customerId, purpose }, now);
    await takeChallengeQuotas(house, trx, { entity, customerId, phone: recipient.phone, clientAddress }, now);
    await replaceLive(vault.database, trx, { entity, customerId, purpose }, now);
    const id = newChallengeId();
    const binding = bindingHash(vault, id, bound);
    const code = drawCode(policy.digits);
    const challenge: StoredChallenge = {
      id,
      entity,
      customerId,
      purpose,
      generation: 1,
      codeHash: codeHash(vault, { id, generation: 1, binding }, code),
      bindingHash: binding,
      status: 'live',
      attempts: 0,
      resends: 0,
      phoneVersion: recipient.phoneVersion,
      createdAt: now,
      sentAt: now,
      expiresAt: now + policy.lifetimeMs,
      detail: await sealDetail(house, trx, { entity, customerId, id }, confirm),
    };
    await insertChallenge(vault.database, trx, challenge);
    await sendCode(house, trx, challenge, confirm, code, now);
    return { challenge, phone: recipient.phone };
  });
  house.wakeCourier();
  return answerOf(house, sent.challenge, sent.phone);
}

function readBinding({ purpose, confirm }: ChallengeDocument): string {
  try {
    return bindingText(purpose, confirm);
  } catch (error) {
    throwMistakes([mistakeOf(error, '/confirm')]);
    throw error;
  }
}

async function sealDetail(
  { vault }: Pick<House, 'vault'>,
  trx: Knex.Transaction,
  { entity, customerId, id }: Pick<StoredChallenge, 'entity' | 'customerId' | 'id'>,
  confirm: ToConfirm | undefined,
): Promise<Buffer> {
  const subject = customerSubject(entity, customerId);
  const key = (await vault.keys.load(trx, [subject])).get(subject);
  if (key === undefined) throw new LedgerbellError('customer-unknown', 'No customer with this id is registered');
  return key.seal(Buffer.from(JSON.stringify(confirm ?? null)), `challenge/${id}`);
}

/** @throws LedgerbellError `challenge-undeliverable`: no rule sends it, or a gate says no; then nothing was written */
export async function sendCode(
  house: House,
  trx: Knex.Transaction,
  challenge: StoredChallenge,
  confirm: ToConfirm | undefined,
  code: string,
  now: number,
): Promise<void> {
  const result = await commitWithin(house, trx, codeEvent({ ...challenge, confirm, code, now }));
  const alerts = result.status === 'rejected' ? [] : result.alerts;
  if (alerts.some(({ status }) => status === 'queued')) return;
  const reason = alerts[0]?.reason ?? alerts[0]?.status ?? 'no-rule';
  throw new LedgerbellError('challenge-undeliverable', `The code would not be sent: ${reason}`);
}

export function answerOf(
  { challenges }: Pick<House, 'challenges'>,
  challenge: StoredChallenge,
  phone: string,
): ChallengeSent {
  const again = resendAt(challenge, challenges);
  return {
    id: challenge.id,
    expiresAt: new Date(challenge.expiresAt).toISOString(),
    ...(again === undefined ? {} : { resendAt: new Date(again).toISOString() }),
    phone: maskPhone(phone),
  };
}
