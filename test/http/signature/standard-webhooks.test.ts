import { expect } from 'chai';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { SignatureRefused } from '../../../src/http/signature/signature-refused.js';
import { type SignedRequest, verifyStandardWebhook } from '../../../src/http/signature/standard-webhooks.js';
import { webhookKey } from '../../../src/http/signature/webhook-secret.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const BODY = '{"id":"e-1","note":"õ"}';

/** A request signed by the official package; `changes` are made afterwards. */
function signed(changes: Partial<SignedRequest> = {}, options: { secret?: string; at?: number } = {}): SignedRequest {
  const at = new Date(options.at ?? NOW);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(options.secret ?? SECRET).sign('msg_1', at, BODY),
  };
  const secrets = [{ id: 'new', key: webhookKey(SECRET) }];
  return { body: Buffer.from(BODY), headers, secrets, toleranceSeconds: 300, now: NOW, ...changes };
}

function refusal(request: SignedRequest): string {
  try {
    verifyStandardWebhook(request);
  } catch (error) {
    if (error instanceof SignatureRefused) return error.code;
    throw error;
  }
  return 'believed';
}
const withHeaders = (request: SignedRequest, headers: SignedRequest['headers']): SignedRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

describe('verifyStandardWebhook', () => {
  it('believes what the official package signed, and says by which secret', () => {
    expect(verifyStandardWebhook(signed())).to.deep.include({ webhookId: 'msg_1' });
    expect(verifyStandardWebhook(signed()).secret.id).to.equal('new');
  });

  it('believes either of two secrets while they rotate, and one valid of two signatures', () => {
    const secrets = [SECRET, OTHER].map((text) => ({ id: text, key: webhookKey(text) }));
    expect(verifyStandardWebhook(signed({ secrets }, { secret: OTHER })).secret.id).to.equal(OTHER);
    const one = signed();
    const wrong = signed({}, { secret: OTHER }).headers['webhook-signature'];
    for (const both of [
      `${wrong} ${one.headers['webhook-signature']}`,
      `v1a,zz ${one.headers['webhook-signature']} ${wrong}`,
    ]) {
      expect(refusal(withHeaders(one, { 'webhook-signature': both }))).to.equal('believed');
    }
  });

  it('refuses a flipped bit anywhere in the body', () => {
    for (let bit = 0; bit < Buffer.byteLength(BODY) * 8; bit += 1) {
      const body = Buffer.from(BODY);
      body[bit >> 3] = (body[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(refusal(signed({ body }))).to.equal('signature-invalid');
    }
  });

  it('refuses another id, time or signature than was signed', () => {
    const request = signed();
    const seconds = Number(request.headers['webhook-timestamp']);
    expect(refusal(withHeaders(request, { 'webhook-id': 'msg_2' }))).to.equal('signature-invalid');
    expect(refusal(withHeaders(request, { 'webhook-timestamp': String(seconds + 1) }))).to.equal('signature-invalid');
    const signature = request.headers['webhook-signature'] as string;
    for (let at = 3; at < signature.length - 1; at += 1) {
      const flipped = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1);
      expect(refusal(withHeaders(request, { 'webhook-signature': flipped }))).to.equal('signature-invalid');
    }
  });

  it('refuses another secret, and everything when there is none', () => {
    expect(refusal(signed({}, { secret: OTHER }))).to.equal('signature-invalid');
    expect(refusal(signed({ secrets: [] }))).to.equal('signature-invalid');
  });

  it('refuses a missing or empty header', () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      expect(refusal(withHeaders(signed(), { [name]: undefined }))).to.equal('signature-missing');
      expect(refusal(withHeaders(signed(), { [name]: '' }))).to.equal('signature-missing');
      expect(refusal(withHeaders(signed(), { [name]: [] }))).to.equal('signature-missing');
    }
  });

  it('refuses a header that was sent twice, as a list or joined by Node', () => {
    const request = signed();
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const value = request.headers[name] as string;
      expect(refusal(withHeaders(request, { [name]: [value, value] }))).to.equal('header-duplicated');
      expect(refusal(withHeaders(request, { [name]: [value] }))).to.equal('believed');
      if (name !== 'webhook-id')
        expect(refusal(withHeaders(request, { [name]: `${value}, ${value}` }))).to.equal('header-duplicated');
    }
  });

  it('believes a time at the tolerance and refuses one second beyond it', () => {
    expect(refusal(signed({}, { at: NOW - 300_000 }))).to.equal('believed');
    expect(refusal(signed({}, { at: NOW - 301_000 }))).to.equal('timestamp-too-old');
    expect(refusal(signed({}, { at: NOW + 300_000 }))).to.equal('believed');
    expect(refusal(signed({}, { at: NOW + 301_000 }))).to.equal('timestamp-in-future');
  });

  it('refuses a time that is not a plain number of seconds', () => {
    for (const time of ['soon', '1e9', '-1', '01780315200', ' 1780315200', '1780315200.5', '9'.repeat(40)]) {
      expect(refusal(withHeaders(signed(), { 'webhook-timestamp': time }))).to.equal('timestamp-malformed');
    }
  });

  it('refuses signatures of another version or of no version', () => {
    const bare = (signed().headers['webhook-signature'] as string).slice(3);
    for (const text of [`v2,${bare}`, `v1a,${bare}`, bare, `V1,${bare}`, `v1,${bare.slice(0, -1)}`, 'v1,', ',', 'v1']) {
      expect(refusal(withHeaders(signed(), { 'webhook-signature': text }))).to.equal('signature-malformed');
    }
  });

  it('never says which secret, nor what it expected', () => {
    try {
      verifyStandardWebhook(signed({}, { secret: OTHER }));
      expect.fail();
    } catch (error) {
      const expected = signed().headers['webhook-signature'] as string;
      expect(`${(error as Error).message}`)
        .to.not.contain('new')
        .and.not.contain(expected);
      expect((error as SignatureRefused).status).to.equal(401);
    }
  });
});

describe('webhookKey', () => {
  it('means the same key as the official package wherever that takes the text', () => {
    const base64 = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    fc.assert(
      fc.property(base64, fc.boolean(), (text, prefixed) => {
        const secret = prefixed ? `whsec_${text}` : text;
        const official = new Webhook(secret).sign('id', new Date(NOW), BODY);
        const headers = { 'webhook-id': 'id', 'webhook-timestamp': String(NOW / 1000), 'webhook-signature': official };
        return refusal(signed({ headers, secrets: [{ id: 's', key: webhookKey(secret) }] })) === 'believed';
      }),
    );
  });

  it('takes other text as its UTF-8 bytes, and refuses an empty or broken one without repeating it', () => {
    expect(webhookKey('no base64: õ').toString()).to.equal('no base64: õ');
    for (const text of ['', 'whsec_', 'whsec_not base64!', 'whsec_abcde']) {
      expect(() => webhookKey(text))
        .to.throw()
        .with.property('code', 'secret-malformed');
    }
    expect(() => webhookKey('whsec_hidden!'))
      .to.throw()
      .with.property('message')
      .that.does.not.contain('hidden');
  });
});
