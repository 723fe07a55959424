/** Whose number a message came from: everybody who has it, and those who had it until a short while ago. */
import type { Knex } from 'knex';
import { type CustomerContext, loadContexts } from '../../store/contexts.js';
import { holdersOfNumber, type NumberHolder } from '../../store/inbound.js';
import type { House } from '../house.js';

export interface Holder extends NumberHolder {
  customer: CustomerContext;
}

export interface Sender {
  phoneIndex: Buffer;
  /** Entities that know the number, of customers erased since too; the default one where none does. */
  entities: readonly string[];
  /** Whose number it is now, suspended ones included. */
  current: readonly Holder[];
  /** Whose it was while security alerts still went to it. */
  former: readonly Holder[];
}

export async function findSender(
  house: House,
  trx: Knex.Transaction,
  phoneIndex: Buffer,
  now: number,
): Promise<Sender> {
  const records = await holdersOfNumber(house.vault.database, trx, phoneIndex);
  const entities = [...new Set(records.map(({ entity }) => entity))];
  const holders: Holder[] = [];
  for (const entity of entities) {
    const own = records.filter((record) => record.entity === entity);
    const customerIds = [...new Set(own.map(({ customerId }) => customerId))];
    const { customers } = await loadContexts(house.vault, trx, entity, { accountIds: [], customerIds });
    for (const record of own) {
      const customer = customers.get(record.customerId);
      if (customer !== undefined) holders.push({ ...record, customer });
    }
  }
  const since = now - house.settings.contactChangeMs;
  return {
    phoneIndex,
    entities: entities.length === 0 ? ['default'] : entities,
    current: holders.filter(({ status }) => status !== 'replaced'),
    former: holders.filter(({ status, validUntil }) => status === 'replaced' && (validUntil ?? 0) > since),
  };
}
