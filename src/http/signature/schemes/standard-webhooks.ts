/** Standard Webhooks 1.0, as Lithic and many others send; the same code as `POST /v1/events` uses. */
import { onlyHeader } from '../raw-header.js';
import { type SecretEntry, secretsOf, senderOf } from '../source-secrets.js';
import { verifyStandardWebhook } from '../standard-webhooks.js';
import { webhookKey } from '../webhook-secret.js';
import type { Scheme } from './scheme.js';

export interface StandardWebhooksSettings {
  secrets: SecretEntry[];
  toleranceSeconds?: number;
}

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

export const standardWebhooks: Scheme<StandardWebhooksSettings> = {
  name: 'standard-webhooks',
  create({ secrets: entries, toleranceSeconds = 300 }) {
    const secrets = secretsOf(entries, webhookKey);
    return (request) => {
      const headers = Object.fromEntries(HEADERS.map((name) => [name, onlyHeader(request, name)]));
      const { rawBody: body, now } = request;
      return senderOf(verifyStandardWebhook({ body, headers, secrets, toleranceSeconds, now }).secret);
    };
  },
};
