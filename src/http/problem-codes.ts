/**
 * Every code that an answer can carry, with its HTTP status and what it means, in one table; `docs/errors.md` explains
 * each at more length. What is wrong with an event, a request or a signature has its own closed list.
 */
import { EVENT_REFUSAL_CODES } from '../core/event/event-refusal.js';
import { MAPPING_REFUSALS } from '../core/sources/mapping-refused.js';
import { REQUEST_REFUSALS } from './request-refused.js';
import { SIGNATURE_REFUSALS } from './signature/signature-refused.js';

export interface ProblemCode {
  status: number;
  /** The same for every occurrence. */
  title: string;
}

const OWN: Record<string, ProblemCode> = {
  // who asks
  unauthenticated: { status: 401, title: 'A valid API key is required' },
  forbidden: { status: 403, title: 'This key may not do this' },
  'keys-not-configured': { status: 403, title: 'Without configured API keys, only this machine itself is answered' },
  // the request
  'request-invalid': { status: 422, title: 'The request is not what the interface expects' },
  'cursor-malformed': { status: 400, title: 'The `after` of a list is the `next` of the page before, unchanged' },
  'path-malformed': { status: 400, title: 'The path cannot be decoded' },
  'not-found': { status: 404, title: 'There is nothing at this path' },
  'method-not-allowed': { status: 405, title: 'This path does not answer this method' },
  // customers and accounts
  'customer-unknown': { status: 404, title: 'No such customer is registered' },
  'account-unknown': { status: 404, title: 'No such account is registered' },
  erased: { status: 410, title: 'The data was erased' },
  'legal-hold': { status: 409, title: 'The customer is under a legal hold' },
  'legal-hold-unknown': { status: 404, title: 'The customer is under no legal hold' },
  'alias-taken': { status: 409, title: 'An alias belongs to another customer or account' },
  'phone-invalid': { status: 422, title: 'The phone number is not valid' },
  'locale-unknown': { status: 422, title: 'The locale is not a BCP 47 language tag' },
  'time-zone-unknown': { status: 422, title: 'The time zone is not an IANA name' },
  'holder-duplicate': { status: 422, title: 'The account names a holder twice' },
  // files of entries
  'source-takes-no-files': { status: 422, title: 'The source takes no files' },
  'statement-unknown': { status: 404, title: 'No file with this id was ever taken' },
  'statement-changed': { status: 409, title: 'The file was changed while it was read' },
  'statement-under-way': { status: 409, title: 'The file is being taken at this moment' },
  // what customers choose
  'topic-unknown': { status: 422, title: 'No rule has this topic' },
  'topic-mandatory': { status: 422, title: 'This topic cannot be switched off' },
  'parameter-unknown': { status: 422, title: 'No rule of this topic has this parameter' },
  'parameter-fixed': { status: 422, title: 'The bank does not let customers change this parameter' },
  'parameter-malformed': { status: 422, title: 'The value is not of the type that the parameter has' },
  'parameter-out-of-bounds': { status: 422, title: 'The value is outside what the bank allows' },
  'no-rate': { status: 422, title: 'There is no exchange rate for this currency' },
  // one-time codes
  'confirm-needed': { status: 422, title: 'A code for this purpose is bound to what it confirms' },
  'confirm-unexpected': { status: 422, title: 'This is not what a code for this purpose confirms' },
  'no-phone': { status: 409, title: 'The customer has no usable phone' },
  'phone-too-new': { status: 409, title: 'The number was changed too recently to confirm anything with it' },
  'challenge-limited': { status: 429, title: 'Too many codes or failures: try again later' },
  'challenge-undeliverable': { status: 409, title: 'The code would not be sent' },
  // the customers' own pages
  'phrase-unfit': { status: 422, title: 'The phrase cannot be printed in messages' },
  'short-links-off': { status: 409, title: 'No address is configured that short links could begin with' },
  'short-link-lane': { status: 422, title: 'Texts of this lane hold no links' },
  'short-link-name': { status: 422, title: 'A link has a name that texts cannot use' },
  'short-link-target': { status: 422, title: 'A link leads where it may not' },
  'verify-limited': { status: 429, title: 'Too many codes were asked for: try again later' },
  // alerts, holds, rules
  'alert-unknown': { status: 404, title: 'No such alert' },
  'alert-not-redrivable': { status: 409, title: 'This alert is not one that can be sent again' },
  'event-unknown': { status: 404, title: 'No such event is stored' },
  'hold-target-unknown': { status: 422, title: 'There is nothing of this name to hold' },
  'rule-set-unknown': { status: 404, title: 'No such rule set is stored' },
  'already-approved': { status: 409, title: 'The same person has approved this rule set before' },
  'too-old': { status: 422, title: 'The event is older than duplicates are remembered' },
  'id-reused': { status: 422, title: 'The id is known with another content' },
  // campaigns
  'campaign-unknown': { status: 404, title: 'No such campaign' },
  'campaign-invalid': { status: 422, title: 'The campaign has a mistake' },
  'campaign-exists': { status: 409, title: 'A campaign of this name says something else' },
  'campaign-state': { status: 409, title: 'The campaign does not stand so that this could be done' },
  'campaign-approved-already': { status: 409, title: 'The same person asked to start this campaign before' },
  'campaign-budget-spent': { status: 409, title: "The campaign's budget is spent" },
  // platforms' own webhooks
  'source-unknown': { status: 404, title: 'No such source is configured' },
  'source-fetch-failed': { status: 503, title: 'What the webhook refers to could not be fetched: send it again' },
  'registration-invalid': { status: 422, title: 'What the mapping registers is no customer or account' },
  // webhooks to the bank
  'webhook-unknown': { status: 404, title: 'No such webhook' },
  'webhook-not-dead': { status: 409, title: 'The webhook was not given up' },
  // receipts and messages
  'callback-unverified': { status: 401, title: 'The callback is not from the provider' },
  'callback-malformed': { status: 400, title: 'The callback cannot be read' },
  // this side
  'queue-full': { status: 503, title: 'More events are waiting than may: send again shortly' },
  stopping: { status: 503, title: 'The service is stopping: send again shortly' },
  'database-unavailable': { status: 503, title: 'The database cannot be used just now: send again shortly' },
  'internal-error': { status: 500, title: 'Something went wrong on this side' },
};

export const PROBLEM_CODES: ReadonlyMap<string, ProblemCode> = new Map([
  ...Object.entries(EVENT_REFUSAL_CODES).map(([code, title]): [string, ProblemCode] => [code, { status: 422, title }]),
  ...Object.entries(MAPPING_REFUSALS).map(([code, title]): [string, ProblemCode] => [code, { status: 422, title }]),
  ...Object.entries(REQUEST_REFUSALS).map(listed),
  ...Object.entries(SIGNATURE_REFUSALS).map(listed),
  ...Object.entries(OWN),
]);

function listed([code, { status, explanation }]: [string, { status: number; explanation: string }]): [
  string,
  ProblemCode,
] {
  return [code, { status, title: explanation }];
}
