import { expect } from 'chai';
import fc from 'fast-check';
import { fitsGsm7, measureText } from '../../../src/core/message/segments.js';

const a = (count: number) => 'a'.repeat(count);

describe('segments', () => {
  const table: [name: string, text: string, encoding: string, units: number, parts: number][] = [
    ['an empty text', '', 'gsm-7', 0, 1],
    ['one full message', a(160), 'gsm-7', 160, 1],
    ['one septet too many', a(161), 'gsm-7', 161, 2],
    ['two full parts', a(306), 'gsm-7', 306, 2],
    ['one beyond two parts', a(307), 'gsm-7', 307, 3],
    ['a euro sign, which takes two septets', '€', 'gsm-7', 2, 1],
    ['a euro sign at the very end of one message', `${a(158)}€`, 'gsm-7', 160, 1],
    ['a euro sign that does not fit into one message', `${a(159)}€`, 'gsm-7', 161, 2],
    ['a euro sign that would be split between parts', `${a(152)}€${a(152)}`, 'gsm-7', 306, 3],
    ['eighty euro signs', '€'.repeat(80), 'gsm-7', 160, 1],
    ['eighty-one euro signs, seventy-six a part', '€'.repeat(81), 'gsm-7', 162, 2],
    ['a hundred and fifty-three euro signs', '€'.repeat(153), 'gsm-7', 306, 3],
    ['Estonian letters in the alphabet', 'äöüÄÖÜ', 'gsm-7', 6, 1],
    ['an Estonian letter outside it', 'õ', 'ucs-2', 1, 1],
    ['a full UCS-2 message', 'õ'.repeat(70), 'ucs-2', 70, 1],
    ['one unit too many in UCS-2', 'õ'.repeat(71), 'ucs-2', 71, 2],
    ['two full parts in UCS-2', 'õ'.repeat(134), 'ucs-2', 134, 2],
    ['a pair that would be split between parts', `${'õ'.repeat(66)}😀${'õ'.repeat(66)}`, 'ucs-2', 134, 3],
    ['thirty-five emoji', '😀'.repeat(35), 'ucs-2', 70, 1],
    ['thirty-six emoji, thirty-three a part', '😀'.repeat(36), 'ucs-2', 72, 2],
    ['sixty-seven emoji', '😀'.repeat(67), 'ucs-2', 134, 3],
    ['a small c with cedilla, which only the capital has', 'ç', 'ucs-2', 1, 1],
    ['an escape character', '\u001b', 'ucs-2', 1, 1],
    ['a tab', '\t', 'ucs-2', 1, 1],
    ['a backquote', '`', 'ucs-2', 1, 1],
  ];
  for (const [name, text, encoding, units, parts] of table) {
    it(`counts ${name}`, () => {
      expect(measureText(text)).to.deep.equal({ encoding, units, parts });
    });
  }

  it('has the hundred and twenty-seven basic and ten extension characters of the standard', () => {
    const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(fitsGsm7);
    expect(all.filter((one) => measureText(one).units === 1)).to.have.lengthOf(127);
    expect(
      all
        .filter((one) => measureText(one).units === 2)
        .sort()
        .join(''),
    ).to.equal('\f[\\]^{|}~€');
  });

  it('never counts too few parts', () => {
    const gsm = fc.string({ unit: fc.constantFrom('a', 'Ω', '€', '{', '\n'), maxLength: 700 });
    const ucs = fc.string({ unit: fc.constantFrom('õ', 'я', '😀', 'a', '€'), maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(gsm, ucs), (text) => {
        const { encoding, units, parts } = measureText(text);
        const [single, perPart, widest] = encoding === 'gsm-7' ? [160, 153, 2] : [70, 67, 2];
        if (units <= single) expect(parts).to.equal(1);
        // At least what the units need, at most what they need when every part loses room for the widest character.
        else expect(parts).to.be.within(Math.ceil(units / perPart), Math.ceil(units / (perPart - widest + 1)));
      }),
    );
  });
});
