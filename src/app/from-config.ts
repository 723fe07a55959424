/** What the house is told of the configuration, in the words of the flows. */
import type { Config } from '../config/config.js';
import type { House } from '../flows/house.js';
import type { WebhookEndpoint } from '../flows/webhooks/endpoints.js';
import type { EventsEndpoint } from '../http/events-handler.js';
import { webhookKey } from '../http/signature/webhook-secret.js';

export function settingsOf(config: Config): House['settings'] {
  const { locale, timeZone, rates, holidays, neutralWords } = config;
  return { locale, timeZone, rates, holidays, neutralWords, contactChangeMs: config.delivery.contactChangeMs };
}

export function deliveryOf({ sms, delivery }: Config): House['delivery'] {
  return {
    senders: sms.senders,
    attemptMs: delivery.attemptMs,
    concurrency: delivery.concurrency,
    routes: sms.routes,
    residency: sms.residency,
    unknown: sms.unknown,
    throttle: sms.throttle,
    ceilings: sms.ceilings,
  };
}

/** The one of `bankWebhook` first, so that it is asked first where an alert is for the bank. */
export function endpointsOf({ bankWebhook, webhooks }: Config): WebhookEndpoint[] {
  const first =
    bankWebhook === undefined ? [] : [{ name: 'bank', url: bankWebhook.url, secrets: [bankWebhook.secret] }];
  return [...first, ...webhooks.endpoints].map(({ secrets, ...endpoint }) => ({
    ...endpoint,
    keys: secrets.map(webhookKey),
  }));
}

/** Who may post events. */
export function eventsEndpointOf({ ingest: { signature } }: Config): EventsEndpoint {
  return {
    secrets: signature.secrets.map(({ secret, ...limits }) => ({ ...limits, key: webhookKey(secret) })),
    toleranceSeconds: signature.toleranceSeconds,
  };
}
