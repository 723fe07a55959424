/** Removes messages that came in long ago, a page at a time, with the copies that customers have of them. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** Those of a number whose customer is under a legal hold stay, whoever else has it. Returns how many; fewer than `limit` means no more. */
export async function purgeInboundBefore(
  { table }: Database,
  trx: Knex.Transaction,
  { before, limit }: { before: number; limit: number },
): Promise<number> {
  const held = trx({ copy: table('inbound_customers') })
    .join({ held: table('legal_holds') }, (on) =>
      on.on('held.entity', 'copy.entity').andOn('held.customer_id', 'copy.customer_id'),
    )
    .whereRaw('??.?? = ??.??', ['copy', 'inbound_key', 'inbound', 'inbound_key'])
    .select(trx.raw('1'));
  const keys: Buffer[] = await trx({ inbound: table('inbound') })
    .where('inbound.received_at', '<', before)
    .whereNotExists(held)
    .orderBy('inbound.received_at')
    .limit(limit)
    .pluck('inbound.inbound_key');
  if (keys.length === 0) return 0;
  await trx(table('inbound_customers')).whereIn('inbound_key', keys).delete();
  return trx(table('inbound')).whereIn('inbound_key', keys).delete();
}
