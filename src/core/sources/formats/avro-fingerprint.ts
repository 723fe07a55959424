/** CRC-64-AVRO, as the Avro specification defines it ("Schema Fingerprints"): which schema bytes were written with. */

const EMPTY = 0xc15d213aa4d7a795n;

const TABLE: readonly bigint[] = Array.from({ length: 256 }, (_, byte) => {
  let entry = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) entry = (entry >> 1n) ^ (EMPTY & -(entry & 1n));
  return entry;
});

/** @param canonical the schema's Parsing Canonical Form; @returns 16 hexadecimal digits, the highest first */
export function avroFingerprint(canonical: string): string {
  let found = EMPTY;
  for (const byte of new TextEncoder().encode(canonical)) {
    found = (found >> 8n) ^ (TABLE[Number((found ^ BigInt(byte)) & 0xffn)] as bigint);
  }
  return found.toString(16).padStart(16, '0');
}
