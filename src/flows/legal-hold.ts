/**
 * Legal hold: of a customer under it nothing is purged and nothing erased, until it is released. An erasure that was asked for
 * meanwhile is carried out with the release, in the same transaction.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import {
  findLegalHold,
  findPostponedErasure,
  type LegalHold,
  listLegalHolds,
  lockLegalHolds,
  type PostponedErasure,
  putLegalHold,
  removeLegalHold,
  removePostponedErasure,
} from '../store/legal-holds.js';
import { withTransaction } from '../store/with-transaction.js';
import { eraseIn } from './erase-customer.js';
import type { House } from './house.js';
import { isErased } from './registered.js';

export type { LegalHold };

interface Held {
  entity: string;
  customerId: string;
  actor: string;
}

export interface HeldCustomer {
  hold: LegalHold;
  /** An erasure that waits for the hold to end. */
  erasure?: PostponedErasure;
}

/** Placed again, it gets the new reason and reference. @throws LedgerbellError `customer-unknown`, `erased` */
export async function placeLegalHold(
  { vault, now }: House,
  { entity, customerId, actor, reason, reference }: Held & { reason: string; reference: string },
): Promise<HeldCustomer & { created: boolean }> {
  const { database } = vault;
  const subject = customerSubject(entity, customerId);
  return withTransaction(database, async (trx) => {
    await lockLegalHolds(database, trx);
    if (await isErased(vault, trx, subject)) throw new LedgerbellError('erased', 'This customer was erased');
    if (!(await vault.keys.find(trx, [subject])).has(subject))
      throw new LedgerbellError('customer-unknown', 'Nothing is known of a customer with this id');
    const at = now();
    const created = (await findLegalHold(database, trx, entity, customerId)) === undefined;
    await putLegalHold(database, trx, { entity, customerId, reason, reference, placedBy: actor, placedAt: at });
    const held = await heldIn(database, trx, entity, customerId);
    const action = created ? 'legal-hold-placed' : 'legal-hold-changed';
    await appendAudit(database, trx, { at, actor, action, subject, detail: { reason, reference } });
    return { ...held, created };
  });
}

export interface Release {
  /** False where there was no hold. */
  released: boolean;
  /** An erasure that had waited was carried out. */
  erased: boolean;
}

export async function releaseLegalHold(house: House, { entity, customerId, actor }: Held): Promise<Release> {
  const { database } = house.vault;
  const subject = customerSubject(entity, customerId);
  return withTransaction(database, async (trx) => {
    await lockLegalHolds(database, trx);
    const held = await findLegalHold(database, trx, entity, customerId);
    if (held === undefined) return { released: false, erased: false };
    const erasure = await findPostponedErasure(database, trx, entity, customerId);
    await removeLegalHold(database, trx, entity, customerId);
    await removePostponedErasure(database, trx, entity, customerId);
    if (erasure !== undefined) await eraseIn(house, trx, { entity, customerId, actor: erasure.askedBy });
    const detail = { reference: held.reference, erased: erasure !== undefined };
    await appendAudit(database, trx, { at: house.now(), actor, action: 'legal-hold-released', subject, detail });
    return { released: true, erased: erasure !== undefined };
  });
}

/** That somebody is under hold is as personal as what is known of them: reading it is audited. @throws LedgerbellError `legal-hold-unknown` */
export function readLegalHold(house: House, { entity, customerId, actor }: Held): Promise<HeldCustomer> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const held = await heldIn(database, trx, entity, customerId);
    const subject = customerSubject(entity, customerId);
    await appendAudit(database, trx, { at: house.now(), actor, action: 'legal-hold-read', subject });
    return held;
  });
}

/** In the order of customers' ids. */
export function readLegalHolds(
  house: House,
  { entity, actor, ...page }: { entity: string; actor: string; after?: string; limit: number },
): Promise<LegalHold[]> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const holds = await listLegalHolds(database, trx, entity, page);
    const detail = { holds: holds.length };
    await appendAudit(database, trx, {
      at: house.now(),
      actor,
      action: 'legal-holds-read',
      subject: `${entity}/legal-holds`,
      detail,
    });
    return holds;
  });
}

async function heldIn(
  database: House['vault']['database'],
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<HeldCustomer> {
  const hold = await findLegalHold(database, trx, entity, customerId);
  if (hold === undefined) throw new LedgerbellError('legal-hold-unknown', 'This customer is under no legal hold');
  const erasure = await findPostponedErasure(database, trx, entity, customerId);
  return { hold, ...(erasure === undefined ? {} : { erasure }) };
}
