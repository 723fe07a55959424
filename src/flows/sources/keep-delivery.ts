/** What is left of a delivery whose mapping refused something: itself, sealed; and counts of what was ignored. */
import type { SourceDelivery } from '../../contracts/source.js';
import { asReadable } from '../../core/sources/as-readable.js';
import { keepDelivery } from '../../core/sources/kept-delivery.js';
import { keepInQuarantine } from '../../store/quarantine.js';
import { countIgnored } from '../../store/source-ignored.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { ReadySource } from './ready-source.js';

/** In the quarantine's `origin`, before the source's name: `events` is what was sent as events. */
export const SOURCE_ORIGIN = 'sources/';

/** What a sender may not say does not become true by being replayed, whatever else is refused beside it. */
const FORBIDDEN = 'secret-may-not-send';
/** What belongs to somebody who was erased is not kept again. */
const ERASED = 'erased';

interface Refusal {
  code: string;
  path?: string;
  message: string;
}

/** One entry a delivery: it is mapped as a whole again, and what was taken of it is a duplicate then. */
export async function keepRefusedDelivery(
  house: House,
  source: ReadySource,
  delivery: SourceDelivery,
  refusals: readonly Refusal[],
): Promise<void> {
  const first = refusals.find(({ code }) => code === FORBIDDEN) ?? refusals[0];
  if (first === undefined || refusals.some(({ code }) => code === ERASED)) return;
  const { code, path, message } = first;
  const { body: formats, identifiers = [] } = source.mapping.document;
  const body = keepDelivery(asReadable(delivery, formats, source.avro), identifiers);
  const entry = { receivedAt: house.now(), origin: SOURCE_ORIGIN + source.name, code, path, message, body };
  await withTransaction(house.vault.database, (trx) => keepInQuarantine(house.vault, trx, entry));
}

export async function noteIgnored(
  house: House,
  source: ReadySource,
  reasons: ReadonlyMap<string, number>,
): Promise<void> {
  const { database } = house.vault;
  const at = house.now();
  await withTransaction(database, (trx) => countIgnored(database, trx, source.name, reasons, at));
  house.watch?.sourceIgnored(source.name, reasons);
}
