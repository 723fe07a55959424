/** How many codes may leave: for one phone, customer, address or country, within a period. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import type { ChallengeLimit } from '../../core/challenge/policy.js';
import { phoneCountry } from '../../core/phone.js';
import { type Quota, takeQuotas } from '../../store/quotas.js';
import type { House } from '../house.js';

export interface Limited {
  entity: string;
  customerId: string;
  /** E.164. */
  phone: string;
  clientAddress?: string;
}

/** Which limit it was stays here: an attacker learns nothing of how others are doing. @throws LedgerbellError `challenge-limited` */
export async function takeChallengeQuotas(
  house: Pick<House, 'vault' | 'challenges' | 'log'>,
  trx: Knex.Transaction,
  limited: Limited,
  now: number,
): Promise<void> {
  const quotas = house.challenges.limits.flatMap((limit) => quotaOf(house, limit, limited));
  quotas.sort((a, b) => Buffer.compare(a.key, b.key) || a.periodMs - b.periodMs);
  const used = await takeQuotas(house.vault.database, trx, quotas, now);
  if (used === undefined) return;
  house.log.warn({ per: (used as LimitQuota).per, count: used.count }, 'a code was refused: its limit is reached');
  throw limitReached();
}

export function limitReached(): LedgerbellError {
  return new LedgerbellError('challenge-limited', 'Too many codes or failures: try again later');
}

interface LimitQuota extends Quota {
  per: ChallengeLimit['per'];
}

function quotaOf({ vault }: Pick<House, 'vault'>, limit: ChallengeLimit, limited: Limited): LimitQuota[] {
  const value = limitedValue(limit.per, limited);
  if (value === undefined) return [];
  const key = vault.bodyMac(`challenge-quota|${limit.per}|${limit.periodMs}|${value}`);
  return [{ per: limit.per, key, count: limit.count, periodMs: limit.periodMs }];
}

function limitedValue(
  per: ChallengeLimit['per'],
  { entity, customerId, phone, clientAddress }: Limited,
): string | undefined {
  switch (per) {
    case 'customer':
      return `${entity}/${customerId}`;
    case 'phone':
      return phone;
    case 'address':
      return clientAddress;
    case 'country':
      return phoneCountry(phone) ?? 'none';
  }
}
