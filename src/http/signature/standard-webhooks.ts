/** Believes a request only if one of the secrets signed its id, its time and its exact bytes (Standard Webhooks 1.0, symmetric `v1`). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignatureRefused } from './signature-refused.js';
import { checkTimely } from './timely.js';
import type { WebhookSecret } from './webhook-secret.js';

export interface SignedRequest {
  /** As sent, before anything parsed it. */
  body: Buffer;
  /** As Node gives them: lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  /** Several while a secret rotates. */
  secrets: readonly WebhookSecret[];
  toleranceSeconds: number;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * Fails closed: without secrets, nothing is believed.
 * @returns the secret that signed, and the id that it signed
 * @throws SignatureRefused
 */
export function verifyStandardWebhook(request: SignedRequest): { secret: WebhookSecret; webhookId: string } {
  const id = onlyHeader(request.headers['webhook-id']);
  const timestamp = onlyHeader(request.headers['webhook-timestamp']);
  const signatures = onlyHeader(request.headers['webhook-signature']);
  // Node joins headers that were sent twice with a comma and a space, which neither of these two can hold.
  if (timestamp.includes(',') || signatures.includes(', ')) throw new SignatureRefused('header-duplicated');
  checkTimely(timestamp, 'seconds', request.now, request.toleranceSeconds);
  const candidates = readSignatures(signatures);
  const secret = request.secrets.find(({ key }) => matchesAny(sign(key, id, timestamp, request.body), candidates));
  if (secret === undefined) throw new SignatureRefused('signature-invalid');
  return { secret, webhookId: id };
}

function onlyHeader(value: string | string[] | undefined): string {
  if (Array.isArray(value) && value.length > 1) throw new SignatureRefused('header-duplicated');
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined || text === '') throw new SignatureRefused('signature-missing');
  return text;
}

/** Those of version 1; other versions are left to who knows them. */
function readSignatures(header: string): Buffer[] {
  const found = header
    .split(' ')
    .map((entry) => /^v1,([A-Za-z0-9+/]{43}=)$/.exec(entry)?.[1])
    .filter((signature) => signature !== undefined);
  if (found.length === 0) throw new SignatureRefused('signature-malformed');
  return found.map((signature) => Buffer.from(signature, 'latin1'));
}

function sign(key: Buffer, id: string, timestamp: string, body: Buffer): Buffer {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`, 'utf8').update(body).digest('base64');
  return Buffer.from(signature, 'latin1');
}

/** Compared as text, because several texts decode to the same bytes; every candidate is compared, in constant time. */
function matchesAny(expected: Buffer, candidates: Buffer[]): boolean {
  let matched = false;
  for (const candidate of candidates) {
    if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) matched = true;
  }
  return matched;
}
