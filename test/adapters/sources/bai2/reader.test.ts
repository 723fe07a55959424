import { expect } from 'chai';
import { bai2 } from '../../../../adapters/sources/bai2/reader.js';
import { LedgerbellError } from '../../../../src/contracts/errors.js';
import { readStatement } from '../read-statement.js';

/** Sums by hand: account 1 holds 500000 + 150000 + 20000 + 10000 = 680000, account 2 holds 75. */
const FILE = `01,122099999,123456789,260302,0200,1,,,2/
02,031001234,122099999,1,260301,2359,USD,2/
03,0975312468,,010,500000,,/
16,165,150000,1,DD1620,,DEALER PAYMENTS/
16,475,20000,V,260302,1000,4711,88,CHECK, PAID
88,AT THE COUNTER/
16,409,10000,S,5000,4000,1000,,REF-9/
49,680000,6/
03,4444,EUR/
16,108,75,D,2,0,25,1,50,B-1,C-1/
88,MORE/
49,75,4/
98,680075,2,12/
99,680075,1,14/
`;

async function codeOf(file: string): Promise<string> {
  try {
    await readStatement(bai2, file, 4096);
    return 'nothing';
  } catch (error) {
    return error instanceof LedgerbellError ? error.code : String(error);
  }
}

describe('BAI2 files', () => {
  it('become one record a transaction detail', async () => {
    const entries = await readStatement(bai2, FILE);
    expect(entries.map(({ line, record }) => [line, record.account, record.entry, record.index])).to.deep.equal([
      [
        4,
        { number: '0975312468' },
        {
          typeCode: '165',
          direction: 'credit',
          amount: '150000',
          fundsType: '1',
          bankReference: 'DD1620',
          text: 'DEALER PAYMENTS',
        },
        0,
      ],
      [
        5,
        { number: '0975312468' },
        {
          typeCode: '475',
          direction: 'debit',
          amount: '20000',
          fundsType: 'V',
          valueDate: '260302',
          valueTime: '1000',
          bankReference: '4711',
          customerReference: '88',
          text: 'CHECK, PAID AT THE COUNTER',
        },
        1,
      ],
      [
        7,
        { number: '0975312468' },
        { typeCode: '409', direction: 'debit', amount: '10000', fundsType: 'S', customerReference: 'REF-9' },
        2,
      ],
      [
        10,
        { number: '4444', currency: 'EUR' },
        {
          typeCode: '108',
          direction: 'credit',
          amount: '75',
          fundsType: 'D',
          bankReference: 'B-1',
          customerReference: 'C-1',
          text: 'MORE',
        },
        0,
      ],
    ]);
  });

  it('say with each entry what the file and the group say', async () => {
    const [first] = await readStatement(bai2, FILE);
    expect(first?.record).to.deep.include({
      file: { sender: '122099999', receiver: '123456789', date: '260302', time: '0200', id: '1' },
      group: {
        receiver: '031001234',
        originator: '122099999',
        status: '1',
        date: '260301',
        time: '2359',
        currency: 'USD',
        modifier: '2',
      },
    });
  });

  it('are the same however their bytes are cut, and with the line ends of Windows', async () => {
    const whole = await readStatement(bai2, FILE, 1_000_000);
    expect(await readStatement(bai2, FILE, 1)).to.deep.equal(whole);
    expect(await readStatement(bai2, FILE.replaceAll('\n', '\r\n'))).to.deep.equal(whole);
  });

  it('may hold letters beyond ASCII, in UTF-8 or Latin-1', async () => {
    const text = FILE.replace('DEALER', 'JÕHVI');
    for (const encoding of ['utf8', 'latin1'] as const) {
      const [first] = await readStatement(bai2, Buffer.from(text, encoding));
      expect(first?.record.entry).to.include({ text: 'JÕHVI PAYMENTS' });
    }
  });

  const refused: [what: string, file: string, code: string][] = [
    ['a file without its trailer', FILE.replace(/99,.*\n$/, ''), 'statement-incomplete'],
    ['a file that was cut in the middle', FILE.slice(0, FILE.indexOf('49,680000')), 'statement-incomplete'],
    ['an empty file', '', 'statement-incomplete'],
    ['another file', 'a,b,c\n1,2,3\n', 'statement-malformed'],
    ['a file that does not begin with its header', FILE.slice(FILE.indexOf('02,')), 'statement-kind'],
    ['a transaction of no account', FILE.replace(/03,.*\n/, ''), 'statement-malformed'],
    ['a total of an account that is one cent off', FILE.replace('49,680000', '49,680001'), 'statement-totals'],
    ['a total of a group that is one cent off', FILE.replace('98,680075', '98,680074'), 'statement-totals'],
    ['a lost account', FILE.replace('98,680075,2', '98,680075,3'), 'statement-totals'],
    ['a lost line', FILE.replace('88,AT THE COUNTER/\n', ''), 'statement-totals'],
    ['a transaction that comes twice', FILE.replace(/(16,409.*\n)/, '$1$1'), 'statement-totals'],
    ['an amount with a decimal point', FILE.replace('20000,V', '200.00,V'), 'statement-malformed'],
    ['a type code of a status', FILE.replace('16,165', '16,015'), 'statement-malformed'],
    ['anything after the end', `${FILE}16,165,1,1,,/\n`, 'statement-malformed'],
    ['a line without end', `01,${'x'.repeat(200_000)}`, 'statement-malformed'],
    [
      'a record without end',
      FILE.replace('88,MORE', `88,${'x'.repeat(30_000)}\n88,${'x'.repeat(40_000)}`),
      'statement-entry-too-large',
    ],
  ];
  for (const [what, file, code] of refused) {
    it(`refuse ${what} as ${code}`, async () => {
      expect(await codeOf(file)).to.equal(code);
    });
  }
});
