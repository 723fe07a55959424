/**
 * Packets of SMPP 3.4, with the tables and the encoder of the `smpp` package. Reading leaves texts as bytes: the package's own
 * sessions decode them by the GSM alphabet first, which turns the `_` of a message id in a receipt into `§`.
 */
import smpp from 'smpp';

export type FieldValue = string | number | Buffer;

export interface Pdu {
  /** The command's name in the specification; `unknown` where it is not in it. */
  command: string;
  isResponse: boolean;
  status: number;
  sequence: number;
  fields: Record<string, FieldValue>;
  /** Optional parameters by tag, the first of each. */
  parameters: Map<number, Buffer>;
}

/** Tags of the optional parameters that are used here (SMPP 3.4, 5.3.2). */
export const TAG = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarNumber: 0x020f,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
};

const HEADER = 16;
/** The longest text in `message_payload` is 64 KiB; nothing longer is a packet. */
const LONGEST = 70_000;

export class PduBroken extends Error {
  constructor() {
    super('the bytes are no SMPP packet');
    this.name = 'PduBroken';
  }
}

export function encodePdu(
  command: string,
  { sequence, status = 0 }: { sequence: number; status?: number },
  fields: Record<string, FieldValue> = {},
  parameters: readonly [number, Buffer][] = [],
): Buffer {
  const pdu = new smpp.PDU(command, { ...fields, sequence_number: sequence, command_status: status }).toBuffer();
  const whole = Buffer.concat([pdu, ...parameters.map(encodeParameter)]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

function encodeParameter([tag, value]: [number, Buffer]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** @throws PduBroken */
export function decodePdu(bytes: Buffer): Pdu {
  const id = bytes.readUInt32BE(4);
  const definition = smpp.commandsById[id];
  const pdu: Pdu = {
    command: definition?.command ?? 'unknown',
    isResponse: id >= 0x8000_0000,
    status: bytes.readUInt32BE(8),
    sequence: bytes.readUInt32BE(12),
    fields: {},
    parameters: new Map(),
  };
  if (definition === undefined) return pdu;
  try {
    readParameters(bytes, readFields(bytes, definition.params ?? {}, pdu), pdu);
  } catch {
    throw new PduBroken();
  }
  return pdu;
}

/** Returns where the optional parameters begin. A refusal may come without any fields. */
function readFields(
  bytes: Buffer,
  definitions: NonNullable<NonNullable<(typeof smpp.commandsById)[number]>['params']>,
  pdu: Pdu,
): number {
  let offset = HEADER;
  for (const [name, { type }] of Object.entries(definitions)) {
    if (offset >= bytes.length && pdu.isResponse) break;
    const value = type.read(bytes, offset);
    offset += type.size(value);
    if (offset > bytes.length) throw new PduBroken();
    pdu.fields[name] = value;
  }
  return offset;
}

function readParameters(bytes: Buffer, start: number, { parameters }: Pdu): void {
  let offset = start;
  while (offset + 4 <= bytes.length) {
    const tag = bytes.readUInt16BE(offset);
    const end = offset + 4 + bytes.readUInt16BE(offset + 2);
    if (end > bytes.length) throw new PduBroken();
    if (!parameters.has(tag)) parameters.set(tag, bytes.subarray(offset + 4, end));
    offset = end;
  }
}

/** Cuts a stream into packets. The function returned throws `PduBroken` where the stream cannot be one of packets. */
export function createFramer(onPdu: (pdu: Pdu) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length < HEADER || length > LONGEST) throw new PduBroken();
      if (rest.length < length) return;
      const pdu = rest.subarray(0, length);
      rest = rest.subarray(length);
      onPdu(decodePdu(pdu));
    }
  };
}

export function textField(pdu: Pdu, name: string): string {
  const value = pdu.fields[name];
  return typeof value === 'string' ? value : '';
}

export function numberField(pdu: Pdu, name: string): number {
  const value = pdu.fields[name];
  return typeof value === 'number' ? value : 0;
}

/** A text parameter, up to its closing zero, where it has one. */
export function textParameter(pdu: Pdu, tag: number): string | undefined {
  return pdu.parameters.get(tag)?.toString('latin1').split('\0', 1)[0];
}

/** A parameter that is a number of one or two bytes. */
export function numberParameter(pdu: Pdu, tag: number): number | undefined {
  const value = pdu.parameters.get(tag);
  return value !== undefined && (value.length === 1 || value.length === 2)
    ? value.readUIntBE(0, value.length)
    : undefined;
}
