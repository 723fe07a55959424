/**
 * GitHub's signer is its official package, @octokit/webhooks-methods. Increase publishes one vector in the tests of its SDKs
 * (Apache-2.0), repeated here. Column, Unit, Synctera and Moov publish neither a signer nor a vector for JavaScript: theirs are
 * signed with node:crypto, as their documentation describes it.
 */
import { createHmac } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { expect } from 'chai';
import { createVerifier } from '../../../../src/http/signature/schemes/index.js';
import {
  BODY,
  changed,
  describeScheme,
  type Headers,
  inbound,
  NO_TOOLS,
  NOW,
  otherBase64,
  otherHex,
  outcome,
  type Which,
} from './scheme-contract.js';

const SECRETS = { old: 'the old secret of the test', new: 'the new secret of the test' };
const settings = (rest: object) => (secrets: readonly Which[]) => ({
  scheme: 'hmac',
  secrets: secrets.map((id) => ({ id, secret: SECRETS[id] })),
  ...rest,
});
const hmac = (algorithm: string, secret: string, text: string) => createHmac(algorithm, secret).update(text);
const seconds = (at: number) => String(Math.floor(at / 1000));
const NO_TIME = 'a request that was seen once can be sent again at any time';

describeScheme({
  title: 'hmac: github',
  settings: settings({ preset: 'github' }),
  sign: async (body, _at, secret) => [['X-Hub-Signature-256', await sign(SECRETS[secret], body)]],
  required: ['x-hub-signature-256'],
  otherEncodings: (headers) => otherHex(headers, 'x-hub-signature-256', 'sha256='),
  holes: { time: NO_TIME },
});

describeScheme({
  title: 'hmac: column',
  settings: settings({ preset: 'column' }),
  sign: (body, _at, secret) => [['Column-Signature', hmac('sha256', SECRETS[secret], body).digest('hex')]],
  required: ['column-signature'],
  otherEncodings: (headers) => otherHex(headers, 'column-signature'),
  holes: { time: NO_TIME },
});

describeScheme({
  title: 'hmac: unit',
  settings: settings({ preset: 'unit' }),
  sign: (body, _at, secret) => [['X-Unit-Signature', hmac('sha1', SECRETS[secret], body).digest('base64')]],
  required: ['x-unit-signature'],
  otherEncodings: (headers) => otherBase64(headers, 'x-unit-signature'),
  holes: { time: NO_TIME },
});

describeScheme({
  title: 'hmac: synctera',
  settings: settings({ preset: 'synctera' }),
  sign: (body, at, secret) => [
    ['Request-Timestamp', seconds(at)],
    ['Synctera-Signature', hmac('sha256', SECRETS[secret], `${seconds(at)}.${body}`).digest('hex')],
  ],
  required: ['request-timestamp', 'synctera-signature'],
  otherEncodings: (headers) => [
    ...otherHex(headers, 'synctera-signature'),
    changed(headers, 'request-timestamp', (time) => `0${time}`),
  ],
});

describeScheme({
  title: 'hmac: moov',
  settings: settings({ preset: 'moov', acknowledge: 'the-body-is-not-signed' }),
  sign: (_body, at, secret) => {
    const time = new Date(at).toISOString();
    return [
      ['X-Timestamp', time],
      ['X-Nonce', 'b9a4f0c1'],
      ['X-Webhook-ID', '4c0a6a4e-0000-4000-8000-000000000001'],
      [
        'X-Signature',
        hmac('sha512', SECRETS[secret], `${time}|b9a4f0c1|4c0a6a4e-0000-4000-8000-000000000001`).digest('hex'),
      ],
    ];
  },
  required: ['x-timestamp', 'x-nonce', 'x-webhook-id', 'x-signature'],
  otherEncodings: (headers) => [
    ...otherHex(headers, 'x-signature'),
    changed(headers, 'x-timestamp', (time) => time.replace('Z', '+00:00')),
  ],
  holes: { body: 'within the tolerance, another body can be sent with the same headers' },
});

describeScheme({
  title: 'hmac: increase',
  settings: settings({ preset: 'increase' }),
  sign: (body, at, secret) => {
    const time = new Date(at).toISOString().replace('.000Z', 'Z');
    const proof = hmac('sha256', SECRETS[secret], `${time}.${body}`).digest('hex');
    return [['Increase-Webhook-Signature', `t=${time},v1=${proof}`]];
  },
  required: ['increase-webhook-signature'],
  otherEncodings: (headers) =>
    [
      (value: string) => value.replace(/v1=(.*)/, (_all, proof) => `v1=${proof.toUpperCase()}`),
      (value: string) => value.replace(',', ', '),
      (value: string) => value.replace('Z,', '.000Z,'),
      (value: string) => value.replace(/t=([^,]*)/, 't=$1,t=$1'),
    ].map((change) => changed(headers, 'increase-webhook-signature', change)),
});

/** Described part by part, with everything that a description can say. */
describeScheme({
  title: 'hmac: described in the configuration',
  settings: settings({
    algorithm: 'sha512',
    encoding: 'base64url',
    header: 'X-Core-Signature',
    prefix: 'v1=',
    repeated: true,
    time: { header: 'X-Core-Time', format: 'milliseconds' },
    template: 'POST {header:X-Core-Id}\n{timestamp}\n{body}',
  }),
  sign: (body, at, secret) => [
    ['X-Core-Id', 'm-1'],
    ['X-Core-Time', String(at)],
    ['X-Core-Signature', `v1=${hmac('sha512', SECRETS[secret], `POST m-1\n${at}\n${body}`).digest('base64url')}`],
  ],
  required: ['x-core-id', 'x-core-time'],
  otherEncodings: (headers) =>
    [
      (value: string) => `${value}==`,
      (value: string) => `v1=${Buffer.from(value.slice(3), 'base64url').toString('base64')}`,
      (value: string) => value.slice(3),
      (value: string) => `V1=${value.slice(3)}`,
    ].map((change) => changed(headers, 'x-core-signature', change)),
});

describe('hmac, several signatures', () => {
  const judge = async (rest: object, headers: Headers) =>
    outcome(await createVerifier(settings(rest)(['new']), NO_TOOLS).verify(inbound(headers)));
  const proof = (secret: Which, text: string) => hmac('sha256', SECRETS[secret], text).digest('hex');

  it('believes one valid of two that Synctera sends while a secret rotates, in either place', async () => {
    const time = seconds(NOW);
    const [one, other] = [proof('old', `${time}.${BODY}`), proof('new', `${time}.${BODY}`)];
    for (const both of [`${one}.${other}`, `${other}.${one}`]) {
      const headers: Headers = [
        ['Synctera-Signature', both],
        ['Request-Timestamp', time],
      ];
      expect(await judge({ preset: 'synctera' }, headers)).to.equal('believed: new');
    }
    const wrong: Headers = [
      ['Synctera-Signature', `${one}.${one}`],
      ['Request-Timestamp', time],
    ];
    expect(await judge({ preset: 'synctera' }, wrong)).to.equal('signature-invalid');
  });

  it('believes one valid of several headers where they may be repeated, and needs one', async () => {
    const rest = { header: 'x-proof', repeated: true };
    const headers: Headers = [
      ['X-Proof', proof('old', BODY)],
      ['x-proof', proof('new', BODY)],
    ];
    expect(await judge(rest, headers)).to.equal('believed: new');
    expect(await judge(rest, headers.slice(0, 1))).to.equal('signature-invalid');
    expect(await judge(rest, [])).to.equal('signature-missing');
  });

  it('says whether a signature is missing, malformed or wrong', async () => {
    const rest = { preset: 'column' };
    expect(await judge(rest, [])).to.equal('signature-missing');
    expect(await judge(rest, [['Column-Signature', 'soon']])).to.equal('signature-malformed');
    expect(await judge(rest, [['Column-Signature', proof('old', BODY)]])).to.equal('signature-invalid');
  });

  it('reads a key in base64 or hex where the configuration says so', async () => {
    const bytes = Buffer.from('0123456789abcdef');
    for (const key of ['base64', 'hex'] as const) {
      const verifier = createVerifier(
        { scheme: 'hmac', header: 'x-proof', key, secrets: [{ id: key, secret: bytes.toString(key) }] },
        NO_TOOLS,
      );
      const headers: Headers = [['x-proof', createHmac('sha256', bytes).update(BODY).digest('hex')]];
      expect(outcome(await verifier.verify(inbound(headers)))).to.equal(`believed: ${key}`);
    }
  });

  it('takes the time of Moov, whose documentation does not say how it is written, as seconds too, and never as milliseconds', async () => {
    const rest = { preset: 'moov', acknowledge: 'the-body-is-not-signed' };
    const signed = (time: string): Headers => [
      ['X-Timestamp', time],
      ['X-Nonce', 'n'],
      ['X-Webhook-ID', 'w'],
      ['X-Signature', hmac('sha512', SECRETS.new, `${time}|n|w`).digest('hex')],
    ];
    expect(await judge(rest, signed(seconds(NOW)))).to.equal('believed: new');
    expect(await judge(rest, signed(seconds(NOW - 301_000)))).to.equal('timestamp-too-old');
    expect(await judge(rest, signed(String(NOW)))).to.equal('timestamp-malformed');
  });

  it('agrees with the vector in the tests of the SDKs of Increase', async () => {
    const verifier = createVerifier(
      { scheme: 'hmac', preset: 'increase', secrets: ['whsec_zlFsbBZ8Xcodlpcu6NDTdSzZRLSdhkst'] },
      NO_TOOLS,
    );
    const headers: Headers = [
      [
        'Increase-Webhook-Signature',
        't=2022-01-31T23:59:59Z,v1=3f9c3dcc820ca3adfae8e196d05b09dfef63b91db5ce5ac1407090f2aa424a6f',
      ],
    ];
    const rawBody = Buffer.from('{"id":"event_123abc","created_at":"2020-01-31T23:59:59Z"}');
    const now = Date.parse('2022-01-31T23:59:59Z');
    expect(outcome(await verifier.verify(inbound(headers, { rawBody, now })))).to.equal('believed: secret-1');
  });
});
