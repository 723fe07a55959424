/** The expression at a place of a mapping, or of what holds that place. */
export function templateAt(document: unknown, pointer: string): string | undefined {
  let at = document;
  let found: string | undefined;
  for (const step of pointer.split('/').slice(1)) {
    if (typeof at !== 'object' || at === null) break;
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    if (typeof at === 'string') found = at;
  }
  return found;
}
