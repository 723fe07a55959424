/** Adds a row to the consent ledger: who allowed or withdrew a topic, when, how, and in which words. */
import type { ConsentDocument } from '../contracts/customer.js';
import { LedgerbellError } from '../contracts/errors.js';
import { parseInstant } from '../core/event/instant.js';
import { appendAudit } from '../store/audit.js';
import { type ConsentRecord, recordConsent as insertConsent } from '../store/consents.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { type Mistake, mistakeOf, throwMistakes } from './mistakes.js';
import { isTopic } from './preference-mistakes.js';
import { registeredCustomer } from './registered.js';

export interface ConsentChange {
  entity: string;
  customerId: string;
  document: ConsentDocument;
  actor: string;
}

/**
 * @throws RequestMistaken `topic-unknown`, `time-malformed`, `time-without-offset`, `time-before-1970`, `time-in-future`
 * @throws LedgerbellError `customer-unknown`, `erased`
 */
export async function recordConsent(
  house: House,
  { entity, customerId, document, actor }: ConsentChange,
): Promise<ConsentRecord> {
  const { vault } = house;
  const at = house.now();
  const checked = checkedConsent(house, document, at);
  return withTransaction(vault.database, async (trx) => {
    await registeredCustomer(vault, trx, entity, customerId);
    await insertConsent(vault.database, trx, { entity, customerId, document: checked, recordedAt: at });
    await appendAudit(vault.database, trx, {
      at,
      actor,
      action: checked.granted ? 'consent-granted' : 'consent-withdrawn',
      subject: customerSubject(entity, customerId),
      detail: { topic: checked.topic },
    });
    return { ...checked, recordedAt: at };
  });
}

function checkedConsent(house: House, document: ConsentDocument, now: number): ConsentDocument {
  const mistakes: Mistake[] = [];
  if (!isTopic(house.ruleSet(), document.topic)) {
    mistakes.push({ path: '/topic', code: 'topic-unknown', message: 'No rule has this topic' });
  }
  let { at } = document;
  try {
    const given = parseInstant(document.at);
    if (given > now + house.limits.futureToleranceMs) {
      throw new LedgerbellError('time-in-future', 'A consent cannot be given in the future');
    }
    at = new Date(given).toISOString();
  } catch (error) {
    mistakes.push(mistakeOf(error, '/at'));
  }
  throwMistakes(mistakes);
  return { ...document, at };
}
