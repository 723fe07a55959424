/** One message as the `submit_sm` packets it takes: one, or one for each part. */
import type { SmsMessage } from '../../../src/contracts/adapter.js';
import { type Address, destinationAddress, senderAddress } from './address.js';
import { encodeParts } from './encoding.js';
import { type FieldValue, TAG } from './pdu.js';
import type { Settings } from './settings.js';

export interface Submit {
  fields: Record<string, FieldValue>;
  parameters: [number, Buffer][];
}

export type Prepared = { problem: string } | { from: Address; to: Address; submits: Submit[] };

const UDH_INDICATOR = 0x40;
const DATA_CODING = { 'gsm-7': 0, 'ucs-2': 8 };
/** `short_message` holds no more (SMPP 3.4, 5.2.22); a payload holds any length. */
const MOST_PARTS = 255;

/** @param reference 16 bits that tell this message from its neighbours */
export function prepare(message: SmsMessage, reference: number, settings: Settings): Prepared {
  const from = senderAddress(message.from, settings.addressing);
  const to = destinationAddress(message.to, settings.addressing);
  const parts = encodeParts(message.text, message.encoding);
  if (from === undefined) return { problem: 'sender-unusable' };
  if (to === undefined) return { problem: 'recipient-unusable' };
  if (parts === undefined) return { problem: 'text-unencodable' };
  if (parts.length > MOST_PARTS) return { problem: 'text-too-long' };
  const bodies = parts.length === 1 ? [shortBody(parts)] : longBodies(parts, reference, settings);
  const submits = bodies.map((body, index) => {
    const isLast = index === bodies.length - 1;
    return {
      fields: {
        service_type: settings.serviceType,
        source_addr_ton: from.ton,
        source_addr_npi: from.npi,
        source_addr: from.address,
        dest_addr_ton: to.ton,
        dest_addr_npi: to.npi,
        destination_addr: to.address,
        priority_flag: settings.priority[message.lane],
        // Only the last part's id is kept, so only its receipt would find the message.
        registered_delivery: settings.receipts && isLast ? 1 : 0,
        data_coding: DATA_CODING[message.encoding],
        ...body.fields,
      },
      parameters: [...body.parameters, ...references(message.alertId, reference, settings)],
    };
  });
  return { from, to, submits };
}

function shortBody(parts: readonly Buffer[]): Submit {
  return { fields: { short_message: Buffer.concat(parts) }, parameters: [] };
}

function longBodies(parts: readonly Buffer[], reference: number, { longMessages }: Settings): Submit[] {
  if (longMessages === 'payload') {
    const fields = { short_message: Buffer.alloc(0) };
    return [{ fields, parameters: [[TAG.messagePayload, Buffer.concat(parts)]] }];
  }
  return parts.map((part, index): Submit => {
    if (longMessages === 'udh') {
      // 3GPP TS 23.040, 9.2.3.24.1: length, element 00, its length, 8-bit reference, total, number.
      const header = Buffer.from([0x05, 0x00, 0x03, reference & 0xff, parts.length, index + 1]);
      return { fields: { esm_class: UDH_INDICATOR, short_message: Buffer.concat([header, part]) }, parameters: [] };
    }
    return {
      fields: { short_message: part },
      parameters: [
        [TAG.sarReference, twoBytes(reference)],
        [TAG.sarTotal, Buffer.from([parts.length])],
        [TAG.sarNumber, Buffer.from([index + 1])],
      ],
    };
  });
}

function references(alertId: string, reference: number, settings: Settings): [number, Buffer][] {
  const parameters: [number, Buffer][] = [];
  if (settings.messageReference) parameters.push([TAG.userMessageReference, twoBytes(reference)]);
  if (settings.alertIdTag !== undefined) parameters.push([settings.alertIdTag, Buffer.from(`${alertId}\0`, 'latin1')]);
  return parameters;
}

function twoBytes(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const SECOND = 1000;
/** Months differ in length and some SMSCs read days only up to 31, so that nothing longer is told. */
const LONGEST_VALIDITY = 30 * 86_400;

/** The relative form `YYMMDDhhmmss000R` (SMPP 3.4, 7.1.1.2): whole seconds, rounded down, at least one. */
export function validityPeriod(expiresAt: number | undefined, now: number): string {
  if (expiresAt === undefined) return '';
  const left = Math.min(LONGEST_VALIDITY, Math.max(1, Math.floor((expiresAt - now) / SECOND)));
  const units = [Math.floor(left / 86_400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60, left % 60];
  return `0000${units.map((unit) => String(unit).padStart(2, '0')).join('')}000R`;
}
