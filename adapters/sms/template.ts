/**
 * A commented starting point for an SMS adapter: copy it to `adapters/sms/<name>/index.ts`, or to a package of your
 * own, and replace what the comments name. It compiles, and speaks to a provider that does not exist.
 *
 * An adapter sends one message, once, and says what happened in one of four words. It does not retry, wait, count,
 * remember or fail over: the core does, and it can only do it right when the word is right.
 */
import type { AdapterTools, SendOutcome, SmsAdapterDefinition } from '../../src/contracts/adapter.js';
import { CallbackRefused } from '../../src/contracts/adapter.js';
import { retryAfterMs } from './retry-after.js';

interface TemplateConfig {
  baseUrl: string;
  apiKey: string;
}

/** JSON Schema of your settings; in a folder of its own this is `config.schema.json`. `sensitive` keeps a value out of `/v1/config`. */
const configSchema = {
  type: 'object',
  required: ['baseUrl', 'apiKey'],
  additionalProperties: false,
  properties: {
    baseUrl: { type: 'string', pattern: '^https?://[^\\s@?#]+$' },
    apiKey: { type: 'string', minLength: 1, sensitive: true },
  },
};

const template: SmsAdapterDefinition<TemplateConfig> = {
  name: 'template',
  configSchema,
  // ISO 3166 codes of where your provider handles numbers and texts (`EU` for all of it); a bank's policy may refuse some.
  processesIn: () => ['EU'],
  create: (config, tools) => ({
    send: async (message) => {
      const result = await tools.http({
        method: 'POST',
        url: `${config.baseUrl}/messages`,
        headers: { authorization: `Bearer ${config.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          to: message.to,
          from: message.from,
          text: message.text,
          // Say the encoding if the provider can be told; many guess, and some replace letters silently.
          unicode: message.encoding === 'ucs-2',
          // Our id, where the provider has a field for one. It is for finding a message, seldom a guard against sending twice.
          reference: message.alertId,
          // Mind the unit. Round down: a message must not outlive its deadline.
          validitySeconds: message.expiresAt && Math.max(1, Math.floor((message.expiresAt - tools.now()) / 1000)),
          receiptUrl: tools.receiptUrl(message.alertId),
        }),
      });
      return readAnswer(result, tools);
    },

    // Leave `receipts` out if the provider has none.
    receipts: (request) => {
      // 1. Verify a signature here, over `request.body` as bytes, in constant time. A provider without one is
      //    guarded by the secret in `receiptUrl`, which was checked before this runs.
      // 2. Read. What you do not understand is refused, never guessed.
      if (request.query.get('status') !== 'delivered')
        throw new CallbackRefused('callback-malformed', 'unknown status');
      return [{ alertId: request.query.get('alert') ?? undefined, state: 'delivered' }];
    },
  }),
};
export default template;

/** Never put an answer's body, an address or a header into a code: they hold numbers, texts and keys. */
function readAnswer(result: Awaited<ReturnType<AdapterTools['http']>>, tools: AdapterTools): SendOutcome {
  // No connection was made: certainly not sent.
  if (result.kind === 'not-sent') return { status: 'retryable', code: `template-${result.code}` };
  // It left and nothing usable came back: it may have been sent. Never `retryable`, or a customer gets it twice.
  if (result.kind === 'no-answer') return { status: 'unknown', code: `template-${result.code}` };
  if (result.status === 429 || result.status === 503) {
    const wait = retryAfterMs(result.headers, tools.now());
    return { status: 'retryable', code: `template-${result.status}`, retryAfterMs: wait };
  }
  if (result.status >= 400 && result.status < 500) return { status: 'rejected', code: `template-${result.status}` };
  // A 200 can hold a refusal of this one recipient, or a proxy's welcome page: read the body before you believe it.
  const id = /^\{"id":"([0-9a-f-]{1,64})"\}$/.exec(result.body)?.[1];
  return id === undefined ? { status: 'unknown', code: 'template-unreadable' } : { status: 'accepted', providerId: id };
}
