/**
 * Public keys by id, asked for when they are first needed and kept. Anybody can name a key that does not exist, so how often
 * unknown ones are asked for is limited; keys that are known stay usable meanwhile.
 */
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SignatureRefused } from './signature-refused.js';

export type Asked =
  /** `expiresAt`: epoch milliseconds from which the key counts no more. */
  { kind: 'key'; key: KeyObject; expiresAt?: number } | { kind: 'unknown' } | { kind: 'unavailable' };

export interface KeyCacheOptions {
  /** Never throws. */
  ask(kid: string): Promise<Asked>;
  /** Ids never heard of before that are asked for within a minute. */
  unknownPerMinute: number;
}

type Known = Extract<Asked, { kind: 'key' }> & { askedAt: number };

const MINUTE = 60_000;
/** A key is asked for again after an hour, to learn that it has expired; if nobody answers, it stays good for a day. */
const FRESH = 60 * MINUTE;
const USABLE = 24 * FRESH;

/** @returns the key of an id. @throws SignatureRefused `key-unknown`, `key-unavailable` */
export function createKeyCache({
  ask,
  unknownPerMinute,
}: KeyCacheOptions): (kid: string, now: number) => Promise<KeyObject> {
  const known = new LRUCache<string, Known>({ max: 100 });
  const unknown = new LRUCache<string, number>({ max: 1000 });
  const underWay = new Map<string, Promise<Asked>>();
  let askedAt: number[] = [];

  /** One question for all who wait for the same key. */
  const askOnce = (kid: string): Promise<Asked> => {
    const running = underWay.get(kid);
    if (running !== undefined) return running;
    const asking = ask(kid).finally(() => underWay.delete(kid));
    underWay.set(kid, asking);
    return asking;
  };

  const mayAsk = (kid: string, now: number): boolean => {
    if (known.has(kid) || underWay.has(kid)) return true;
    askedAt = askedAt.filter((at) => now - at < MINUTE);
    if (askedAt.length >= unknownPerMinute) return false;
    askedAt.push(now);
    return true;
  };

  return async (kid, now) => {
    const kept = known.get(kid);
    if (kept !== undefined && now - kept.askedAt < FRESH) return unexpired(kept, now);
    if (now - (unknown.get(kid) ?? Number.NEGATIVE_INFINITY) < MINUTE) throw new SignatureRefused('key-unknown');
    const asked: Asked = mayAsk(kid, now) ? await askOnce(kid) : { kind: 'unavailable' };
    if (asked.kind === 'key') {
      known.set(kid, { ...asked, askedAt: now });
      return unexpired(asked, now);
    }
    if (asked.kind === 'unavailable') {
      if (kept !== undefined && now - kept.askedAt < USABLE) return unexpired(kept, now);
      throw new SignatureRefused('key-unavailable');
    }
    known.delete(kid);
    unknown.set(kid, now);
    throw new SignatureRefused('key-unknown');
  };
}

function unexpired({ key, expiresAt }: { key: KeyObject; expiresAt?: number }, now: number): KeyObject {
  if (expiresAt !== undefined && expiresAt <= now) throw new SignatureRefused('key-unknown');
  return key;
}
