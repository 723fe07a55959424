/** Why a sender is not believed: a closed list. Messages never say which secret, nor what was expected. */
import { LedgerbellError } from '../../contracts/errors.js';

export const SIGNATURE_REFUSALS = {
  'signature-missing': {
    status: 401,
    explanation:
      'A header that proves the sender is missing: webhook-id, webhook-timestamp and webhook-signature for events; what its ' +
      'scheme asks for of a platform.',
  },
  'signature-malformed': {
    status: 401,
    explanation: 'The signature is not written as its scheme writes it: v1,<base64> in webhook-signature.',
  },
  'timestamp-malformed': {
    status: 401,
    explanation: 'The time of signing is not written as its scheme writes it: seconds since 1970 in webhook-timestamp.',
  },
  'timestamp-too-old': {
    status: 401,
    explanation: 'The time of signing is too old. Sign again when you retry, and check the clock.',
  },
  'timestamp-in-future': { status: 401, explanation: 'The time of signing is in the future. Check the clock.' },
  'signature-invalid': {
    status: 401,
    explanation:
      'No signature matches. It covers the body exactly as sent, byte for byte: `id.timestamp.body` of Standard Webhooks.',
  },
  'header-duplicated': { status: 401, explanation: 'A header that proves the sender was sent twice.' },
  'credentials-invalid': {
    status: 401,
    explanation: 'The credentials or the certificate are not ones that are configured.',
  },
  'address-not-allowed': { status: 403, explanation: 'This address is not one that may send here.' },
  'key-unknown': {
    status: 401,
    explanation: 'The key that signed is not known to whom it is said to belong, or has expired.',
  },
  'key-unavailable': {
    status: 503,
    explanation: 'The key that signed could not be asked for just now: send again shortly.',
  },
  'secret-may-not-send': { status: 403, explanation: 'The secret may not send this source, type or entity.' },
  'binary-id-mismatch': {
    status: 403,
    explanation: 'In the binary form, ce-id must equal webhook-id: only the latter is signed.',
  },
  'binary-needs-fixed-secret': {
    status: 403,
    explanation:
      'In the binary form the ce-* headers are not signed, so source and type must be fixed by the secret: configure it as ' +
      '{ "id", "secret", "sources": [...], "types": [...] } with exact values, or send the structured form.',
  },
  'binary-attribute-unsigned': {
    status: 403,
    explanation:
      'In the binary form the ce-* headers are not signed, so `learn` and `entity` cannot be set there. Send the structured form.',
  },
} as const;

export type SignatureRefusalCode = keyof typeof SIGNATURE_REFUSALS;

/** `status` is the HTTP status to answer with. */
export class SignatureRefused extends LedgerbellError {
  declare readonly code: SignatureRefusalCode;
  readonly status: number;

  constructor(code: SignatureRefusalCode) {
    super(code, SIGNATURE_REFUSALS[code].explanation);
    this.name = 'SignatureRefused';
    this.status = SIGNATURE_REFUSALS[code].status;
  }
}
