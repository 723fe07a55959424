/**
 * Phones are versioned records: verified, suspended (the network said the number is gone), or replaced. A number that
 * was replaced stays on record, because security alerts still go to it for a while. Numbers are sealed with the
 * customer's key and found through the blind index.
 */
import type { Knex } from 'knex';
import { customerSubject } from './crypto/subject-hash.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Vault } from './crypto/vault.js';
import type { Database } from './database.js';
import { markRegistryChanged } from './registry-memory.js';

export type PhoneStatus = 'verified' | 'suspended' | 'replaced';

export interface PhoneRow {
  entity: string;
  customer_id: string;
  version: number;
  phone: Buffer;
  phone_index: Buffer;
  status: PhoneStatus;
  valid_from: number;
  /** Since when it is suspended or replaced. */
  valid_until: number | null;
}

export interface PhoneRecord {
  version: number;
  status: PhoneStatus;
  validFrom: number;
  validUntil?: number;
  /** Opens the number (E.164). @throws LedgerbellError `erased` */
  number(): string;
}

const context = (row: Pick<PhoneRow, 'entity' | 'customer_id' | 'version'>): string =>
  `phone/${row.entity}/${row.customer_id}/${row.version}`;

export interface PhoneChange {
  changed: boolean;
  /** The latest version, usable or not; absent where there never was one. */
  version?: number;
  /** The verified number that this change replaced. */
  previousVersion?: number;
}

/**
 * Makes `number` the customer's phone; undefined takes it away. The same number again changes nothing, also where it
 * is suspended: that ends with another number, or when it is taken away first and then given again.
 */
export async function setPhone(
  vault: Vault,
  trx: Knex.Transaction,
  key: SubjectKey,
  customer: { entity: string; customerId: string; latestVersion: number | null },
  number: string | undefined,
  at: number,
): Promise<PhoneChange> {
  const { entity, customerId, latestVersion } = customer;
  const table = vault.database.table('phones');
  const name = { entity, customer_id: customerId };
  const latest =
    latestVersion === null
      ? undefined
      : await trx<PhoneRow>(table)
          .where({ ...name, version: latestVersion })
          .first();
  const index = number === undefined ? undefined : vault.phoneIndex(number);
  if (isUnchanged(latest, index)) return { changed: false, version: latest?.version };
  const wasVerified = latest?.status === 'verified';
  // A suspended number that is taken away is gone for good, so that giving it back is a new record.
  const isTakenAway = latest?.status === 'suspended' && number === undefined;
  if (latest && (wasVerified || isTakenAway)) {
    await trx<PhoneRow>(table)
      .where({ ...name, version: latest.version })
      .update({ status: 'replaced', valid_until: wasVerified ? at : latest.valid_until });
  }
  const previousVersion = wasVerified ? latest.version : undefined;
  if (number === undefined || index === undefined) return { changed: true, version: latest?.version, previousVersion };
  const row = { ...name, version: (latest?.version ?? 0) + 1 };
  const phone = key.seal(Buffer.from(number), context(row));
  await trx(table).insert({ ...row, phone, phone_index: index, status: 'verified', valid_from: at, valid_until: null });
  return { changed: true, version: row.version, previousVersion };
}

function isUnchanged(latest: PhoneRow | undefined, index: Buffer | undefined): boolean {
  const current = latest === undefined || latest.status === 'replaced' ? undefined : latest;
  if (current === undefined || index === undefined) return current === undefined && index === undefined;
  return current.phone_index.equals(index);
}

/** After "no longer in service". Returns whether this version was the verified one. */
export async function suspendPhone(
  database: Database,
  trx: Knex.Transaction,
  phone: { entity: string; customerId: string; version: number; at: number },
): Promise<boolean> {
  const name = { entity: phone.entity, customer_id: phone.customerId, version: phone.version };
  const changed = await trx<PhoneRow>(database.table('phones'))
    .where({ ...name, status: 'verified' })
    .update({ status: 'suspended', valid_until: phone.at });
  if (changed === 1) await markRegistryChanged(database, trx);
  return changed === 1;
}

/** The customer's latest phone version, usable or not. */
export async function latestPhoneVersion(
  database: Database,
  trx: Knex,
  entity: string,
  customerId: string,
): Promise<number | undefined> {
  const row = await trx<PhoneRow>(database.table('phones'))
    .where({ entity, customer_id: customerId })
    .max({ version: 'version' })
    .first();
  return row?.version ?? undefined;
}

/** Whose number this is or was, in every entity; newest records last. */
export async function findByPhone(
  database: Database,
  trx: Knex,
  phoneIndex: Buffer,
): Promise<{ entity: string; customerId: string; version: number; status: PhoneStatus }[]> {
  const rows: PhoneRow[] = await trx<PhoneRow>(database.table('phones'))
    .where({ phone_index: phoneIndex })
    .orderBy(['entity', 'customer_id', 'version']);
  return rows.map(({ entity, customer_id, version, status }) => ({ entity, customerId: customer_id, version, status }));
}

/**
 * Each customer's phone records, oldest first: those in use or suspended, and those replaced at or after
 * `replacedSince` (epoch ms). Customers without any are left out.
 */
export async function phonesFor(
  vault: Vault,
  trx: Knex,
  entity: string,
  customerIds: string[],
  options: { replacedSince?: number } = {},
): Promise<Map<string, PhoneRecord[]>> {
  const { replacedSince = 0 } = options;
  const rows: PhoneRow[] = await trx<PhoneRow>(vault.database.table('phones'))
    .where({ entity })
    .whereIn('customer_id', customerIds)
    .where((either) => either.whereNot({ status: 'replaced' }).orWhere('valid_until', '>=', replacedSince))
    .orderBy(['customer_id', 'version']);
  const keys = await vault.keys.find(
    trx,
    rows.map((row) => customerSubject(entity, row.customer_id)),
  );
  const found = new Map<string, PhoneRecord[]>();
  for (const row of rows) {
    const key = keys.get(customerSubject(entity, row.customer_id));
    if (key === undefined) continue;
    found.set(row.customer_id, [...(found.get(row.customer_id) ?? []), phoneRecord(row, key)]);
  }
  return found;
}

function phoneRecord(row: PhoneRow, key: SubjectKey): PhoneRecord {
  return {
    version: row.version,
    status: row.status,
    validFrom: row.valid_from,
    ...(row.valid_until !== null && { validUntil: row.valid_until }),
    number: () => key.open(row.phone, context(row)).toString(),
  };
}
