/** What a customer chooses: checked against the active rules, which say what may be chosen and within which bounds. */
import type { Knex } from 'knex';
import type { PreferencesDocument } from '../contracts/customer.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { getPreferences, type PreferencesRecord, putPreferences } from '../store/preferences.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { throwMistakes } from './mistakes.js';
import { cleanedPreferences, preferenceMistakes } from './preference-mistakes.js';
import { registeredCustomer } from './registered.js';
import { planDigests } from './schedules/plan-digests.js';

export interface PreferencesChange {
  entity: string;
  customerId: string;
  document: PreferencesDocument;
  actor: string;
}

/**
 * Replaces the whole document.
 * @throws RequestMistaken `topic-unknown`, `topic-mandatory`, `parameter-unknown`, `parameter-fixed`,
 *   `parameter-malformed`, `parameter-out-of-bounds`, `no-rate`, `phrase-unfit`
 * @throws LedgerbellError `customer-unknown`, `erased`
 */
export async function changePreferences(house: House, change: PreferencesChange): Promise<PreferencesRecord> {
  throwMistakes(preferenceMistakes(house.ruleSet(), house.settings.rates, change.document));
  return withTransaction(house.vault.database, (trx) => changePreferencesIn(house, trx, change));
}

/** For a transaction that changes more; `document` as `preferenceMistakes` found nothing wrong with it. */
export async function changePreferencesIn(
  { vault, now }: House,
  trx: Knex.Transaction,
  { entity, customerId, actor, ...change }: PreferencesChange,
): Promise<PreferencesRecord> {
  const document = cleanedPreferences(change.document);
  await registeredCustomer(vault, trx, entity, customerId);
  const at = now();
  const before = await getPreferences(vault, trx, entity, customerId);
  const { version } = await putPreferences(vault, trx, { entity, customerId, document, at });
  if (version !== before.version) {
    await planDigests(vault, trx, { entity, customerId, document, at });
    await appendAudit(vault.database, trx, {
      at,
      actor,
      action: 'preferences-changed',
      subject: customerSubject(entity, customerId),
      detail: { version },
    });
  }
  return { version, document };
}
