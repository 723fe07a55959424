/** Plans what a customer chose to be told regularly. */
import type { Knex } from 'knex';
import type { PreferencesDocument } from '../../contracts/customer.js';
import { DIGEST_PARAMETER, DIGEST_TOPIC, FREQUENCIES, type Frequency } from '../../core/schedule/digests.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import type { Vault } from '../../store/crypto/vault.js';
import { lookAgain, planSchedules } from '../../store/schedules.js';

export function chosenFrequencies({ topics }: PreferencesDocument): Frequency[] {
  const chosen = topics?.[DIGEST_TOPIC]?.parameters?.[DIGEST_PARAMETER];
  if (!Array.isArray(chosen) || topics?.[DIGEST_TOPIC]?.wanted === false) return [];
  return FREQUENCIES.filter((frequency) => chosen.includes(frequency));
}

/** One look at each finds when the next is; what is no longer chosen is removed by its look. */
export async function planDigests(
  vault: Vault,
  trx: Knex.Transaction,
  {
    entity,
    customerId,
    document,
    at,
  }: { entity: string; customerId: string; document: PreferencesDocument; at: number },
): Promise<void> {
  const frequencies = chosenFrequencies(document);
  const subject = customerSubject(entity, customerId);
  if (frequencies.length > 0) {
    const key = (await vault.keys.load(trx, [subject])).get(subject);
    if (key === undefined || key.destroyed) return;
    const planned = frequencies.map((frequency) => ({
      kind: 'digest' as const,
      subject,
      name: [frequency],
      detail: { frequency },
      dueAt: at,
      key,
    }));
    await planSchedules(vault.database, trx, planned);
  }
  await lookAgain(vault.database, trx, subject, at);
}
