/** Reads the answer. A 201 says only that the request was read: the status of the recipient in it decides. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from '../shared/json.js';
import { type HttpResponse, retryable, unreadable, withoutResponse } from '../shared/outcome.js';

const ACCEPTED = new Set(['100', '101', '102']);

/** `statusCode` of a recipient, and the word kept of it. */
const REJECTED = new Map<string, string>([
  ['401', 'risk-hold'],
  ['402', 'invalid-sender-id'],
  ['403', 'invalid-phone-number'],
  ['404', 'unsupported-number-type'],
  ['405', 'no-credit'],
  ['406', 'user-in-blacklist'],
  ['407', 'could-not-route'],
  ['409', 'do-not-disturb'],
  ['502', 'rejected-by-gateway'],
]);
/** Another provider may still take the message. */
const OF_THE_ACCOUNT = new Set(['authentication', 'could-not-route', 'invalid-sender-id', 'no-credit', 'risk-hold']);
const FAILED = new Map<string, string>([
  ['500', 'internal-server-error'],
  ['501', 'gateway-error'],
]);
/** What stands in `Message` where no recipient was even looked at. */
const REFUSALS = new Map<string, string>([
  ['InvalidSenderId', 'invalid-sender-id'],
  ['InvalidPhoneNumber', 'invalid-phone-number'],
  ['InsufficientBalance', 'no-credit'],
]);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('africastalking', result);
  const { status } = result;
  if (status === 201) return readProcessed(result);
  if (status === 401) return rejected('authentication');
  if (status === 429) return retryable('africastalking-429-too-many', result, now);
  if (status === 408 || status < 400 || status >= 500) return unreadable('africastalking', result);
  return rejected(`${status}-refused`);
}

function readProcessed(response: HttpResponse): SendOutcome {
  const data = asObject(parseJsonObject(response.body)?.SMSMessageData);
  const recipients = asArray(data?.Recipients);
  if (recipients?.length === 0) {
    const refusal = REFUSALS.get(asText(data?.Message) ?? '');
    return refusal === undefined ? unreadable('africastalking', response) : rejected(refusal);
  }
  const recipient = asObject(recipients?.[0]);
  if (recipient === undefined || recipients?.length !== 1) return unreadable('africastalking', response);
  return readRecipient(recipient) ?? unreadable('africastalking', response);
}

function readRecipient(recipient: JsonObject): SendOutcome | undefined {
  const code = asText(recipient.statusCode) ?? '';
  const id = messageId(recipient);
  if (ACCEPTED.has(code)) return { status: 'accepted', ...(id && { providerId: id }) };
  const refusal = REJECTED.get(code);
  if (refusal !== undefined) return rejected(refusal);
  const failure = FAILED.get(code);
  if (failure === undefined) return undefined;
  // An error after the message got an id may have come after it went on; one without an id certainly came before.
  return { status: id === undefined ? 'retryable' : 'unknown', code: `africastalking-${failure}` };
}

/** `None` is how a message that was never made is called. */
function messageId(recipient: JsonObject): string | undefined {
  const id = asText(recipient.messageId);
  return id !== undefined && id !== 'None' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

function rejected(word: string): SendOutcome {
  return { status: 'rejected', code: `africastalking-${word}`, ...(OF_THE_ACCOUNT.has(word) && { scope: 'account' }) };
}
