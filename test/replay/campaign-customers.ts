/** Customers by the million, written past everything that registers one at a time. Every tenth never agreed to offers. */
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { sealJson } from '../../src/store/crypto/sealed-json.js';
import { customerSubject } from '../../src/store/crypto/subject-hash.js';
import type { SubjectKey } from '../../src/store/crypto/subject-key.js';
import { openVault } from '../../src/store/crypto/vault.js';
import type { Database } from '../../src/store/database.js';
import { insertRows } from '../../src/store/insert-rows.js';
import { withTransaction } from '../../src/store/with-transaction.js';

export const KEYS = [{ id: 'campaign', key: 'e'.repeat(64) }];
const PAGE = 1_000;
const AT = Date.UTC(2026, 0, 1);

export const agreed = (number: number): boolean => number % 10 !== 0;
/** Sorted as their numbers are. */
export const idOf = (number: number): string => `c${String(number).padStart(7, '0')}`;
export const phoneOf = (number: number): string => `+3725${String(number).padStart(7, '0')}`;
export const numberOf = (phone: string): number => Number(phone.slice(-7));

/** How many of the first `count` agreed. */
export const agreedAmong = (count: number): number => count - Math.floor(count / 10);

/** Customers 1 to `count`. */
export async function writeCustomers(database: Database, count: number): Promise<void> {
  const vault = await openVault(database, createKeyRing(KEYS), { capacity: 2 * PAGE });
  for (let first = 1; first <= count; first += PAGE) {
    const numbers = Array.from({ length: Math.min(PAGE, count - first + 1) }, (_, at) => first + at);
    await withTransaction(database, async (trx) => {
      const keys = await vault.keys.load(trx, numbers.map(subjectOf));
      const keyOf = (number: number) => keys.get(subjectOf(number)) as SubjectKey;
      await insertRows(
        database,
        trx,
        'customers',
        CUSTOMER,
        numbers.map((number) => customerRow(number, keyOf(number))),
      );
      const phones = numbers.map((number) => [
        'default',
        idOf(number),
        1,
        keyOf(number).seal(Buffer.from(phoneOf(number)), `phone/default/${idOf(number)}/1`),
        vault.phoneIndex(phoneOf(number)),
        'verified',
        AT,
      ]);
      await insertRows(database, trx, 'phones', PHONE, phones);
      const consents = numbers
        .filter(agreed)
        .map((number) => ['default', idOf(number), 'offers', 1, 'import', AT, 'web', 'Offers by SMS', AT]);
      await insertRows(database, trx, 'consents', CONSENT, consents);
    });
  }
}

const CUSTOMER =
  'entity customer_id version document locale time_zone status discreet phone_version created_at updated_at'.split(' ');
const PHONE = 'entity customer_id version phone phone_index status valid_from'.split(' ');
const CONSENT = 'entity customer_id topic granted given_by given_at how wording recorded_at'.split(' ');

const subjectOf = (number: number): string => customerSubject('default', idOf(number));

function customerRow(number: number, key: SubjectKey): unknown[] {
  const document = sealJson(key, {}, `customer/default/${idOf(number)}`);
  const locale = number % 3 === 0 ? 'et' : 'en';
  return ['default', idOf(number), 1, document, locale, 'Europe/Tallinn', 'active', 0, 1, AT, AT];
}
