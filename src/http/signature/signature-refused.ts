/** Why a sender is not believed: a closed list. Messages never say which secret, nor what was expected. */
import { LedgerbellError } from '../../contracts/errors.js';

export const SIGNATURE_REFUSALS = {
  'signature-missing': {
    status: 401,
    explanation: 'webhook-id, webhook-timestamp and webhook-signature are required.',
  },
  'signature-malformed': { status: 401, explanation: 'webhook-signature holds no signature of the form v1,<base64>.' },
  'timestamp-malformed': { status: 401, explanation: 'webhook-timestamp is not a whole number of seconds since 1970.' },
  'timestamp-too-old': {
    status: 401,
    explanation: 'webhook-timestamp is too old. Sign again when you retry, and check the clock.',
  },
  'timestamp-in-future': { status: 401, explanation: 'webhook-timestamp is in the future. Check the clock.' },
  'signature-invalid': {
    status: 401,
    explanation: 'No signature matches. It covers `id.timestamp.body`: the body exactly as sent, byte for byte.',
  },
  'header-duplicated': { status: 401, explanation: 'A webhook-* header was sent twice.' },
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
