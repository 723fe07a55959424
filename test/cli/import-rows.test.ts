import { expect } from 'chai';
import { csvRows } from '../../src/cli/import/csv-rows.js';
import { jsonlRows } from '../../src/cli/import/jsonl-rows.js';
import { LONGEST_LINE } from '../../src/cli/import/lines-of.js';

/** In pieces of this many bytes, as a file may be read. */
async function* pieces(text: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

async function codeOf(rows: AsyncIterable<unknown>): Promise<string> {
  try {
    await all(rows);
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
  return 'no error';
}

describe('rows of a CSV file', () => {
  it('are read with their line, whatever separates them and however the columns are written', async () => {
    for (const [text, size] of [
      ['customerId,phone,name\n1,+1,"Tamm, ""Õie"""\n\n2,,Ö\n', 1],
      ['\uFEFFCustomer ID;PHONE;name\r\n1;+1;"Tamm, ""Õie"""\r\n\r\n2;;Ö', 3],
      ['customer_id\tphone\tname\n1\t+1\t"Tamm, ""Õie"""\n\n2\t\tÖ\n', 1000],
    ] as const) {
      expect(await all(csvRows(pieces(text, size)))).to.deep.equal([
        { line: 2, fields: { customerId: '1', phone: '+1', name: 'Tamm, "Õie"' } },
        { line: 4, fields: { customerId: '2', phone: '', name: 'Ö' } },
      ]);
    }
  });

  it('are refused one by one where they do not fit the header', async () => {
    const rows = await all(csvRows(pieces('customerId,name\n1,a\n2,b,c\n3\n4,d\n', 7)));
    expect(rows.map((row) => ('code' in row ? `${row.line} ${row.code}` : `${row.line} read`))).to.have.members([
      '2 read',
      '3 csv-malformed',
      '4 csv-malformed',
      '5 read',
    ]);
  });

  it('are not read at all below a header that is not understood', async () => {
    expect(await codeOf(csvRows(pieces('customerId,phome\n1,2\n', 50)))).to.equal('column-unknown');
    expect(await codeOf(csvRows(pieces('phone,name\n1,2\n', 50)))).to.equal('column-missing');
    expect(await codeOf(csvRows(pieces('customerId,customer_id\n1,2\n', 50)))).to.equal('column-twice');
  });

  it('say what a mistyped column was probably meant to be, and never what a header holds', async () => {
    try {
      await all(csvRows(pieces('customerId,phome\n', 50)));
    } catch (error) {
      expect((error as Error).message).to.equal('Column 2 of the header is not known; did you mean "phone"?');
    }
  });

  it('have bounded memory: a quote that never ends does not swallow the file', async () => {
    const text = `customerId,name\n1,"${'x\n'.repeat(LONGEST_LINE)}`;
    expect(await codeOf(csvRows(pieces(text, 65_536)))).to.equal('csv-malformed');
  });
});

describe('rows of a JSONL file', () => {
  it('are read with their line, in pieces of any size', async () => {
    const text = '\uFEFF{"customerId":"1","name":"Õie"}\r\n\n{"customerId":"2"}';
    for (const size of [1, 2, 5, 1000]) {
      expect(await all(jsonlRows(pieces(text, size)))).to.deep.equal([
        { line: 1, fields: { customerId: '1', name: 'Õie' } },
        { line: 3, fields: { customerId: '2' } },
      ]);
    }
  });

  it('are refused where they are no object, or too long to be held', async () => {
    const text = `[]\nnull\n{"phone":"+3725\n{"name":"${'x'.repeat(2 * LONGEST_LINE)}"}\n{"customerId":"5"}\n`;
    const rows = await all(jsonlRows(pieces(text, 65_536)));
    expect(rows.map((row) => ('code' in row ? row.code : row.line))).to.deep.equal([
      'json-malformed',
      'json-malformed',
      'json-malformed',
      'line-too-long',
      5,
    ]);
    expect(JSON.stringify(rows)).not.to.include('+3725');
  });
});
