/**
 * A delivery as it is kept: Avro as its JSON, in which card data is found and which the same mapping reads once more. What
 * cannot be read stays the bytes that it is.
 */
import type { BodyFormat, SourceDelivery } from '../../contracts/source.js';
import { canonicalText } from './canonical-text.js';
import { startRun } from './expression/run.js';
import { type AvroReading, readAvro } from './formats/avro.js';
import { MappingRefused } from './mapping-refused.js';
import { isAvro } from './read-body.js';

/** More than what is read of Avro can come to. */
const LIMITS = { steps: 1_000_000, size: 256 * 1024 * 1024 };

export function asReadable(
  delivery: SourceDelivery,
  formats: readonly BodyFormat[],
  avro: AvroReading | undefined,
): SourceDelivery {
  if (avro === undefined || !isAvro(delivery, formats)) return delivery;
  try {
    const value = readAvro(delivery.body, avro);
    const text = canonicalText(value, startRun({ codes: new Map(), zones: new Map() }, LIMITS));
    return { ...delivery, contentType: 'application/json', body: new TextEncoder().encode(text) };
  } catch (error) {
    if (!(error instanceof MappingRefused)) throw error;
    return delivery;
  }
}
