/** How one platform signs with HMAC: what is keyed, over what, and where in the headers the proof stands. */
import type { KeyFormat } from '../source-secrets.js';
import type { TimeFormat } from '../timely.js';

export interface HmacPlan {
  algorithm: 'sha1' | 'sha256' | 'sha512';
  /** How the signature is written: lower-case hex; base64 with its padding; base64url without. Others are refused. */
  encoding: 'hex' | 'base64' | 'base64url';
  /** How the secret is read. */
  key: KeyFormat;
  /** Header with the signature, lower-case. */
  header: string;
  /** Stands before each signature: `sha256=`. */
  prefix: string;
  /** Between several signatures in the header. */
  separator?: string;
  /** The header may be sent several times, once for each signature. */
  repeated?: boolean;
  /** In a header such as `t=1,v1=abc`: the field of signatures, and that of the time. */
  fields?: { signature: string; time?: string };
  /** Where the time of signing stands, if not in `fields`; `header` is lower-case. */
  time?: { header?: string; format: TimeFormat };
  /** What is signed: text with `{body}`, `{timestamp}` and `{header:x-name}`. */
  template: string;
}

const PLAIN = { encoding: 'hex', key: 'text', prefix: '', template: '{body}' } as const;

/**
 * Platforms by name; each as its documentation describes it, and docs/signatures.md says what it leaves open.
 * Moov's does not cover the body.
 */
export const HMAC_PRESETS = {
  github: { ...PLAIN, algorithm: 'sha256', header: 'x-hub-signature-256', prefix: 'sha256=' },
  column: { ...PLAIN, algorithm: 'sha256', header: 'column-signature' },
  unit: { ...PLAIN, algorithm: 'sha1', header: 'x-unit-signature', encoding: 'base64' },
  synctera: {
    ...PLAIN,
    algorithm: 'sha256',
    header: 'synctera-signature',
    separator: '.',
    time: { header: 'request-timestamp', format: 'seconds' },
    template: '{timestamp}.{body}',
  },
  moov: {
    ...PLAIN,
    algorithm: 'sha512',
    header: 'x-signature',
    time: { header: 'x-timestamp', format: 'seconds-or-rfc3339' },
    template: '{timestamp}|{header:x-nonce}|{header:x-webhook-id}',
  },
  increase: {
    ...PLAIN,
    algorithm: 'sha256',
    header: 'increase-webhook-signature',
    fields: { signature: 'v1', time: 't' },
    time: { format: 'rfc3339' },
    template: '{timestamp}.{body}',
  },
  stripe: {
    ...PLAIN,
    algorithm: 'sha256',
    header: 'stripe-signature',
    fields: { signature: 'v1', time: 't' },
    time: { format: 'seconds' },
    template: '{timestamp}.{body}',
  },
} as const satisfies Record<string, HmacPlan>;

export type HmacPreset = keyof typeof HMAC_PRESETS;
