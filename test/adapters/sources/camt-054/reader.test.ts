import { expect } from 'chai';
import { camt054 } from '../../../../adapters/sources/camt-054/reader.js';
import { LedgerbellError } from '../../../../src/contracts/errors.js';
import { readStatement } from '../read-statement.js';

const entry = (reference: string, amount = '12.50', details = ''): string => `
    <Ntry>
      <Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
      <BookgDt><Dt>2026-03-02</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef>
      <NtryDtls>${details || `<TxDtls><RmtInf><Ustrd>Rent &amp; <![CDATA[<heat>]]></Ustrd></RmtInf></TxDtls>`}</NtryDtls>
    </Ntry>`;

const file = (
  entries: string,
  { summary = '', version = '08', head = '<?xml version="1.0" encoding="UTF-8"?>' } = {},
) => `${head}
<d:Document xmlns:d="urn:iso:std:iso:20022:tech:xsd:camt.054.001.${version}"
  xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.${version}"><BkToCstmrDbtCdtNtfctn>
  <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-02T18:00:00+02:00</CreDtTm></GrpHdr>
  <Ntfctn><Id>N-1</Id><Acct><Id><IBAN>EE382200221020145685</IBAN></Id><Ccy>EUR</Ccy></Acct>${summary}${entries}</Ntfctn>
</BkToCstmrDbtCdtNtfctn></d:Document>`;

const summary = (count: string, sum: string): string =>
  `<TxsSummry><TtlNtries><NbOfNtries>${count}</NbOfNtries><Sum>${sum}</Sum></TtlNtries></TxsSummry>`;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    return error instanceof LedgerbellError ? error.code : String(error);
  }
}

describe('camt.054 files', () => {
  it('become one record an entry, under the names of the standard', async () => {
    const [first, second, ...more] = await readStatement(camt054, file(entry('A-1') + entry('A-2', '3.00')));
    expect(more).to.deep.equal([]);
    expect(first?.record).to.deep.equal({
      header: { MsgId: 'M-1', CreDtTm: '2026-03-02T18:00:00+02:00' },
      notification: { Id: 'N-1', Acct: { Id: { IBAN: 'EE382200221020145685' }, Ccy: 'EUR' } },
      entry: {
        Amt: { Ccy: 'EUR', value: '12.50' },
        CdtDbtInd: 'DBIT',
        Sts: { Cd: 'BOOK' },
        BookgDt: { Dt: '2026-03-02' },
        AcctSvcrRef: 'A-1',
        NtryDtls: [{ TxDtls: [{ RmtInf: { Ustrd: ['Rent & <heat>'] } }] }],
      },
      index: 0,
      details: 1,
    });
    expect(second?.record).to.deep.include({ index: 1 });
    expect(first?.line).to.equal(6);
    expect(second?.line).to.equal(11);
  });

  it('are the same however their bytes are cut', async () => {
    const bytes = file(entry('Õ-1') + entry('ž-2'));
    const whole = await readStatement(camt054, bytes, 1_000_000);
    expect(await readStatement(camt054, bytes, 1)).to.deep.equal(whole);
    expect(JSON.stringify(whole)).to.include('Õ-1').and.include('ž-2');
  });

  it('count their entries anew in each notification', async () => {
    const two = file(entry('A-1')).replace('</Ntfctn>', `</Ntfctn><Ntfctn><Id>N-2</Id>${entry('B-1')}</Ntfctn>`);
    const places = (await readStatement(camt054, two)).map(({ record }) => [record.notification, record.index]);
    expect(places).to.deep.equal([
      [{ Id: 'N-1', Acct: { Id: { IBAN: 'EE382200221020145685' }, Ccy: 'EUR' } }, 0],
      [{ Id: 'N-2' }, 0],
    ]);
  });

  it('keep fifty transactions of a collective booking and say how many there were', async () => {
    const [found] = await readStatement(
      camt054,
      file(entry('A-1', '1.00', '<TxDtls><Refs/></TxDtls>'.repeat(120))),
      4096,
    );
    const { record } = found as { record: { details?: unknown; entry?: unknown } };
    expect(record.details).to.equal(120);
    expect((record.entry as { NtryDtls: { TxDtls: unknown[] }[] }).NtryDtls[0]?.TxDtls).to.have.length(50);
  });

  it('may lie in an envelope', async () => {
    const inside = file(entry('A-1'), { head: '' });
    const wrapped = `<Envelope><AppHdr><Fr>X</Fr></AppHdr>${inside}</Envelope>`;
    expect(await readStatement(camt054, wrapped)).to.have.length(1);
  });

  it('are read in the encoding that they state', async () => {
    const text = file(entry('Jõhvi'), { head: '<?xml version="1.0" encoding="ISO-8859-15"?>' });
    const [found] = await readStatement(camt054, Buffer.from(text, 'latin1'));
    expect(found?.record.entry).to.include({ AcctSvcrRef: 'Jõhvi' });
  });

  it('must hold what their summary states, to the last cent', async () => {
    const entries = entry('A-1', '0.10') + entry('A-2', '0.20');
    expect(await readStatement(camt054, file(entries, { summary: summary('2', '0.3') }))).to.have.length(2);
    expect(await codeOf(readStatement(camt054, file(entries, { summary: summary('3', '0.30') })))).to.equal(
      'statement-totals',
    );
    expect(await codeOf(readStatement(camt054, file(entries, { summary: summary('2', '0.31') })))).to.equal(
      'statement-totals',
    );
  });

  const whole = file(entry('A-1'));
  const refused: [what: string, bytes: string | Uint8Array, code: string][] = [
    ['a file that was cut off', whole.slice(0, -40), 'statement-incomplete'],
    ['an empty file', '', 'statement-incomplete'],
    ['a statement of another kind', whole.replaceAll('BkToCstmrDbtCdtNtfctn', 'BkToCstmrStmt'), 'statement-kind'],
    ['XML of something else', '<html><body/></html>', 'statement-kind'],
    ['tags that do not match', whole.replace('</Sts>', '</Stz>'), 'statement-malformed'],
    [
      'entities of its own',
      whole.replace('<d:Document', '<!DOCTYPE d [<!ENTITY a "b">]><d:Document'),
      'statement-malformed',
    ],
    ['an entry without an amount', file(entry('A-1').replace(/<Amt.*?<\/Amt>/, '')), 'statement-malformed'],
    ['an amount that is none', file(entry('A-1', '1,50')), 'statement-malformed'],
    ['elements nested without end', file(entry('A-1', '1.00', '<X>'.repeat(100))), 'statement-malformed'],
    ['an entry without end', file(entry('x'.repeat(300_000))), 'statement-entry-too-large'],
    ['bytes that are not its encoding', Buffer.from(file(entry('Õ')), 'latin1'), 'statement-malformed'],
  ];
  for (const [what, bytes, code] of refused) {
    it(`refuse ${what} as ${code}`, async () => {
      expect(await codeOf(readStatement(camt054, bytes, 4096))).to.equal(code);
    });
  }

  it('never quote what they hold when they are refused', async () => {
    const broken = file(entry('SECRET-REF', '1.00', '<TxDtls><Nm>Jane Doe</TxDtls>'));
    try {
      await readStatement(camt054, broken);
      expect.fail('the file was read');
    } catch (error) {
      expect((error as Error).message)
        .to.match(/^Line \d+: /)
        .and.not.match(/SECRET|Jane/);
    }
  });
});
