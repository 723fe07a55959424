/** JSON in and out of a sealed blob. */
import type { SubjectKey } from './subject-key.js';

export function sealJson(key: SubjectKey, value: unknown, associatedData: string): Buffer {
  return key.seal(Buffer.from(JSON.stringify(value)), associatedData);
}

/** The caller names the type: what is opened is what we sealed under the same associated data. */
export function openJson<T>(key: SubjectKey, sealed: Buffer, associatedData: string): T {
  return JSON.parse(key.open(sealed, associatedData).toString()) as T;
}
