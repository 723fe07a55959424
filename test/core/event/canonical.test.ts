import canonicalizeModule from 'canonicalize';
import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, eventContent } from '../../../src/core/event/canonical.js';
import { parseEvent } from '../../../src/core/event/parse-event.js';

// The package is CommonJS; its types describe an ES module.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;
const LIMITS = { now: Date.parse('2026-06-01T12:00:00Z'), futureToleranceMs: 0, origin: 'outside' as const };
const content = (json: string) => eventContent(parseEvent(JSON.parse(json), LIMITS));

describe('canonicalJson', () => {
  it('writes the example of RFC 8785', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).to.equal(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is byte for byte what the reference library of RFC 8785 writes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('"', '\\', '/', '\u0000', '\u001f', '\u007f', '\ud800', '\udc00', '\uffff', '1'),
      }),
      fc.nat().map(String),
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(null, true, false, -0, 1e21, 1e-7),
        fc.array(tie('json')),
        fc.dictionary(text, fc.oneof(tie('json'), fc.constant(undefined))),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).to.equal(canonicalize(value));
      }),
    );
  });

  it('is the same whichever orders of the same keys came before, and with members that are undefined', () => {
    for (let round = 0; round < 3; round++) {
      for (const order of ['abc', 'acb', 'bac', 'bca', 'cab', 'cba', 'xyz']) {
        const value = Object.fromEntries([...order].map((key) => [key, key === 'a' ? undefined : key]));
        expect(canonicalJson(value)).to.equal(canonicalize(value));
      }
    }
    expect(canonicalJson({ a: undefined })).to.equal('{}');
  });

  it('refuses what JSON cannot say', () => {
    expect(() => canonicalJson(undefined)).to.throw();
    expect(() => canonicalJson({ a: Number.NaN })).to.throw();
  });
});

describe('semantics line seventeen: eventContent', () => {
  const body =
    '{"specversion":"1.0","id":"1","source":"s","type":"account.closed","time":"2026-01-01T02:00:00+02:00","data":{"accountId":"7","a":1,"b":[2]}}';

  it('is the same whatever the key order, nulls, spacing and offset', () => {
    const again =
      '{"data":{"b":[2], "a":1.0, "accountId":"7", "c":null},"time":"2026-01-01T00:00:00.000Z","type":"account.closed","source":"s","id":"1","specversion":"1.0","learn":true}';
    expect(content(again)).to.equal(content(body));
  });

  it('differs when type, time, entity or data differ', () => {
    for (const [from, to] of [
      ['account.closed', 'account.opened'],
      ['00+02', '01+02'],
      ['"specversion"', '"entity":"ee","specversion"'],
      ['"a":1', '"a":2'],
      ['"accountId":"7"', '"accountId":"7 "'],
    ] as const) {
      expect(content(body.replace(from, to)), to).to.not.equal(content(body));
    }
  });
});
