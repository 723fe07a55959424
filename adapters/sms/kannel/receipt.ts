/**
 * Reads the GET that Kannel makes to our `dlr-url`. Kannel signs nothing: the secret in the address is checked by the
 * HTTP layer before this runs. Receipts come in any order, twice, or never; putting them in order is the core's work.
 */
import {
  CallbackRefused,
  type CallbackRequest,
  type Receipt,
  type ReceiptState,
} from '../../../src/contracts/adapter.js';

/** `%d`. 34 and 66 are how newer Kannels say expired and unknown. */
const TYPES = new Map<string, { state: ReceiptState; code: string }>([
  ['1', { state: 'delivered', code: 'delivered' }],
  ['2', { state: 'failed', code: 'undelivered' }],
  ['4', { state: 'accepted', code: 'buffered' }],
  ['8', { state: 'accepted', code: 'smsc-accepted' }],
  ['16', { state: 'failed', code: 'smsc-rejected' }],
  ['34', { state: 'failed', code: 'expired' }],
  ['66', { state: 'unknown', code: 'unknown' }],
]);

export function readReceipt(request: CallbackRequest, goneErrors: readonly string[]): Receipt {
  const type = TYPES.get(request.query.get('type') ?? '');
  if (type === undefined) throw new CallbackRefused('callback-malformed', 'the receipt has no type that Kannel knows');
  const answer = parseAnswer(request.query.get('answer') ?? '');
  const receipt: Receipt = { state: type.state, code: answer.code ?? type.code };
  const alertId = request.query.get('alert');
  const providerId = request.query.get('smsc-id');
  if (alertId) receipt.alertId = alertId;
  if (providerId) receipt.providerId = providerId;
  if (type.state === 'failed' && answer.error !== undefined && goneErrors.includes(answer.error))
    receipt.numberGone = true;
  return receipt;
}

/**
 * `%A` is free text: `NACK/0x0000000b/Invalid Destination Address`, or an SMPP receipt that ends in the first letters of the message
 * (`id:7 sub:001 dlvrd:000 ... stat:UNDELIV err:001 Text:Your code is`). Only its codes are kept.
 */
function parseAnswer(answer: string): { code?: string; error?: string } {
  const nack = /^NACK\/(0x[0-9a-f]{1,8}|\d{1,10})/i.exec(answer)?.[1];
  if (nack !== undefined) return { code: `nack-${nack.toLowerCase()}`, error: nack };
  const fields = answer.split(/\btext:/i)[0] ?? '';
  const stat = /\bstat:([A-Za-z]{1,12})/i.exec(fields)?.[1]?.toLowerCase();
  const error = /\berr:([0-9A-Za-z]{1,8})/i.exec(fields)?.[1];
  if (stat === undefined) return {};
  return error === undefined || /^0+$/.test(error) ? { code: stat } : { code: `${stat}-${error.toLowerCase()}`, error };
}
