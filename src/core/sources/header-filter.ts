/** Which header fields a mapping may see, and which are kept with what it refuses: none that holds a secret. */

const SECRET =
  /auth|cookie|secret|token|signature|password|passwd|api-?key|^x-(?!.*idempotency-key$).*key$|credential|^forwarded$|^x-forwarded/;
const LONGEST = 2048;
const MOST = 100;

/** @param names of further fields to leave out, lower-case: the one a scheme reads its secret from */
export function visibleHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: ReadonlySet<string>,
): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (text === undefined || text.length > LONGEST || SECRET.test(name) || names.has(name)) return [];
    return [[name, text]];
  });
  return Object.fromEntries(kept.slice(0, MOST));
}
