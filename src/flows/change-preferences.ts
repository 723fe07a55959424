/** What a customer chooses: checked against the active rules, which say what may be chosen and within which bounds. */
import type { PreferencesDocument } from '../contracts/customer.js';
import { appendAudit } from '../store/audit.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { getPreferences, type PreferencesRecord, putPreferences } from '../store/preferences.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { throwMistakes } from './mistakes.js';
import { preferenceMistakes } from './preference-mistakes.js';
import { registeredCustomer } from './registered.js';

export interface PreferencesChange {
  entity: string;
  customerId: string;
  document: PreferencesDocument;
  actor: string;
}

/**
 * Replaces the whole document.
 * @throws RequestMistaken `topic-unknown`, `topic-mandatory`, `parameter-unknown`, `parameter-fixed`,
 *   `parameter-malformed`, `parameter-out-of-bounds`, `no-rate`
 * @throws LedgerbellError `customer-unknown`, `erased`
 */
export async function changePreferences(
  house: House,
  { entity, customerId, document, actor }: PreferencesChange,
): Promise<PreferencesRecord> {
  throwMistakes(preferenceMistakes(house.ruleSet(), house.settings.rates, document));
  const { vault } = house;
  return withTransaction(vault.database, async (trx) => {
    await registeredCustomer(vault, trx, entity, customerId);
    const at = house.now();
    const before = await getPreferences(vault.database, trx, entity, customerId);
    const { version } = await putPreferences(vault, trx, { entity, customerId, document, at });
    if (version !== before.version) {
      await appendAudit(vault.database, trx, {
        at,
        actor,
        action: 'preferences-changed',
        subject: customerSubject(entity, customerId),
        detail: { version },
      });
    }
    return { version, document };
  });
}
