/**
 * Which alert a message on its way belongs to, while this process remembers it: for receipts that overtake their own
 * `submit_sm_resp`, or the recording of it. What is forgotten is found in the database by the SMSC's id.
 */
import { randomInt } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface Memory {
  /** The next of 65,536 references. */
  nextReference(): number;
  submitted(reference: number, alertId: string, to: string): void;
  accepted(providerId: string, alertId: string): void;
  alertOf(providerId: string | undefined): string | undefined;
  /** References come round again, so the number has to fit too. Both numbers are digits. */
  alertOfReference(reference: number | undefined, number: string): string | undefined;
}

const MOST = 20_000;
const REFERENCES = 0x1_0000;

export function createMemory(): Memory {
  const byId = new LRUCache<string, string>({ max: MOST });
  const byReference = new LRUCache<number, { alertId: string; to: string }>({ max: MOST });
  let reference = randomInt(REFERENCES);
  return {
    nextReference() {
      reference = (reference + 1) % REFERENCES;
      return reference;
    },
    submitted: (own, alertId, to) => void byReference.set(own, { alertId, to }),
    accepted: (providerId, alertId) => void byId.set(providerId, alertId),
    alertOf: (providerId) => (providerId === undefined ? undefined : byId.get(providerId)),
    alertOfReference(own, number) {
      const found = own === undefined ? undefined : byReference.get(own);
      return found !== undefined && found.to === number.replace(/^\+/, '') ? found.alertId : undefined;
    },
  };
}
