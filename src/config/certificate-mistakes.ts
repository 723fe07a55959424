/** Certificates of `mutual-tls-header`, and users of `basic`: what their schema cannot say. */
import type { Mistake } from '../registry/schema-check.js';

type Entry = Record<string, unknown>;

/** A certificate has a fingerprint or a subject; a subject alone is anybody's, unless the proxy checked who issued it. */
export function certificateMistakes(settings: Record<string, unknown>, path: string): Mistake[] {
  if (settings.scheme !== 'mutual-tls-header') return [];
  const entries = entriesOf(settings.certificates);
  const unclear = entries.flatMap((entry, index) =>
    'fingerprint' in entry === 'subject' in entry
      ? [{ path: `${path}.certificates[${index}]`, message: 'must have either a "fingerprint" or a "subject"' }]
      : [],
  );
  const needsIssuer = entries.some((entry) => 'subject' in entry) && settings.verified === undefined;
  const unissued = {
    path: `${path}.verified`,
    message: 'is required with a "subject", which anybody can write into a certificate',
  };
  return [...unclear, ...(needsIssuer ? [unissued] : []), ...repeated(entries, 'id', `${path}.certificates`)];
}

export function userMistakes(settings: Record<string, unknown>, path: string): Mistake[] {
  if (settings.scheme !== 'basic') return [];
  return repeated(entriesOf(settings.users), 'id', `${path}.users`);
}

function entriesOf(value: unknown): Entry[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.map((entry) => (typeof entry === 'object' && entry !== null ? (entry as Entry) : {}));
}

function repeated(entries: readonly Entry[], key: string, path: string): Mistake[] {
  const values = entries.map((entry) => entry[key]);
  return values.flatMap((value, index) =>
    typeof value === 'string' && values.indexOf(value) < index
      ? [{ path: `${path}[${index}].${key}`, message: `is the ${key} of another entry too` }]
      : [],
  );
}
