/** Reads the XML document that SNS answered. Only its own codes count; a proxy's page is `unknown`. */
import type { HttpResult, SendOutcome } from '../../../src/contracts/adapter.js';
import { type HttpResponse, retryable, unreadable, withoutResponse } from '../shared/outcome.js';

/** Keys that are wrong, expired or may not publish, and a clock that is wrong: nothing goes out until somebody repairs it. */
const AUTHENTICATION = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSecurity',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
/** SNS did nothing, and says so. */
const RETRYABLE = new Set([
  'KMSThrottling',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'Throttled',
  'Throttling',
  'ThrottlingException',
]);

export function readAnswer(result: HttpResult, now: number): SendOutcome {
  if (result.kind !== 'response') return withoutResponse('aws-sns', result);
  const { status, body } = result;
  if (status === 200) return readPublished(result);
  const code = /<ErrorResponse\b[\s\S]*?<Code>([A-Za-z.]{1,60})<\/Code>/.exec(body)?.[1];
  if (code === undefined) return withoutDocument(result, now);
  if (RETRYABLE.has(code)) return retryable(`aws-sns-${dashed(code)}`, result, now);
  if (AUTHENTICATION.has(code)) return { status: 'rejected', code: 'aws-sns-authentication', scope: 'account' };
  return { status: status >= 400 && status < 500 ? 'rejected' : 'unknown', code: `aws-sns-${dashed(code)}` };
}

function readPublished(response: HttpResponse): SendOutcome {
  const id = /<PublishResponse\b[\s\S]*<MessageId>([0-9a-f-]{1,64})<\/MessageId>[\s\S]*<\/PublishResponse>/.exec(
    response.body,
  )?.[1];
  return id === undefined ? unreadable('aws-sns', response) : { status: 'accepted', providerId: id };
}

function withoutDocument(response: HttpResponse, now: number): SendOutcome {
  const { status } = response;
  if (status === 429) return retryable('aws-sns-429-too-many', response, now);
  if (status === 408 || status < 400 || status >= 500) return unreadable('aws-sns', response);
  return { status: 'rejected', code: `aws-sns-${status}-refused` };
}

/** `InvalidParameter` and `KMSDisabled` become `invalid-parameter` and `kms-disabled`. */
function dashed(code: string): string {
  return code
    .replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-')
    .replace(/[^A-Za-z]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
}
