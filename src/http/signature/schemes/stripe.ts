/** Stripe's `Stripe-Signature: t=...,v1=...`, several `v1` while a secret rolls. The secret's text, `whsec_` and all, is the key. */

import type { SecretEntry } from '../source-secrets.js';
import { hmac } from './hmac.js';
import type { Scheme } from './scheme.js';

export interface StripeSettings {
  secrets: SecretEntry[];
  toleranceSeconds?: number;
}

export const stripe: Scheme<StripeSettings> = {
  name: 'stripe',
  create: (settings, tools) => hmac.create({ ...settings, preset: 'stripe' }, tools),
};
