/** STOP and START: kept by number and entity, told to the bank, confirmed once. */
import type { Knex } from 'knex';
import type { CustomerStoppedData } from '../../contracts/webhook.js';
import type { ReplyPolicy } from '../../core/replies/policy.js';
import { stopTopic } from '../../core/replies/stops.js';
import { appendAudit } from '../../store/audit.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { endStops, startStop } from '../../store/stops.js';
import type { House } from '../house.js';
import { tellBank } from '../webhooks/tell-bank.js';
import type { Handled, InboundAtHand } from './handled.js';
import { sendAnswer } from './send-answer.js';

/** A second STOP changes nothing and is not confirmed again. */
export async function stopNumber(
  house: House,
  trx: Knex.Transaction,
  message: InboundAtHand,
  { stopCovers, confirm }: ReplyPolicy,
): Promise<Handled> {
  const { sender, adapter, at } = message;
  const period = { topic: stopTopic(stopCovers), since: at, how: `sms:${adapter}`.slice(0, 64) };
  const changed: string[] = [];
  for (const entity of sender.entities) {
    const name = { entity, phoneIndex: sender.phoneIndex };
    if (await startStop(house.vault.database, trx, name, period)) changed.push(entity);
  }
  if (changed.length === 0) return { outcome: 'stopped-already' };
  const answerId = confirm ? await sendAnswer(house, trx, sender, { ...message, kind: 'stopped' }) : undefined;
  await note(house, trx, message, changed, { type: 'customer.stopped', covers: stopCovers });
  return { outcome: 'stopped', answerId };
}

/** Takes back the STOP and nothing else: it is no consent to marketing. */
export async function startNumber(
  house: House,
  trx: Knex.Transaction,
  message: InboundAtHand,
  { confirm }: ReplyPolicy,
): Promise<Handled> {
  const { sender, at } = message;
  const changed: string[] = [];
  for (const entity of sender.entities) {
    const name = { entity, phoneIndex: sender.phoneIndex };
    if ((await endStops(house.vault.database, trx, name, at)) > 0) changed.push(entity);
  }
  if (changed.length === 0) return { outcome: 'not-stopped' };
  const answerId = confirm ? await sendAnswer(house, trx, sender, { ...message, kind: 'started' }) : undefined;
  await note(house, trx, message, changed, { type: 'customer.started' });
  return { outcome: 'started', answerId };
}

/** One webhook and one row of the audit for each customer with the number. */
async function note(
  house: House,
  trx: Knex.Transaction,
  { sender, inboundKey, at, adapter }: InboundAtHand,
  entities: readonly string[],
  { type, covers }: { type: 'customer.stopped' | 'customer.started'; covers?: ReplyPolicy['stopCovers'] },
): Promise<void> {
  for (const { entity, customerId } of sender.current.filter((holder) => entities.includes(holder.entity))) {
    const data: CustomerStoppedData = { entity, customerId, ...(covers === undefined ? {} : { covers }) };
    const occurrence = `${inboundKey.toString('hex')}/${entity}/${customerId}`;
    await tellBank(house, trx, { type, entity, occurrence, at, data });
    await appendAudit(house.vault.database, trx, {
      at,
      actor: `sms:${adapter}`,
      action: type === 'customer.stopped' ? 'customer-stopped' : 'customer-started',
      subject: customerSubject(entity, customerId),
      detail: covers === undefined ? {} : { covers },
    });
  }
}
