/**
 * A commented starting point for an SMS adapter. Copy it into a package of your own (docs/adapters/writing-one.md goes through it
 * step by step) or to `adapters/sms/<name>/`, and replace what the comments name. It compiles, keeps the contract of all adapters,
 * and speaks to a provider that does not exist.
 *
 * An adapter sends one message, once, and says what happened in one of four words. It does not retry, wait, count,
 * remember or fail over: the core does, and it can only do it right when the word is right.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
// In a package of your own: from 'ledgerbell/contracts'. It is the only thing of ours that an adapter needs.
import {
  type AdapterTools,
  CallbackRefused,
  type CallbackRequest,
  type HttpResult,
  type LookupOutcome,
  type ReceiptState,
  type SendOutcome,
  type SmsAdapterDefinition,
} from '../../src/contracts/adapter.js';

export interface TemplateConfig {
  baseUrl: string;
  apiKey: string;
  signingSecret: string;
}

/** JSON Schema of your settings; in a folder of its own this is `config.schema.json`. `sensitive` keeps a value out of `/v1/config`. */
const configSchema = {
  type: 'object',
  required: ['baseUrl', 'apiKey', 'signingSecret'],
  additionalProperties: false,
  properties: {
    baseUrl: { type: 'string', pattern: '^https?://[^\\s@?#]+$' },
    apiKey: { type: 'string', minLength: 1, sensitive: true },
    signingSecret: { type: 'string', minLength: 1, sensitive: true },
  },
};

const template: SmsAdapterDefinition<TemplateConfig> = {
  name: 'template',
  configSchema,
  // ISO 3166 codes of where your provider handles numbers and texts (`EU` for all of it); a bank's policy may refuse some.
  processesIn: () => ['EU'],
  create: (config, tools) => ({
    send: async (message) => {
      const left = message.expiresAt === undefined ? undefined : message.expiresAt - tools.now();
      const result = await tools.http({
        method: 'POST',
        url: addressOf(config, '/messages'),
        headers: { ...headersOf(config), 'content-type': 'application/json' },
        body: JSON.stringify({
          to: message.to,
          from: message.from,
          text: message.text,
          // Say the encoding if the provider can be told; many guess, and some replace letters silently.
          unicode: message.encoding === 'ucs-2',
          // Our id, where the provider has a field for one. It is for finding a message, seldom a guard against sending twice.
          reference: message.alertId,
          // Mind the unit. Round down: a message must not outlive its deadline.
          validitySeconds: left === undefined ? undefined : Math.max(1, Math.floor(left / 1_000)),
          receiptUrl: tools.receiptUrl(message.alertId),
        }),
      });
      return readAnswer(result, tools);
    },

    // Leave `lookup` out if the provider cannot be asked.
    lookup: async ({ alertId }) => {
      const query = new URLSearchParams({ reference: alertId });
      const url = addressOf(config, `/messages?${query}`);
      return readLookup(await tools.http({ method: 'GET', url, headers: headersOf(config) }));
    },

    // `address` if the provider signs nothing: the secret in the address was then checked before your code runs.
    callbacks: 'signature',
    // Leave out what the provider does not have.
    receipts: (request) => {
      const { id, reference, status } = verified(config, request);
      const state = STATES.get(String(status));
      // What you do not understand is refused, never guessed.
      if (state === undefined || typeof reference !== 'string') throw malformed('this is no report');
      return [{ alertId: reference, ...(isId(id) && { providerId: id }), state, code: String(status) }];
    },
    inbound: (request) => {
      const { id, from, to, text } = verified(config, request);
      if (typeof from !== 'string' || typeof to !== 'string' || typeof text !== 'string')
        throw malformed('this is no message of a customer');
      return [{ ...(isId(id) && { providerId: id }), from, to, text }];
    },
  }),
};
export default template;

/** Their states in our words. Only what ends a message is `delivered` or `failed`. */
const STATES = new Map<string, ReceiptState>([
  ['queued', 'accepted'],
  ['sent', 'accepted'],
  ['delivered', 'delivered'],
  ['undelivered', 'failed'],
]);

function addressOf({ baseUrl }: TemplateConfig, path: string): string {
  return `${baseUrl.replace(/\/+$/, '')}${path}`;
}

function headersOf({ apiKey }: TemplateConfig): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` };
}

/** Never put an answer's body, an address or a header into a code: they hold numbers, texts and keys. */
function readAnswer(result: HttpResult, tools: AdapterTools): SendOutcome {
  // No connection was made: certainly not sent.
  if (result.kind === 'not-sent') return { status: 'retryable', code: `template-${result.code}` };
  // It left and nothing usable came back: it may have been sent. Never `retryable`, or a customer gets it twice.
  if (result.kind === 'no-answer') return { status: 'unknown', code: `template-${result.code}` };
  const { status } = result;
  if (status === 429) return { status: 'retryable', code: 'template-429', ...waitOf(result.headers, tools.now()) };
  // `account`: not this message but the bank's account is the trouble, so another provider may still take it.
  if (status === 401) return { status: 'rejected', code: 'template-authentication', scope: 'account' };
  if (status === 402) return { status: 'rejected', code: 'template-no-credit', scope: 'account' };
  if (status >= 400 && status < 500 && status !== 408) return { status: 'rejected', code: `template-${status}` };
  // A 200 can hold a refusal of this one recipient, or a proxy's welcome page: read the body before you believe it.
  const id = status === 202 ? objectOf(result.body)?.id : undefined;
  return isId(id)
    ? { status: 'accepted', providerId: id }
    : { status: 'unknown', code: `template-${status}-unreadable` };
}

/** `absent` makes the core send again: say it only if the provider promises to show at once whatever it took. */
function readLookup(result: HttpResult): LookupOutcome {
  if (result.kind !== 'response') return { status: 'unclear', code: `template-${result.code}` };
  const message = result.status === 200 ? objectOf(result.body) : undefined;
  const state = STATES.get(String(message?.status));
  if (state === undefined || !isId(message?.id)) return { status: 'unclear', code: 'template-lookup-unclear' };
  return { status: 'found', state, providerId: message.id, code: String(message.status) };
}

/** Verifies before it reads, over the body's bytes, in constant time. */
function verified({ signingSecret }: TemplateConfig, request: CallbackRequest): Record<string, unknown> {
  const expected = Buffer.from(createHmac('sha256', signingSecret).update(request.body).digest('hex'));
  const given = Buffer.from(String(request.headers['x-template-signature'] ?? ''));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new CallbackRefused('callback-unverified', 'the signature is not of this body');
  return objectOf(request.body.toString('utf8')) ?? {};
}

function malformed(message: string): CallbackRefused {
  return new CallbackRefused('callback-malformed', message);
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f-]{1,64}$/.test(value);
}

/** `Retry-After` is seconds or a date (RFC 9110, 10.2.3). */
function waitOf(headers: Headers, now: number): { retryAfterMs?: number } {
  const value = headers.get('retry-after') ?? '';
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(wait) ? { retryAfterMs: Math.max(0, wait) } : {};
}
