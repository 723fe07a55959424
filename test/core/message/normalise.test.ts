import { expect } from 'chai';
import { normalise } from '../../../src/core/message/normalise.js';
import { fitsGsm7 } from '../../../src/core/message/segments.js';

describe('normalise', () => {
  it('writes typography in characters that GSM-7 has', () => {
    expect(normalise('\u22121\u00a0234\u202f567\u2007€')).to.equal('-1 234 567 €');
    expect(normalise('\u201cit\u2019s\u201d \u2014 \u00abok\u00bb\u2026')).to.equal('"it\'s" - "ok"...');
    expect(fitsGsm7(normalise('„Tere“ – ‘hi’ ‚x‘ … a\u00adb `'))).to.equal(true);
  });

  it('composes letters and never replaces one', () => {
    expect(normalise('a\u0308o\u0303')).to.equal('äõ');
    expect(normalise('Žõš Кириллица 你好 😀')).to.equal('Žõš Кириллица 你好 😀');
  });
});
