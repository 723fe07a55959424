import { expect } from 'chai';
import fc from 'fast-check';
import mysql from 'mysql2';
import { insertTexts, statementText } from '../../src/store/mysql-text.js';

const value = fc.oneof(
  fc.constant(null),
  fc.constant(undefined),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom("'", '"', '\\', '\0', '\b', '\t', '\n', '\r', '\x1a', '?', 'õ', 'a') }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

const driver = { format: (sql: string, values: readonly unknown[]) => mysql.format(sql, [...values] as never[]) };

describe('the text of a statement for MySQL', () => {
  it('is what the driver itself would make of it', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const sql = `select ${values.map(() => '?').join(', ')} end`;
        expect(statementText(driver, sql, values)).to.equal(driver.format(sql, values));
      }),
    );
  });

  it('of an insert holds every row in order, and goes on in another where the rows are large', () => {
    const rows = [10, 400_000, 200_000, 10].map((size, at) => [at, 'x'.repeat(size)]);
    const texts = insertTexts(driver, 'insert into t values ', rows, ' end');
    const large = rows.map(([at, text]) => `(${at},'${text}')`);
    expect(texts).to.deep.equal([
      `insert into t values ${large.slice(0, 3).join(',')} end`,
      `insert into t values ${large[3]} end`,
    ]);
  });
});
