import { expect } from 'chai';
import fc from 'fast-check';
import { maskSensitive } from '../../src/registry/mask-sensitive.js';

const SCHEMA = {
  type: 'object',
  properties: {
    port: { type: 'integer' },
    keys: {
      type: 'array',
      items: { type: 'object', properties: { id: { type: 'string' }, key: { $ref: '#/$defs/secret' } } },
    },
    secret: { anyOf: [{ type: 'object', properties: { id: { type: 'string' } } }, { $ref: '#/$defs/secret' }] },
    open: { type: 'object', additionalProperties: true },
    rates: { type: 'object', additionalProperties: { type: 'string' } },
    whole: { type: 'object', sensitive: true },
  },
  $defs: { secret: { type: 'string', sensitive: true } },
};

describe('a configuration made safe to show', () => {
  it('masks what the schema marks, through lists and references, and keeps the rest', () => {
    const value = { port: 8080, keys: [{ id: 'a', key: 's1' }], rates: { USD: '1.08' }, whole: { deep: 's2' } };
    expect(maskSensitive(SCHEMA, value)).to.deep.equal({
      port: 8080,
      keys: [{ id: 'a', key: '***' }],
      rates: { USD: '1.08' },
      whole: '***',
    });
  });

  it('masks a value that is a secret in one of its shapes', () => {
    expect(maskSensitive(SCHEMA, { secret: 's' })).to.deep.equal({ secret: '***' });
  });

  it('masks what the schema does not describe', () => {
    const value = { open: { password: 's', nested: { password: 's' } }, forgotten: 's' };
    expect(JSON.stringify(maskSensitive(SCHEMA, value))).not.to.include('"s"');
    expect(maskSensitive({}, 's')).to.equal('***');
  });

  it('survives a schema that refers to itself', () => {
    const schema = { type: 'object', properties: { me: { $ref: '#' } } };
    expect(maskSensitive(schema, { me: { me: { x: 's' } } })).to.deep.equal({ me: { me: { x: '***' } } });
    expect(maskSensitive({ $ref: '#' }, 's')).to.equal('***');
  });

  it('leaves the value it was given alone', () => {
    const value = Object.freeze({ whole: Object.freeze({ a: 's' }) });
    maskSensitive(SCHEMA, value);
    expect(value.whole.a).to.equal('s');
  });

  it('never shows a marked value, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const shown = maskSensitive(SCHEMA, { open: before, keys: [{ key: 'MARKED' }, after], secret: 'MARKED' });
        expect(JSON.stringify(shown)).not.to.include('MARKED');
      }),
    );
  });
});
