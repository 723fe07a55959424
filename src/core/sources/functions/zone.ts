/** Zones by their IANA name, an offset, or an abbreviation of the mapping's own table: MST and CST mean several places. */
import { LRUCache } from 'lru-cache';
import { ValueRefused } from '../mapping-refused.js';

const OFFSET = /^([+-])(\d\d):?(\d\d)$/;
const LONGEST = 64;
/** Names come out of payloads: what was looked up is kept, but not without end. */
const known = new LRUCache<string, string>({ max: 500 });

/** A zone as Luxon takes it. @throws ValueRefused `mapping-zone` */
export function zoneCalled(text: string, abbreviations: ReadonlyMap<string, string>): string {
  if (text.length > LONGEST) throw unknown();
  const upper = text.toUpperCase();
  if (upper === 'Z' || upper === 'UTC' || upper === 'GMT') return 'UTC';
  const name = abbreviations.get(upper) ?? text;
  const offset = OFFSET.exec(name);
  if (offset !== null) return offsetZone(offset as unknown as [string, string, string, string]);
  // `EST` is an IANA name too, and has no summer time, which a bank that writes it in July does not mean.
  if (!name.includes('/')) throw unknown();
  return canonical(name);
}

export function isZone(text: string): boolean {
  try {
    return zoneCalled(text, new Map()) !== '';
  } catch {
    return false;
  }
}

function offsetZone([, sign, hours, minutes]: [string, string, string, string]): string {
  if (Number(hours) > 14 || Number(minutes) > 59) throw unknown();
  return `UTC${sign}${hours}:${minutes}`;
}

function canonical(name: string): string {
  const found = known.get(name) ?? canonicalName(name);
  known.set(name, found);
  return found;
}

function canonicalName(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw unknown();
  }
}

function unknown(): ValueRefused {
  return new ValueRefused('mapping-zone', 'the zone is no IANA name, no offset, and no abbreviation of the mapping');
}
