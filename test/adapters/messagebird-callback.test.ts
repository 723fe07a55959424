import { createSecretKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import messagebird from '../../adapters/sms/messagebird/index.js';
import { CallbackRefused, type CallbackRequest, type SmsAdapter } from '../../src/contracts/adapter.js';
import { type Claims, signToken } from './messagebird-token.js';
import { NOW, toolsFor } from './sms-contract.js';

const KEY = 'signing-key-of-the-account';
const ADDRESS = 'https://bank.example/v1/receipts/messagebird?alert=alert-7f3a&token=a%2Fb';
const REPORT = {
  id: 'f28bbe526fc14974b3e7e663a6139b53',
  reference: 'alert-7f3a',
  recipient: '12015550123',
  status: 'delivered',
  statusReason: 'successfully delivered',
  statusDatetime: '2026-01-15T12:00:00+00:00',
  statusErrorCode: '',
};

interface Called {
  url?: string;
  body?: string;
  contentType?: string;
  /** A token, or false for none. */
  token?: string | string[] | false;
  claims?: Claims;
}

function called({ url = ADDRESS, body = '', contentType, token, claims }: Called = {}): CallbackRequest {
  const { pathname, search, searchParams: query } = new URL(url);
  const signature = token === undefined ? signToken(KEY, { url, body, now: NOW, ...claims }) : token;
  const headers = {
    'content-type': contentType,
    ...(signature !== false && { 'messagebird-signature-jwt': signature }),
  };
  const method = body === '' ? 'GET' : 'POST';
  return { method, url: `${pathname}${search}`, publicUrl: url, query, headers, body: Buffer.from(body) };
}
const withReport = (own: object = {}) => `${ADDRESS}&${new URLSearchParams({ ...REPORT, ...own })}`;
const adapterWith = (signingKey: string | undefined, now = NOW): SmsAdapter =>
  messagebird.create({ accessKey: 'k', signingKey }, toolsFor({ now: () => now }));
const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof CallbackRefused) return error.code;
    throw error;
  }
  return 'none';
};

describe('reports and replies that MessageBird sends', () => {
  const signed = adapterWith(KEY);
  const unsigned = adapterWith(undefined);
  const receipt = (own: object) => signed.receipts?.(called({ url: withReport(own) }))[0];

  it('are proven by their signature where a signing key is configured, and by their address otherwise', () => {
    expect([signed.callbacks, unsigned.callbacks]).to.deep.equal(['signature', 'address']);
    expect(unsigned.receipts?.(called({ url: withReport(), token: false }))).to.have.length(1);
  });

  const states: [string, string][] = [
    ['scheduled', 'accepted'],
    ['sent', 'accepted'],
    ['buffered', 'accepted'],
    ['delivered', 'delivered'],
  ];
  for (const [status, state] of states) {
    it(`take ${status} for ${state}`, () => {
      const { id, reference } = REPORT;
      expect(receipt({ status })).to.deep.equal({ alertId: reference, providerId: id, state, code: status });
    });
  }

  const failures: [string, string, string, string, boolean][] = [
    ['delivery_failed', '1', 'unknown subscriber', 'delivery-failed-1', true],
    ['delivery_failed', '12', 'unknown subscriber', 'delivery-failed-12', false],
    ['delivery_failed', '', 'unknown subscriber', 'delivery-failed-unknown-subscriber', true],
    ['delivery_failed', '34', 'received network error', 'delivery-failed-34', false],
    ['delivery_failed', '', 'generic delivery failure', 'delivery-failed-generic-delivery-failure', false],
    ['delivery_failed', '', 'to +12015550123', 'delivery-failed', false],
    ['expired', '27', 'unavailable subscriber', 'expired-27', false],
    ['expired', '', '', 'expired', false],
  ];
  for (const [status, statusErrorCode, statusReason, code, gone] of failures) {
    it(`take ${status} with "${statusErrorCode}" and "${statusReason}" for ${code}${gone ? ', number gone' : ''}`, () => {
      const read = receipt({ status, statusErrorCode, statusReason });
      expect(read).to.include({ state: 'failed', code });
      expect(read?.numberGone).to.equal(gone ? true : undefined);
    });
  }

  it('may come as a form or as JSON, as the flow was set up', () => {
    const form = called({
      body: String(new URLSearchParams({ ...REPORT })),
      contentType: 'application/x-www-form-urlencoded',
    });
    const json = called({ body: JSON.stringify(REPORT), contentType: 'application/json; charset=utf-8' });
    for (const request of [form, json]) expect(signed.receipts?.(request)[0]?.state).to.equal('delivered');
  });

  it('unsigned, speak for the alert of their address alone', () => {
    const other = called({ url: withReport({ reference: 'alert-other' }), token: false });
    expect(refusalOf(() => unsigned.receipts?.(other))).to.equal('callback-malformed');
  });

  it('bring what a customer wrote, with the fields of the API and those of the flow builder', () => {
    const reply = { id: 'in-1', originator: '12015550123', recipient: '3197010240123' };
    const expected = { providerId: 'in-1', from: '+12015550123', to: '3197010240123', text: 'Stopp, see polnud mina' };
    for (const field of ['body', 'payload']) {
      const body = String(new URLSearchParams({ ...reply, [field]: expected.text }));
      expect(signed.inbound?.(called({ body }))).to.deep.equal([expected]);
    }
  });

  const forgeries: [string, Called][] = [
    ['signed with another key', { token: signToken('another', { url: withReport(), body: '', now: NOW }) }],
    ['that say they need no signature', { claims: { algorithm: 'none' } }],
    ['of another issuer', { claims: { iss: 'Somebody' } }],
    ['without an id', { claims: { jti: undefined } }],
    ['without an end', { claims: { exp: undefined } }],
    ['of the next minute', { claims: { nbf: NOW / 1_000 + 6 } }],
    ['of the last minute', { claims: { exp: NOW / 1_000 - 5 } }],
    ['of another address', { claims: { url: ADDRESS } }],
    ['without an address', { claims: { url_hash: undefined } }],
    ['of another body', { body: 'status=delivered', claims: { body: 'status=sent' } }],
    ['whose body is not signed', { body: 'status=delivered', claims: { payload_hash: undefined } }],
    ['whose body was taken away', { claims: { body: 'status=delivered' } }],
  ];
  for (const [what, forged] of forgeries) {
    it(`are refused ${what}`, () => {
      const request = called({ url: withReport(), ...forged });
      expect(refusalOf(() => signed.receipts?.(request))).to.equal('callback-unverified');
      expect(refusalOf(() => signed.inbound?.(request))).to.equal('callback-unverified');
    });
  }
});

interface Vector {
  name: string;
  method: string;
  secret?: string;
  url: string;
  payload?: string;
  timestamp: string;
  token: string;
  valid: boolean;
}
type Verify = (url: string, payload: Buffer, token: string, key: object, options: object) => Promise<true>;

describe("signatures, beside MessageBird's own validator", () => {
  const require = createRequire(import.meta.url);
  const theirs = require('messagebird/lib/webhook-signature-jwt.js') as {
    verify: Verify;
    VerifyOptions: new () => object;
  };
  const vectors = require('messagebird/lib/testdata/webhook-signature-jwt-reference.json') as Vector[];

  const accepts = ({ method, url, payload = '', token, secret, timestamp }: Vector): boolean => {
    const adapter = adapterWith(secret ?? 'none', Date.parse(timestamp));
    const request = { ...called({ url, token }), method, body: Buffer.from(payload) };
    return refusalOf(() => adapter.receipts?.(request)) !== 'callback-unverified';
  };
  for (const vector of vectors) {
    it(`${vector.valid ? 'take' : 'refuse'} "${vector.name}" of its reference`, () => {
      expect(accepts(vector)).to.equal(vector.valid);
    });
  }

  const judged = (token: string, url: string, body: string) => {
    const options = new theirs.VerifyOptions() as { jwtVerifyOptions: object };
    options.jwtVerifyOptions = { ...options.jwtVerifyOptions, currentDate: new Date(NOW) };
    const verdict = theirs.verify(url, Buffer.from(body), token, createSecretKey(Buffer.from(KEY)), options);
    return verdict.catch(() => false);
  };
  it('made by these tests, are good to it', async () => {
    const body = 'originator=12015550123&body=hi';
    for (const algorithm of ['HS256', 'HS384', 'HS512']) {
      const token = signToken(KEY, { url: ADDRESS, body, now: NOW, algorithm });
      expect(await judged(token, ADDRESS, body)).to.equal(true);
      expect(refusalOf(() => adapterWith(KEY).inbound?.(called({ body, token })))).to.equal('callback-malformed');
      expect(await judged(token, `${ADDRESS}&more=1`, body)).to.equal(false);
    }
  });
});
