import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { fitsGsm7 } from '../../../src/core/message/segments.js';
import {
  readShortLinkToken,
  shortLinkFault,
  shortLinkToken,
  shortLinkUrl,
} from '../../../src/core/message/short-link.js';

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const HOSTS = ['www.bank.example', 'bank.example'];
const codeOf = (target: string) => shortLinkFault('service', { offer: target }, HOSTS)?.code;

describe('the token of a short link', () => {
  it('is the first 65 bits of the hash, in thirteen characters that cost one each', () => {
    expect(shortLinkToken(new Uint8Array(32))).to.equal('0000000000000');
    expect(shortLinkToken(new Uint8Array(32).fill(255))).to.equal('zzzzzzzzzzzzz');
    const bit = (at: number) => Uint8Array.from({ length: 32 }, (_, byte) => (byte === at >> 3 ? 128 >> (at & 7) : 0));
    const tokens = Array.from({ length: 65 }, (_, at) => shortLinkToken(bit(at)));
    expect(new Set(tokens).size).to.equal(65);
    expect(shortLinkToken(bit(65))).to.equal('0000000000000');
    for (const token of tokens) expect(fitsGsm7(token) && /^[0-9a-hjkmnp-tv-z]{13}$/.test(token), token).to.equal(true);
  });

  it('is spread over the whole alphabet', () => {
    const seen = new Set(Array.from({ length: 2_000 }, (_, at) => shortLinkToken(hashOf(`${at}`))).join(''));
    expect([...seen].sort().join('')).to.equal('0123456789abcdefghjkmnpqrstvwxyz');
  });

  it('is read as people type it', () => {
    const token = '01abcdefghjkm';
    for (const typed of [token, token.toUpperCase(), ' O1AB cdef GHJKM', 'oiab-cdefghjkm', 'Olabcdefghjkm.']) {
      expect(readShortLinkToken(typed), typed).to.equal(token);
    }
    for (const typed of ['', '01abcdefghjk', '01abcdefghjkmn', '01abcdefghjku', '💥'.repeat(13), '0'.repeat(41)]) {
      expect(readShortLinkToken(typed), typed).to.equal(undefined);
    }
  });

  it('comes after the address, with one slash between', () => {
    for (const base of ['https://go.bank.example', 'https://go.bank.example/']) {
      expect(shortLinkUrl(base, 'abc')).to.equal('https://go.bank.example/abc');
    }
  });
});

describe('what a short link may be', () => {
  it('is an https address at an allowed host', () => {
    for (const target of ['https://bank.example/', 'https://www.bank.example/a?b=c#d', 'https://BANK.example/a'])
      expect(codeOf(target), target).to.equal(undefined);
  });

  it('is nothing else', () => {
    const wrong = [
      'http://bank.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      '//bank.example/',
      '/here',
      'https://',
      'https://evil.example/',
      'https://bank.example.evil.example/',
      'https://a.bank.example/',
      'https://bank.example@evil.example/',
      'https://user:secret@bank.example/',
      'https://bank.example:8443/',
      'https:\\\\bank.example/',
      'https://bank.example/\r\nSet-Cookie: a=b',
      ' https://bank.example/',
      'https://bank.example./',
      `https://bank.example/${'a'.repeat(2_000)}`,
    ];
    for (const target of wrong) expect(codeOf(target), target).to.equal('short-link-target');
  });

  it('has a name of letters, digits and dashes', () => {
    const target = 'https://bank.example/';
    for (const name of ['a', 'more-2', 'a'.repeat(32)])
      expect(shortLinkFault('marketing', { [name]: target }, HOSTS)).to.equal(undefined);
    for (const name of ['', 'A', '1a', 'a b', 'a|b', 'a'.repeat(33)]) {
      const fault = shortLinkFault('marketing', { [name]: target }, HOSTS);
      expect(fault).to.include({ code: 'short-link-name', name });
    }
  });

  it('is never in a code or a security message', () => {
    for (const lane of ['otp', 'security'] as const) {
      expect(shortLinkFault(lane, { a: 'https://bank.example/' }, HOSTS)?.code).to.equal('short-link-lane');
      expect(shortLinkFault(lane, {}, HOSTS)?.code).to.equal('short-link-lane');
    }
  });

  it('tells nothing of the address in what it refuses', () => {
    const fault = shortLinkFault('service', { a: 'https://evil.example/?name=Mari' }, HOSTS);
    expect(JSON.stringify(fault)).not.to.match(/Mari|evil/);
  });
});
