/**
 * Registers or replaces a customer. A changed phone becomes the event `customer.contact-changed`, decided and committed in
 * the very transaction of the change, so that neither is ever there without the other (semantics: safety, 24).
 */
import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { IANAZone } from 'luxon';
import type { CustomerDocument } from '../contracts/customer.js';
import { LedgerbellError } from '../contracts/errors.js';
import { parseEvent } from '../core/event/parse-event.js';
import { parsePhone } from '../core/phone.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { type CustomerRecord, putCustomer } from '../store/customers.js';
import { lookAgain } from '../store/schedules.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { commitBatch } from './ingest/commit-batch.js';
import { type Mistake, mistakeOf, throwMistakes } from './mistakes.js';
import { registeredCustomer } from './registered.js';

export interface CustomerChange {
  entity: string;
  customerId: string;
  document: CustomerDocument;
  /** Who changes it, for the audit. */
  actor: string;
}

export interface ChangedCustomer {
  created: boolean;
  phoneChanged: boolean;
  customer: CustomerRecord;
}

/**
 * Replaces the whole document. The same phone again leaves a suspended one suspended.
 * @throws RequestMistaken `phone-invalid`, `locale-unknown`, `time-zone-unknown`
 * @throws LedgerbellError `erased`, `alias-taken`
 */
export async function changeCustomer(house: House, change: CustomerChange): Promise<ChangedCustomer> {
  const document = checkedDocument(house, change.document);
  return withTransaction(house.vault.database, (trx) => changeCustomerIn(house, trx, { ...change, document }));
}

/** For an import that puts many in one transaction; `document` as `checkedDocument` gives it. */
export async function changeCustomerIn(
  house: House,
  trx: Knex.Transaction,
  { entity, customerId, document, actor }: CustomerChange,
): Promise<ChangedCustomer> {
  const { vault } = house;
  const at = house.now();
  const put = await putCustomer(vault, trx, { entity, customerId, document, at });
  const customer = await registeredCustomer(vault, trx, entity, customerId);
  if (put.phoneChanged) await commitContactChange(house, trx, entity, customer, at);
  if (put.created || customer.updatedAt === at) {
    // They may be in another zone now.
    await lookAgain(vault.database, trx, customerSubject(entity, customerId), at);
    await appendAudit(vault.database, trx, {
      at,
      actor,
      action: put.created ? 'customer-created' : 'customer-changed',
      subject: customerSubject(entity, customerId),
      detail: { version: put.version, phoneChanged: put.phoneChanged },
    });
  }
  return { created: put.created, phoneChanged: put.phoneChanged, customer };
}

/**
 * The document with its phone as E.164, its locale as BCP 47 writes it, and its zone checked.
 * @throws RequestMistaken with every mistake
 */
export function checkedDocument(house: Pick<House, 'phoneRegion'>, document: CustomerDocument): CustomerDocument {
  const mistakes: Mistake[] = [];
  const checked = { ...document };
  const attempt = (path: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      mistakes.push(mistakeOf(error, path));
    }
  };
  const { phone, locale, timeZone } = document;
  if (phone !== undefined) attempt('/phone', () => (checked.phone = parsePhone(phone, house.phoneRegion)));
  if (locale !== undefined) attempt('/locale', () => (checked.locale = canonicalLocale(locale)));
  if (timeZone !== undefined) attempt('/timeZone', () => checkZone(timeZone));
  throwMistakes(mistakes);
  return checked;
}

function canonicalLocale(locale: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale);
    if (canonical !== undefined && canonical.length <= 35) return canonical;
  } catch {
    // falls through to the refusal
  }
  throw new LedgerbellError('locale-unknown', 'The locale is not a BCP 47 language tag such as "et" or "en-GB"');
}

function checkZone(zone: string): void {
  if (zone.length <= 64 && /^[A-Za-z]/.test(zone) && IANAZone.isValidZone(zone)) return;
  throw new LedgerbellError('time-zone-unknown', 'The time zone is not an IANA name such as "Europe/Tallinn"');
}

async function commitContactChange(
  house: House,
  trx: Knex.Transaction,
  entity: string,
  { customerId, phone, document }: CustomerRecord,
  at: number,
): Promise<void> {
  const isGone = document.phone === undefined;
  const original = {
    specversion: '1.0',
    id: `contact:${shortened(customerId)}:${phone?.version ?? 0}${isGone ? ':removed' : ''}`,
    source: 'ledgerbell/customers',
    type: 'customer.contact-changed',
    time: new Date(at).toISOString(),
    entity,
    data: { customerId, changed: ['phone'] },
  };
  const event = parseEvent(original, { now: at, futureToleranceMs: 0, origin: 'inside' });
  await commitBatch(house, trx, [{ event, original }]);
}

/** An event's id may be as long as a customer's, and this one has more in it. */
function shortened(customerId: string): string {
  return customerId.length <= 200 ? customerId : hash('sha256', customerId);
}
