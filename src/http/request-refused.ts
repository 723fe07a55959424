/** What can be wrong with a request before any event in it is looked at: a closed list with the HTTP status of each. */
import { LedgerbellError } from '../contracts/errors.js';

export const REQUEST_REFUSALS = {
  'body-too-large': { status: 413, explanation: 'The body is larger than the configured limit.' },
  'body-aborted': { status: 400, explanation: 'The connection closed before the whole body had come.' },
  'body-not-utf8': { status: 400, explanation: 'The body is not UTF-8.' },
  'raw-body-consumed': {
    status: 500,
    explanation: 'The host application read the body before us, so its signature cannot be verified.',
  },
  'content-encoding-unsupported': { status: 415, explanation: 'Compressed bodies are not taken.' },
  'content-type-unsupported': {
    status: 415,
    explanation: 'Events come as application/cloudevents+json, application/cloudevents-batch+json or application/json.',
  },
  'json-malformed': { status: 400, explanation: 'The body is not JSON.' },
  'forbidden-key': {
    status: 400,
    explanation: 'A key (`__proto__`, or `prototype` inside `constructor`) is refused for safety.',
  },
  'header-malformed': { status: 400, explanation: 'A ce-* header cannot be read.' },
  'batch-malformed': { status: 400, explanation: 'A batch is a JSON list of events.' },
  'batch-too-large': { status: 413, explanation: 'The batch holds more events than the configured limit.' },
} as const;

export type RequestRefusalCode = keyof typeof REQUEST_REFUSALS;

/** `status` is the HTTP status to answer with. */
export class RequestRefused extends LedgerbellError {
  declare readonly code: RequestRefusalCode;
  readonly status: number;

  constructor(code: RequestRefusalCode, message: string = REQUEST_REFUSALS[code].explanation, cause?: unknown) {
    super(code, message, { cause });
    this.name = 'RequestRefused';
    this.status = REQUEST_REFUSALS[code].status;
  }
}
