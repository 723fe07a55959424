/** Who gets the code, and at which number: only a verified one, and for payments none that was changed just now. */
import type { Knex } from 'knex';
import type { ChallengePurpose } from '../../contracts/challenge.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { isBound } from '../../core/challenge/binding.js';
import type { House } from '../house.js';
import { registeredCustomer } from '../registered.js';

export interface CodeRecipient {
  /** E.164. */
  phone: string;
  phoneVersion: number;
}

/**
 * @throws LedgerbellError `customer-unknown`, `erased`; `no-phone`; `phone-too-new`: for a while after a change of number, nothing
 *   is confirmed at the new one (semantics: safety, 24)
 */
export async function codeRecipient(
  { vault, settings }: Pick<House, 'vault' | 'settings'>,
  trx: Knex.Transaction,
  { entity, customerId, purpose }: { entity: string; customerId: string; purpose: ChallengePurpose },
  now: number,
): Promise<CodeRecipient> {
  const { phone } = await registeredCustomer(vault, trx, entity, customerId);
  if (phone?.status !== 'verified') throw new LedgerbellError('no-phone', 'The customer has no usable phone');
  const isNew = phone.version > 1 && now - phone.validFrom < settings.contactChangeMs;
  if (isNew && isBound(purpose)) {
    throw new LedgerbellError('phone-too-new', 'The number was changed too recently to confirm anything with it');
  }
  return { phone: phone.number(), phoneVersion: phone.version };
}
