/** Ids of campaigns and of what they send are derived, so that a campaign that goes on after a crash can make nothing twice. */
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { canonicalJson } from '../event/canonical.js';

/** No rule of a bank can be called so: a rule's name holds no colon. */
const PREFIX = 'campaign:';

/** What alerts of a campaign carry in the place of a rule. */
export function campaignRule(name: string): string {
  return PREFIX + name;
}

/** The campaign that such an alert is of; undefined for those of rules. */
export function campaignOf(rule: string): string | undefined {
  return rule.startsWith(PREFIX) ? rule.slice(PREFIX.length) : undefined;
}

/** 16 bytes that stand for the campaign in the tables. */
export function campaignKey(entity: string, name: string): Uint8Array {
  return digest(['campaign', entity, name]).subarray(0, 16);
}

export function campaignAlertId(entity: string, name: string, customerId: string): string {
  return `al_${bytesToHex(digest(['campaign-alert', entity, name, customerId]).subarray(0, 16))}`;
}

/** Stands where other alerts have their event. */
export function campaignEventKey(entity: string, name: string): Uint8Array {
  return digest(['campaign-event', entity, name]);
}

export function campaignVersion(source: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(source)))).slice(0, 16);
}

export function digest(parts: readonly string[]): Uint8Array {
  return sha256(utf8ToBytes(parts.map((part) => `${part.length}:${part}`).join('|')));
}
