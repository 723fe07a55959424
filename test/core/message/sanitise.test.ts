import { expect } from 'chai';
import fc from 'fast-check';
import { sanitiseOutside } from '../../../src/core/message/sanitise.js';

const NEUTRAL = 'someone';
const shown = (value: string, maximum?: number) => sanitiseOutside(value, { neutral: NEUTRAL, maximum });

describe('text from outside', () => {
  const replaced: Record<string, string[]> = {
    'a number to call': [
      'Blocked, call +372 5123 4567',
      'Helpdesk 1-800-555-0199',
      'tel 5551234',
      '(201) 555 0100',
      '201.555.0100',
      '555 12 34',
      '5-5-5-1-2-3-4',
      '5 5 5 1 2 3 4',
      '+372',
      'call +37251',
      '00372 512 3456',
      '55/12/34/56',
      '55_12_34_56',
      '55*12*34*56',
      '55·12·34·56',
      '55–12–34–56',
      '55\u00a012\u202f34\u200756',
      '55,12,34,56',
      '55|12|34|56',
      '55 - 12 - 34 - 56',
      "55'12'34'56",
      '５５５１２３４',
      '٥٥٥١٢٣٤',
      '५५५१२३४',
      '①②③④⑤⑥⑦',
      '❶❷❸❹❺❻❼',
      '𝟓𝟓𝟓𝟏𝟐𝟑𝟒',
      '⁵⁵⁵¹²³⁴',
      '5️⃣5️⃣5️⃣1️⃣2️⃣3️⃣4️⃣',
      '五五五一二三四',
      '〇五五五一二三四',
      '5\u200b5\u200b5\u200b1\u200b2\u200b3\u200b4',
      '555\u00ad1234',
      '555\u206012\u206034',
      '5\u03365\u03365\u03361\u03362\u03363\u03364',
      '55O l2 O456',
      '555 I23 OO4',
      '555\n12\n34',
      '555\t1234',
      '\u202e4321555\u202c',
      '555👉1234',
      '5a5a5a1a2a3a4',
      '+\u200b372',
      '＋372 51',
      'Call 1-800-BANKING',
      '*21*5550#',
      '*#06#',
      'Ring 5551234 tomorrow',
      `${'x'.repeat(60)} 5551234`,
    ],
    'a link': [
      'http://x',
      'HTTPS://evil',
      'hxxp://x',
      'www.bank',
      'www bank',
      'see pay-now.example.com',
      'pay-now.example.com/x?y',
      'bit.ly/a1',
      't.me/bank',
      'x.co',
      'bänk.ee',
      'банк.рф',
      '例え.テスト',
      '例え。テスト',
      'xn--80ak6aa92e.com',
      'bank．com',
      'bank｡com',
      'bank․com',
      'b\u200bank.c\u200bom',
      'ba\u00adnk.com',
      'bank.\u2060com',
      'bank[.]com',
      'bank(.)com',
      'bank (dot) com',
      'bank dot com',
      'bank . com',
      'bank. com',
      'bank,com',
      'BANK.COM',
      'ｂａｎｋ．ｃｏｍ',
      '𝐛𝐚𝐧𝐤.𝐜𝐨𝐦',
      'ⓑⓐⓝⓚ.ⓒⓞⓜ',
      '192.168.1.1',
      'tel:112',
      'mailto:me',
      'sms:17013',
      'ftp://x',
      '.com/pay',
      'javascript:x',
      'pay\n.com',
      'http：／／x',
      'h\u0336t\u0336t\u0336p://x',
    ],
    'a bound code or a handle': [
      '@example.com #123456',
      '@bank #1234',
      '＠bank ＃1234',
      'x\n\n@host #code',
      'write @bank_help',
      'me@bank',
      'help ＠support',
      '@ bank # 99',
    ],
    'nothing that can be seen': [
      '\u200b\u200b',
      '\u202e',
      '\n\r',
      ' ',
      '\u0000',
      '\u3164',
      '\u2800',
      '\ud800',
      '\ufeff',
      '\u{e0041}',
    ],
  };
  for (const [what, values] of Object.entries(replaced)) {
    for (const value of values) {
      it(`semantics line twenty-one: replaces ${what}: ${JSON.stringify(value)}`, () => {
        expect(shown(value)).to.equal(NEUTRAL);
      });
    }
  }

  const kept = [
    'Rimi Eesti Food AS',
    'AS Kaup',
    'Müller & Söhne',
    "O'Brien",
    'Café No. 5',
    'Shop 24/7',
    '12.50',
    '-12.50',
    '1,234.50',
    '12.50 EUR',
    'Invoice 123456',
    'POS 4521 TALLINN 10115',
    'Pension',
    'rent for May',
    'Jüri Õun',
    'Иван Петров',
    '王小明',
    'محمد',
    'Thanks! See you.',
    'A. Smith',
    'Foo Ltd. Bar',
    'p.l.c.',
    'C&A',
    '7-Eleven',
    'H&M #42',
    '100%',
    'Coffee @ Home',
    'cash-withdrawal',
    '5411',
    'EE',
    'Gate B12',
    'fraud_Rippin, Kub and Mann',
    'Polka dot dresses',
    '',
  ];
  for (const value of kept) {
    it(`keeps ${JSON.stringify(value)}`, () => {
      expect(shown(value)).to.equal(value);
    });
  }

  it('semantics line twenty-one: strips control, bidi, zero-width and newline characters', () => {
    expect(shown('Ri\u200bmi\r\n\tFood\u0000')).to.equal('Rimi Food');
    expect(shown('\u202eimiR\u202c \u2066x\u2069')).to.equal('imiR x');
    expect(shown('a\u2028b\u0085c')).to.equal('a b c');
    expect(shown('Ｒｉｍｉ\u3000“Food”')).to.equal('Rimi "Food"');
    expect(shown(`a${'\u0301'.repeat(50)}b`)).to.have.lengthOf.at.most(4);
  });

  it('semantics line twenty-one: caps the length in characters, never through one', () => {
    expect(shown('a'.repeat(50))).to.equal('a'.repeat(40));
    expect(shown('😀'.repeat(50))).to.equal('😀'.repeat(40));
    expect(shown('abc def', 4)).to.equal('abc');
    expect(Array.from(shown('\ufdfa'.repeat(2000)))).to.have.lengthOf.within(39, 40);
  });

  it('is quick with texts made to slow it down', () => {
    for (const unit of ['@', '1 ', '1-a-', '. ', 'a.', '((', '*1', '\u0301', '\ufdfa', '1\u0301', 'dot ', '+1'])
      shown(unit.repeat(50_000));
  }).timeout(2000);

  it('semantics line twenty-one: shows no phone number, link or line break, whatever comes', () => {
    const unit = fc.constantFrom(
      '5',
      '1',
      '٣',
      '９',
      'a',
      'o',
      '.',
      '-',
      ' ',
      '+',
      '\u200b',
      '\u0336',
      '\n',
      '/',
      'com',
      '@',
      '#',
      '\u202e',
      '(',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (value) => {
        const text = shown(value);
        expect(Array.from(text).length).to.be.at.most(40);
        expect(text).not.to.match(/[\n\r\u200b\u202e]/);
        expect(text).not.to.match(/\p{Nd}(?:[ .()-]?\p{Nd}){6}/u);
        expect(text).not.to.match(/[a-z]\.com/);
        expect(shown(text)).to.equal(text);
      }),
      { numRuns: 2000 },
    );
  });
});
