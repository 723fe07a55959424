/** Numbers and senders as SMPP writes them: digits or letters, with a type of number (TON) and a numbering plan (NPI) beside them. */
import type { NumberKind, Settings } from './settings.js';

export interface Address extends NumberKind {
  address: string;
}

const LONGEST_SENDER = 20;
const LONGEST_SHORT_CODE = 8;

/** @returns undefined where the sender cannot travel: not ASCII, empty or too long */
export function senderAddress(from: string, kinds: Settings['addressing']): Address | undefined {
  const digits = from.startsWith('+') ? from.slice(1) : from;
  if (/^\d{1,15}$/.test(digits)) {
    const isShort = !from.startsWith('+') && digits.length <= LONGEST_SHORT_CODE;
    return { address: digits, ...(isShort ? kinds.shortCode : kinds.international) };
  }
  return /^[ -~]+$/.test(from) && from.length <= LONGEST_SENDER ? { address: from, ...kinds.alphanumeric } : undefined;
}

/** @returns undefined where it is no number in E.164 */
export function destinationAddress(to: string, kinds: Settings['addressing']): Address | undefined {
  const digits = /^\+(\d{1,15})$/.exec(to)?.[1];
  return digits === undefined ? undefined : { address: digits, ...kinds.destination };
}

const INTERNATIONAL = [0, 1];

/** An address of an incoming message in E.164; undefined where only the SMSC knows which country it belongs to. */
export function internationalNumber(address: string, ton: number): string | undefined {
  const digits = address.replace(/^(\+|00)/, '');
  if (!/^\d{4,15}$/.test(digits)) return undefined;
  return INTERNATIONAL.includes(ton) || digits !== address ? `+${digits}` : undefined;
}
