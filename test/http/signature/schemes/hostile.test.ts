/** Whatever anybody sends, each scheme answers with a refusal of its list: it never believes, and never fails. */
import { expect } from 'chai';
import fc from 'fast-check';
import { createVerifier, SCHEMES, type SignatureSettings } from '../../../../src/http/signature/schemes/index.js';
import { SIGNATURE_REFUSALS } from '../../../../src/http/signature/signature-refused.js';
import { inbound } from './scheme-contract.js';

const secrets = ['a secret that nobody guesses'];
const SETTINGS: SignatureSettings[] = [
  { scheme: 'standard-webhooks', secrets },
  ...['github', 'column', 'unit', 'synctera', 'moov', 'increase', 'stripe'].map((preset) => ({
    scheme: 'hmac',
    preset,
    secrets,
  })),
  {
    scheme: 'hmac',
    secrets,
    header: 'x-signature',
    repeated: true,
    time: { header: 'x-timestamp', format: 'milliseconds' },
    template: '{timestamp}{body}',
  },
  { scheme: 'stripe', secrets },
  { scheme: 'jwt-body-hash', clientId: 'c', secret: 'a secret that nobody guesses', baseUrl: 'http://127.0.0.1:1' },
  { scheme: 'basic', users: [{ username: 'u', password: 'a password that nobody guesses' }] },
  { scheme: 'static-header', header: 'x-signature', secrets },
  {
    scheme: 'mutual-tls-header',
    header: 'x-signature',
    proxies: ['192.0.2.1'],
    certificates: [{ id: 'c', fingerprint: 'a'.repeat(64) }],
  },
  { scheme: 'none', acknowledge: 'anyone-who-reaches-this-address-can-post', addresses: ['10.0.0.0/8'] },
];

const NAMES = [
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'x-hub-signature-256',
  'column-signature',
  'x-unit-signature',
  'synctera-signature',
  'request-timestamp',
  'x-signature',
  'x-timestamp',
  'x-nonce',
  'x-webhook-id',
  'increase-webhook-signature',
  'stripe-signature',
  'plaid-verification',
  'authorization',
  'x-forwarded-for',
];
const NOW_SECONDS = 1_780_315_200;
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom(
    '',
    ',',
    '.',
    '..',
    '...',
    'v1,',
    'sha256=',
    't=,v1=',
    `t=${NOW_SECONDS},v1=${'0'.repeat(64)}`,
    `v1,${'A'.repeat(43)}=`,
    'Basic ',
    'Basic Og==',
  ),
  fc.constantFrom(
    String(NOW_SECONDS),
    String(NOW_SECONDS * 1000),
    '2026-06-01T12:00:00Z',
    '10.0.0.1',
    '0'.repeat(64),
    'A'.repeat(100_000),
  ),
);
const headers = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 8 });

describe('schemes and hostile requests', () => {
  it('are all tried here', () => {
    expect(new Set(SETTINGS.map(({ scheme }) => scheme))).to.deep.equal(new Set(SCHEMES.map(({ name }) => name)));
  });

  for (const settings of SETTINGS) {
    it(`${settings.scheme}${settings.preset ? ` (${settings.preset})` : ''} refuses whatever it is sent, by a name of the list`, async () => {
      const verifier = createVerifier(settings, { http: () => Promise.resolve({ kind: 'not-sent', code: 'refused' }) });
      await fc.assert(
        fc.asyncProperty(headers, fc.uint8Array({ maxLength: 40 }), async (sent, body) => {
          const verdict = await verifier.verify(inbound(sent, { rawBody: Buffer.from(body) }));
          if (verdict.ok) throw new Error('believed');
          expect(Object.keys(SIGNATURE_REFUSALS)).to.include(verdict.code);
        }),
        { numRuns: 150 },
      );
    });
  }
});
