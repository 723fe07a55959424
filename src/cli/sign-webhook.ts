/** Signs a body as Standard Webhooks does: what a core system has to do, and what the demo and `events send` do. */
import { createHmac } from 'node:crypto';
import { webhookKey } from '../http/signature/webhook-secret.js';

/** The three headers. `at` is epoch milliseconds. */
export function signWebhook(secret: string, id: string, at: number, body: string): Record<string, string> {
  const seconds = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', webhookKey(secret)).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}
