/** Reads a delivery receipt: its optional parameters, and the text that most SMSCs send (SMPP 3.4, appendix B). */
import type { Receipt, ReceiptState } from '../../../src/contracts/adapter.js';
import { bodyOf } from './body.js';
import { alphabetOf, decodeText } from './encoding.js';
import { messageId } from './message-id.js';
import { numberField, numberParameter, type Pdu, TAG, textParameter } from './pdu.js';
import type { Settings } from './settings.js';

export interface ReadReceipt extends Pick<Receipt, 'alertId' | 'providerId' | 'state' | 'code' | 'numberGone'> {
  /** Our own reference, where the SMSC gives it back. */
  reference?: number;
}

/** Bits 5 to 2 of `esm_class` (SMPP 3.4, 5.2.12). */
const TYPE = 0x3c;
const RECEIPT = 0x04;
const INTERMEDIATE = 0x20;

/** `message_state` (SMPP 3.4, 5.2.28), and how the text says it. */
const STATES: readonly [number, string, ReceiptState][] = [
  [1, 'enroute', 'accepted'],
  [2, 'delivrd', 'delivered'],
  [3, 'expired', 'failed'],
  [4, 'deleted', 'failed'],
  [5, 'undeliv', 'failed'],
  [6, 'acceptd', 'accepted'],
  [7, 'unknown', 'unknown'],
  [8, 'rejectd', 'failed'],
];

/** By its marks, never by its text: anybody can send the bank an SMS that reads like a receipt. */
export function isReceipt(pdu: Pdu): boolean {
  const type = numberField(pdu, 'esm_class') & TYPE;
  return type === RECEIPT || type === INTERMEDIATE || pdu.parameters.has(TAG.receiptedMessageId);
}

/** @returns undefined where no state can be read from it */
export function readReceipt(pdu: Pdu, { messageIds, alertIdTag, goneErrors }: Settings): ReadReceipt | undefined {
  const text = readText(pdu);
  const number = numberParameter(pdu, TAG.messageState);
  const found = STATES.find(([code, word]) => (number === undefined ? word === text.stat : code === number));
  if (found === undefined && text.stat === undefined && number === undefined) return undefined;
  const [, word, state] = found ?? [0, text.stat ?? `state-${number}`, 'unknown' as const];
  const error = text.err ?? networkError(pdu);
  const isInterim = (numberField(pdu, 'esm_class') & TYPE) === INTERMEDIATE;
  return {
    alertId: alertIdTag === undefined ? undefined : ownId(textParameter(pdu, alertIdTag)),
    providerId:
      messageId(textParameter(pdu, TAG.receiptedMessageId), messageIds.receiptParameter) ??
      messageId(text.id, messageIds.receiptText),
    reference: numberParameter(pdu, TAG.userMessageReference),
    // An interim word of failure tells of one try among several.
    state: isInterim && state !== 'delivered' ? 'accepted' : state,
    code: `smpp-${word}${error === undefined || /^0+$/.test(error) ? '' : `-${error.toLowerCase()}`}`,
    ...(state === 'failed' && !isInterim && error !== undefined && goneErrors.includes(error)
      ? { numberGone: true }
      : {}),
  };
}

/** The text ends in the first letters of the message, of which nothing is kept. */
function readText(pdu: Pdu): { id?: string; stat?: string; err?: string } {
  const alphabet = alphabetOf(numberField(pdu, 'data_coding')) === 'ucs-2' ? 'ucs-2' : 'ascii';
  const fields = decodeText(bodyOf(pdu).text, alphabet).split(/\btext:/i, 1)[0] ?? '';
  return {
    id: /\bid: ?([!-~]{1,65})/i.exec(fields)?.[1],
    stat: /\bstat: ?([A-Za-z]{1,12})/i.exec(fields)?.[1]?.toLowerCase(),
    err: /\berr: ?([0-9A-Za-z]{1,8})/i.exec(fields)?.[1],
  };
}

/** One byte for the kind of network, then two for its error (SMPP 3.4, 5.3.2.31). */
function networkError(pdu: Pdu): string | undefined {
  const bytes = pdu.parameters.get(TAG.networkErrorCode);
  return bytes?.length === 3 ? String(bytes.readUInt16BE(1)).padStart(3, '0') : undefined;
}

function ownId(written: string | undefined): string | undefined {
  return written !== undefined && /^[\w-]{1,64}$/.test(written) ? written : undefined;
}
