import { expect } from 'chai';
import { toE164 } from '../../adapters/sms/shared/address.js';
import { basicAuthorization } from '../../adapters/sms/shared/authorization.js';
import { formOf, proofHeader, requireFresh, sameSecret } from '../../adapters/sms/shared/callback.js';
import { asText, parseJsonArray, parseJsonObject } from '../../adapters/sms/shared/json.js';
import { codeOf } from '../../adapters/sms/shared/outcome.js';
import { validityOf } from '../../adapters/sms/shared/validity.js';
import { CallbackRefused, type CallbackRequest } from '../../src/contracts/adapter.js';

const callback = (own: Partial<CallbackRequest>): CallbackRequest => ({
  method: 'POST',
  url: '/',
  publicUrl: 'https://bank.example/',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.alloc(0),
  ...own,
});
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof CallbackRefused) return error.code;
  }
  return expect.fail('it was taken');
};

describe('what the SMS adapters share', () => {
  it('reads an object where there is one, and nothing else as one', () => {
    expect(parseJsonObject('{"a":1}')).to.deep.equal({ a: 1 });
    for (const text of ['', '{', '[]', 'null', '1', '"a"', '<html>', '{"__proto__":{"a":1}}'])
      expect(parseJsonObject(text), text).to.equal(undefined);
    expect(parseJsonArray(Buffer.from('[1]'))).to.deep.equal([1]);
    expect(parseJsonArray('{}')).to.equal(undefined);
  });

  it('takes a text or a whole number for a text', () => {
    expect([asText('a'), asText(7), asText(''), asText(1.5), asText(null)]).to.deep.equal(['a', '7', ...Array(3)]);
  });

  it('makes codes of short words and never of texts or numbers of people', () => {
    expect(codeOf('REJECTED_NETWORK')).to.equal('rejected-network');
    expect(codeOf('30003')).to.equal('30003');
    for (const text of [undefined, '', '+12015550123', '12015550123', 'to 2015550123', 'x'.repeat(49), 'Überzogen'])
      expect(codeOf(text), text).to.equal(undefined);
  });

  it('rounds validity down and keeps it within the bounds', () => {
    const rule = { unitMs: 1_000, least: 5, most: 100 };
    const of = (left: number) => validityOf(1_000_000 + left, 1_000_000, rule);
    expect([of(9_999), of(4_000), of(-1), of(200_000)]).to.deep.equal([9, 5, 5, 100]);
    expect(validityOf(undefined, 0, rule)).to.equal(undefined);
  });

  it('writes a login of any letters', () => {
    expect(basicAuthorization('a', 'ö:b')).to.equal('Basic YTrDtjpi');
  });

  it('knows a number of a person from a name', () => {
    expect([toE164('12015550123'), toE164('+12015550123')]).to.deep.equal(['+12015550123', '+12015550123']);
    for (const text of [undefined, '', 'BANK', '0123456789', '123', '1'.repeat(16)])
      expect(toE164(text)).to.equal(undefined);
  });

  it('tells the same secret from another of any length', () => {
    expect([sameSecret('abc', 'abc'), sameSecret('abc', 'abd'), sameSecret('', 'abc')]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('refuses a proof that is missing or there twice, and a field that is there twice', () => {
    expect(proofHeader(callback({ headers: { sig: 'a' } }), 'sig')).to.equal('a');
    expect(refusal(() => proofHeader(callback({}), 'sig'))).to.equal('callback-unverified');
    expect(refusal(() => proofHeader(callback({ headers: { sig: ['a', 'a'] } }), 'sig'))).to.equal(
      'callback-unverified',
    );
    expect([...formOf(callback({ body: Buffer.from('a=1+2&b=%C3%B5') }))]).to.deep.equal([
      ['a', '1 2'],
      ['b', 'õ'],
    ]);
    expect(refusal(() => formOf(callback({ body: Buffer.from('a=1&a=1') })))).to.equal('callback-malformed');
  });

  it('refuses a time that is too old, too far ahead or no time', () => {
    requireFresh(1_000, 1_300, 300);
    requireFresh(1_300, 1_000, 300);
    for (const at of [699, 1_301, Number.NaN])
      expect(refusal(() => requireFresh(at, 1_000, 300))).to.equal('callback-unverified');
  });
});
