/** The text of a packet that the SMSC sends, and which part of a long text it is. */
import { numberField, numberParameter, type Pdu, TAG } from './pdu.js';

export interface Segment {
  reference: number;
  total: number;
  /** From 1. */
  number: number;
}

export interface Body {
  text: Buffer;
  segment?: Segment;
}

const UDH_INDICATOR = 0x40;

export function bodyOf(pdu: Pdu): Body {
  const short = pdu.fields.short_message;
  const payload = pdu.parameters.get(TAG.messagePayload);
  const bytes = Buffer.isBuffer(short) && short.length > 0 ? short : (payload ?? Buffer.alloc(0));
  const hasHeader = (numberField(pdu, 'esm_class') & UDH_INDICATOR) !== 0 && bytes.length > 0;
  const start = hasHeader ? bytes.readUInt8(0) + 1 : 0;
  const segment = hasHeader ? segmentOfHeader(bytes.subarray(1, start)) : segmentOfParameters(pdu);
  return { text: bytes.subarray(start), ...(segment !== undefined && isSound(segment) ? { segment } : {}) };
}

/** 3GPP TS 23.040, 9.2.3.24: element 00 has an 8-bit reference, element 08 one of 16 bits; then total and number. */
function segmentOfHeader(header: Buffer): Segment | undefined {
  for (let at = 0; at + 2 <= header.length; ) {
    const element = header.readUInt8(at);
    const data = header.subarray(at + 2, at + 2 + header.readUInt8(at + 1));
    const width = element === 0x00 ? 1 : 2;
    if ((element === 0x00 || element === 0x08) && data.length === width + 2) {
      return { reference: data.readUIntBE(0, width), total: data.readUInt8(width), number: data.readUInt8(width + 1) };
    }
    at += 2 + data.length;
  }
  return undefined;
}

function segmentOfParameters(pdu: Pdu): Segment | undefined {
  const reference = numberParameter(pdu, TAG.sarReference);
  const total = numberParameter(pdu, TAG.sarTotal);
  const number = numberParameter(pdu, TAG.sarNumber);
  if (reference === undefined || total === undefined || number === undefined) return undefined;
  return { reference, total, number };
}

function isSound({ total, number }: Segment): boolean {
  return total > 1 && number >= 1 && number <= total;
}
