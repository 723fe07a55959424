/** Reads what the account's callbacks bring: delivery reports and messages of customers, both as a form. */
import type { CallbackRequest, InboundMessage, Receipt, ReceiptState } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { formOf, malformed } from '../shared/callback.js';

const STATES = new Map<string, ReceiptState>([
  ['Sent', 'accepted'],
  ['Submitted', 'accepted'],
  ['Buffered', 'accepted'],
  ['Success', 'delivered'],
  ['Rejected', 'failed'],
  ['Failed', 'failed'],
  ['AbsentSubscriber', 'failed'],
  ['Expired', 'failed'],
]);

/** The one reason that is about the number and cannot pass: "inactive" and "suspended" may be paid for tomorrow. */
const NO_SUCH_NUMBER = 'UserDoesNotExist';

/** @throws CallbackRefused `callback-malformed` */
export function readReceipt(request: CallbackRequest): Receipt {
  const form = formOf(request);
  const status = form.get('status') ?? '';
  const state = STATES.get(status);
  const providerId = form.get('id');
  if (state === undefined || !providerId) throw malformed('the report has no id, or no status that is documented');
  const reason = state === 'failed' ? form.get('failureReason') : undefined;
  const code = [status, reason].map(dashed).filter(Boolean).join('-');
  return { providerId, state, code, ...(reason === NO_SUCH_NUMBER && { numberGone: true }) };
}

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage {
  const form = formOf(request);
  const from = toE164(form.get('from'));
  const to = form.get('to');
  const text = form.get('text');
  const providerId = form.get('id');
  if (from === undefined || !to || text === undefined) throw malformed('this is no message of a customer');
  return { ...(providerId && { providerId }), from, to, text };
}

/** `UserDoesNotExist` becomes `user-does-not-exist`; anything but such a word is left out. */
function dashed(word: string | undefined): string {
  if (word === undefined || !/^[A-Za-z]{1,40}$/.test(word)) return '';
  return word.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
