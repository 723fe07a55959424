/** What every scheme is held to, whoever signs. A scheme that leaves something open has to say so, here and in docs/signatures.md. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { signatureMistakes } from '../../../../src/config/signature-settings.js';
import {
  createVerifier,
  type InboundRequest,
  type SignatureSettings,
  type Verdict,
  type VerifierTools,
} from '../../../../src/http/signature/schemes/index.js';

export const NOW = Date.parse('2026-06-01T12:00:00Z');
export const BODY = '{"id":"e-1","note":"õ"}';
const PAGE = readFileSync('docs/signatures.md', 'utf8');

export type Headers = [name: string, value: string][];
export type Which = 'old' | 'new';

export interface SchemeCase {
  title: string;
  /** As configured with these secrets. */
  settings(secrets: readonly Which[]): SignatureSettings;
  /** Headers as the platform sends them; `at` is epoch milliseconds. */
  sign(body: string, at: number, secret: Which): Headers | Promise<Headers>;
  /** Lower-case names of the headers that must be there, once. */
  required: readonly string[];
  /** Other ways of writing the same proof. */
  otherEncodings(headers: Headers): Headers[];
  /** What is left open, in the words of docs/signatures.md. */
  holes?: { body?: string; time?: string };
  tools?(): VerifierTools;
  /** Makes what is outside us know these secrets and no others. */
  prepare?(secrets: readonly Which[]): Promise<void>;
  remoteAddress?: string;
}

/** A scheme that asks for nothing from outside fails when it does. */
export const NO_TOOLS: VerifierTools = {
  http: () => Promise.reject(new Error('nothing is asked for')),
};

export function inbound(headers: Headers, changes: Partial<InboundRequest> = {}): InboundRequest {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return {
    headers: Object.fromEntries(joined),
    rawHeaders: [['host', 'alerts.bank.example'], ...headers].flat(),
    rawBody: Buffer.from(BODY),
    method: 'POST',
    url: '/v1/sources/core/events',
    remoteAddress: '192.0.2.1',
    now: NOW,
    ...changes,
  };
}

export function outcome(verdict: Verdict): string {
  return verdict.ok ? `believed: ${verdict.secret.id}` : verdict.code;
}

export function describeScheme(scheme: SchemeCase): void {
  const { title, settings, sign, required, otherEncodings, holes = {}, remoteAddress = '192.0.2.1' } = scheme;
  const verifierOf = (secrets: readonly Which[]) => createVerifier(settings(secrets), scheme.tools?.() ?? NO_TOOLS);

  describe(title, () => {
    const judge = async (
      headers: Headers,
      changes: Partial<InboundRequest> = {},
      secrets: readonly Which[] = ['new'],
    ) => outcome(await verifierOf(secrets).verify(inbound(headers, { remoteAddress, ...changes })));
    const prepare = async (secrets: readonly Which[]) => scheme.prepare?.(secrets);
    const refused = async (...args: Parameters<typeof judge>) => expect(await judge(...args)).to.not.match(/^believed/);

    beforeEach(() => prepare(['new', 'old']));

    it('has a configuration that is right', () => {
      expect(signatureMistakes(settings(['new', 'old']), 'signature')).to.deep.equal([]);
    });

    it('believes what was signed, and says who signed', async () => {
      expect(await judge(await sign(BODY, NOW, 'new'))).to.equal('believed: new');
    });

    it('believes either secret while they rotate, and the old one no longer afterwards', async () => {
      const [byOld, byNew] = [await sign(BODY, NOW, 'old'), await sign(BODY, NOW, 'new')];
      expect(await judge(byOld, {}, ['new', 'old'])).to.equal('believed: old');
      expect(await judge(byNew, {}, ['new', 'old'])).to.equal('believed: new');
      await prepare(['new']);
      await refused(byOld, {}, ['new']);
    });

    if (holes.body === undefined) {
      it('refuses a flipped bit anywhere in the body, a body cut short and none', async () => {
        const headers = await sign(BODY, NOW, 'new');
        const verifier = verifierOf(['new']);
        for (let bit = 0; bit < Buffer.byteLength(BODY) * 8; bit += 1) {
          const rawBody = Buffer.from(BODY);
          rawBody[bit >> 3] = (rawBody[bit >> 3] as number) ^ (1 << (bit & 7));
          const verdict = await verifier.verify(inbound(headers, { remoteAddress, rawBody }));
          expect(verdict.ok).to.equal(false);
        }
        await refused(headers, { rawBody: Buffer.from(BODY).subarray(0, -1) });
        await refused(headers, { rawBody: Buffer.alloc(0) });
      });
    } else {
      it('takes another body with the same proof: a hole that the documentation names', async () => {
        expect(await judge(await sign(BODY, NOW, 'new'), { rawBody: Buffer.from('{}') })).to.equal('believed: new');
        expect(PAGE).to.contain(holes.body);
      });
    }

    it('refuses a flipped bit anywhere in the headers of the proof', async () => {
      const headers = await sign(BODY, NOW, 'new');
      const verifier = verifierOf(['new']);
      for (const [index, [name, value]] of headers.entries()) {
        if (!required.includes(name.toLowerCase())) continue;
        for (let at = 0; at < value.length; at += 1) {
          const flipped = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
          const changed: Headers = headers.with(index, [name, flipped]);
          const verdict = await verifier.verify(inbound(changed, { remoteAddress }));
          expect(verdict.ok, `${name}, character ${at}`).to.equal(false);
        }
      }
    });

    if (holes.time === undefined) {
      it('believes a time at the tolerance, and refuses a replay one second beyond it and a time ahead', async () => {
        expect(await judge(await sign(BODY, NOW - 300_000, 'new'))).to.equal('believed: new');
        expect(await judge(await sign(BODY, NOW - 301_000, 'new'))).to.equal('timestamp-too-old');
        expect(await judge(await sign(BODY, NOW + 301_000, 'new'))).to.equal('timestamp-in-future');
      });
    } else {
      it('takes a replay years later: a hole that the documentation names', async () => {
        const years = 10 * 365 * 86_400_000;
        expect(await judge(await sign(BODY, NOW - years, 'new'))).to.equal('believed: new');
        expect(PAGE).to.contain(holes.time);
      });
    }

    it('refuses without each header, with an empty one, and with one that was sent twice', async () => {
      const headers = await sign(BODY, NOW, 'new');
      for (const name of required) {
        const index = headers.findIndex(([written]) => written.toLowerCase() === name);
        const [written, value] = headers[index] as Headers[number];
        await refused(headers.toSpliced(index, 1));
        await refused(headers.with(index, [written, '']));
        expect(await judge([...headers, [written.toUpperCase(), value]]), name).to.equal('header-duplicated');
        await refused([...headers, [written, 'another']]);
      }
    });

    it('refuses other ways of writing the same proof', async () => {
      const headers = await sign(BODY, NOW, 'new');
      for (const other of otherEncodings(headers)) {
        expect(other).to.not.deep.equal(headers);
        await refused(other);
      }
    });

    it('never says which secret was meant, nor what was expected', async () => {
      const [body] = [Buffer.from('{}')];
      const verdict = await verifierOf(['new']).verify(
        inbound(await sign(BODY, NOW - 1e9, 'old'), { rawBody: body, remoteAddress }),
      );
      expect(verdict.ok).to.equal(false);
      expect(Object.keys(verdict)).to.deep.equal(['ok', 'code']);
    });
  });
}

/** The same headers with one changed. */
export function changed(headers: Headers, name: string, change: (value: string) => string): Headers {
  return headers.map(([written, value]) => [written, written.toLowerCase() === name ? change(value) : value]);
}

/** Other ways of writing a hex proof that stands after `prefix`. */
export function otherHex(headers: Headers, name: string, prefix = ''): Headers[] {
  const proof = (value: string) => value.slice(prefix.length);
  return [
    (value: string) => prefix + proof(value).toUpperCase(),
    (value: string) => prefix + Buffer.from(proof(value), 'hex').toString('base64'),
    (value: string) => `${prefix} ${proof(value)}`,
    (value: string) => `${value} `,
    (value: string) => `${value}00`,
    (value: string) => `${prefix}0x${proof(value)}`,
  ].map((change) => changed(headers, name, change));
}

/** Other ways of writing a base64 proof that stands after `prefix`. */
export function otherBase64(headers: Headers, name: string, prefix = ''): Headers[] {
  const proof = (value: string) => value.slice(prefix.length);
  return [
    (value: string) => value.replace(/=+$/, ''),
    (value: string) => `${value}=`,
    (value: string) => `${prefix}${proof(value).slice(0, 5)} ${proof(value).slice(5)}`,
    (value: string) => prefix + Buffer.from(proof(value), 'base64').toString('hex'),
    (value: string) => prefix + Buffer.from(proof(value), 'base64').toString('base64url'),
  ].map((change) => changed(headers, name, change));
}
