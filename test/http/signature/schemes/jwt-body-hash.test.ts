/** Plaid publishes no signer: tokens are signed by jose, an independent library, and keys come from a local server that answers as Plaid's. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createHttp } from '../../../../src/flows/http-client.js';
import { createVerifier } from '../../../../src/http/signature/schemes/index.js';
import { CLIENT, type KeyServer, startKeyServer } from './key-server.js';
import { BODY, changed, describeScheme, type Headers, inbound, NOW, outcome, type Which } from './scheme-contract.js';

const HEADER = 'Plaid-Verification';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let server: KeyServer;
const pairs = {} as Record<Which, { privateKey: CryptoKey; publicKey: CryptoKey }>;

before(async () => {
  server = await startKeyServer();
  for (const kid of ['old', 'new'] as const) pairs[kid] = await generateKeyPair('ES256', { extractable: true });
});
after(() => server.close());

async function publish(...kids: Which[]): Promise<void> {
  server.keys.clear();
  server.asked.length = 0;
  server.failing = undefined;
  for (const kid of ['old', 'new'] as const) {
    const jwk = await exportJWK(pairs[kid].publicKey);
    const expired_at = kids.includes(kid) ? null : Math.floor(NOW / 1000) - 60;
    server.keys.set(kid, { ...jwk, kid, alg: 'ES256', use: 'sig', created_at: 1_560_466_143, expired_at });
  }
}

const token = (kid: Which, body = BODY, at = NOW, claims: object = {}) =>
  new SignJWT({ request_body_sha256: sha256(body), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
    .setIssuedAt(Math.floor(at / 1000))
    .sign(pairs[kid].privateKey);

const settings = (more: object = {}) => ({ scheme: 'jwt-body-hash', ...CLIENT, baseUrl: server.baseUrl, ...more });
const verifier = (more: object = {}) => createVerifier(settings(more), { http: createHttp() });

describeScheme({
  title: 'jwt-body-hash',
  settings: () => ({ ...settings(), unknownKeysPerMinute: 600 }),
  prepare: (secrets) => publish(...secrets),
  sign: async (body, at, secret) => [[HEADER, await token(secret, body, at)]],
  required: [HEADER.toLowerCase()],
  otherEncodings: (headers) =>
    [
      (value: string) => `${value}=`,
      (value: string) => `${value}==`,
      (value: string) => value.replace('.', '=.'),
      (value: string) => value.replace('.', '. '),
      (value: string) => `Bearer ${value}`,
      (value: string) => `${value}.`,
      (value: string) => value.replace(/[^.]+$/, (proof) => Buffer.from(proof, 'base64url').toString('hex')),
    ].map((change) => changed(headers, HEADER.toLowerCase(), change)),
  tools: () => ({ http: createHttp() }),
});

describe('jwt-body-hash, keys and tokens', () => {
  const judge = async (value: string, at = NOW, one = verifier()) =>
    outcome(await one.verify(inbound([[HEADER, value]] as Headers, { now: at })));

  beforeEach(() => publish('old', 'new'));

  it('asks for a key once, however many requests wait for it and come after', async () => {
    const one = verifier();
    const value = await token('new');
    const all = await Promise.all(Array.from({ length: 20 }, () => judge(value, NOW, one)));
    expect(new Set(all)).to.deep.equal(new Set(['believed: new']));
    expect(await judge(value, NOW + 1000, one)).to.equal('believed: new');
    expect(server.asked).to.deep.equal(['new']);
  });

  it('asks again after an hour, and then learns that a key has expired', async () => {
    const one = verifier();
    expect(await judge(await token('old'), NOW, one)).to.equal('believed: old');
    const later = NOW + 3_600_000;
    await publish('new');
    expect(await judge(await token('old', BODY, later - 1000), later - 1000, one)).to.equal('believed: old');
    expect(await judge(await token('old', BODY, later), later, one)).to.equal('key-unknown');
    expect(server.asked).to.deep.equal(['old']);
  });

  it('keeps a known key for a day while nobody answers, and no longer', async () => {
    const one = verifier();
    expect(await judge(await token('new'), NOW, one)).to.equal('believed: new');
    server.failing = { status: 503, body: 'soon' };
    const day = NOW + 86_400_000;
    expect(await judge(await token('new', BODY, day - 1000), day - 1000, one)).to.equal('believed: new');
    expect(await judge(await token('new', BODY, day), day, one)).to.equal('key-unavailable');
  });

  it('asks for unknown keys so many times a minute and no more; known ones are believed meanwhile', async () => {
    const one = verifier({ unknownKeysPerMinute: 3 });
    const good = await token('new');
    expect(await judge(good, NOW, one)).to.equal('believed: new');
    const forged = async (index: number, at = NOW) => {
      const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid: `forged-${index}` })).toString('base64url');
      const [, payload, proof] = (await token('old', BODY, at)).split('.');
      return judge(`${head}.${payload}.${proof}`, at, one);
    };
    const answers = [];
    for (let index = 0; index < 5; index += 1) answers.push(await forged(index));
    expect(answers).to.deep.equal([
      'key-unknown',
      'key-unknown',
      'key-unavailable',
      'key-unavailable',
      'key-unavailable',
    ]);
    expect(await forged(0), 'known to be unknown').to.equal('key-unknown');
    expect(server.asked).to.have.length(3);
    expect(await judge(good, NOW, one)).to.equal('believed: new');
    expect(await forged(7, NOW + 60_000)).to.equal('key-unknown');
  });

  it('asks for nothing when the token itself is too old, of another body, or names no plain id', async () => {
    const one = verifier();
    expect(await judge(await token('new', BODY, NOW - 301_000), NOW, one)).to.equal('timestamp-too-old');
    expect(await judge(await token('new', '{}'), NOW, one)).to.equal('signature-invalid');
    const [, payload, proof] = (await token('new')).split('.');
    for (const kid of ['../new', '', 'a'.repeat(129), 'new\n', 7]) {
      const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url');
      expect(await judge(`${head}.${payload}.${proof}`, NOW, one), String(kid)).to.equal('signature-malformed');
    }
    expect(server.asked).to.deep.equal([]);
  });

  it('takes ES256 and nothing else, whatever the token says of itself', async () => {
    const payload = Buffer.from(JSON.stringify({ iat: NOW / 1000, request_body_sha256: sha256(BODY) })).toString(
      'base64url',
    );
    for (const alg of ['none', 'HS256', 'RS256', 'es256', undefined]) {
      const head = Buffer.from(JSON.stringify({ alg, kid: 'new' })).toString('base64url');
      const proof = Buffer.alloc(64).toString('base64url');
      expect(await judge(`${head}.${payload}.${proof}`), alg).to.equal('signature-malformed');
      expect(await judge(`${head}.${payload}.`), alg).to.equal('signature-malformed');
    }
    const critical = await new SignJWT({ request_body_sha256: sha256(BODY) })
      .setProtectedHeader({ alg: 'ES256', kid: 'new', crit: ['b64'], b64: true })
      .setIssuedAt(NOW / 1000)
      .sign(pairs.new.privateKey);
    expect(await judge(critical)).to.equal('signature-malformed');
  });

  it('refuses a token of one key under the id of another, and claims of other types', async () => {
    const [, payload, proof] = (await token('old')).split('.');
    const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid: 'new' })).toString('base64url');
    expect(await judge(`${head}.${payload}.${proof}`)).to.equal('signature-invalid');
    expect(await judge(await token('new', BODY, NOW, { request_body_sha256: 5 }))).to.equal('signature-malformed');
    expect(await judge(await token('new', BODY, NOW, { request_body_sha256: sha256(BODY).toUpperCase() }))).to.equal(
      'signature-invalid',
    );
  });

  it('fails closed on whatever the server answers, and says that it is not the sender', async () => {
    const value = await token('new');
    const { kid, alg, ...jwk } = server.keys.get('new') as Record<string, unknown>;
    const odd = [
      { status: 500, body: 'oh' },
      { status: 400, body: '{"error_code":"INVALID_API_KEYS"}' },
      { status: 200, body: 'no JSON' },
      { status: 200, body: '{}' },
      { status: 200, body: JSON.stringify({ key: { ...jwk, alg, kid: 'another' } }) },
      { status: 200, body: JSON.stringify({ key: { ...jwk, kid, alg: 'ES384' } }) },
      { status: 200, body: JSON.stringify({ key: { ...jwk, kid, alg, x: 'AAAA' } }) },
    ];
    for (const failing of odd) {
      server.failing = failing;
      expect(await judge(value), failing.body).to.equal('key-unavailable');
    }
    expect(await judge(value, NOW, verifier({ baseUrl: 'http://127.0.0.1:1' }))).to.equal('key-unavailable');
  });
});
