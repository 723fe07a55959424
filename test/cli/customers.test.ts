import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

interface Listed {
  items: { id: string; phone?: string }[];
}

describe('ledgerbell customers', () => {
  let cli: CliUnderTest;

  beforeEach(() => {
    cli = cliUnderTest();
    cli.configure({ phoneRegion: 'EE' });
  });

  afterEach(() => cli.remove());

  it('registers, shows, lists, exports and erases a customer', async () => {
    const file = cli.write(
      'alice.json',
      JSON.stringify({ phone: '5123 4567', name: 'Alice \u001b[31mRed', locale: 'et' }),
    );
    expect(await cli.run(['customers', 'put', '1', file])).to.include({ code: 0, stdout: 'Registered 1.\n' });
    expect(await cli.json(['customers', 'get', '1'])).to.include({
      phone: '+37251234567',
      version: 1,
      status: 'active',
    });
    const listed = await cli.run(['customers', 'list']);
    expect(listed.stdout).to.include('+3725***67').and.to.include('Alice  [31mRed');
    expect(listed.stdout).not.to.include('51234567');
    expect(listed.stdout).not.to.include('\u001b[31mRed');
    expect(JSON.parse((await cli.run(['customers', 'export', '1'])).stdout).phones).to.have.length(1);
    expect((await cli.run(['customers', 'erase', '1'])).code).to.equal(2);
    expect((await cli.run(['customers', 'erase', '1', '--yes'])).code).to.equal(0);
    const gone = await cli.run(['customers', 'get', '1']);
    expect(gone).to.include({ code: 1, stdout: '' });
    expect(gone.stderr).to.match(/^erased: /);
    const { items } = await cli.json<{ items: { action: string }[] }>(['audit', 'list']);
    expect(items.map(({ action }) => action)).to.include.members([
      'customer-read',
      'customer-exported',
      'customer-erased',
    ]);
  });

  it('shows what a customer is known to owe', async () => {
    await cli.run(['customers', 'put', '1'], { input: JSON.stringify({ name: 'Alice' }) });
    expect((await cli.run(['customers', 'instalments', '1'])).stdout).to.include('Nothing is due.');
    expect(await cli.json(['customers', 'instalments', '1'])).to.deep.equal({ items: [] });
    expect((await cli.run(['customers', 'instalments', '2'])).stderr).to.match(/^customer-unknown: /);
  });

  it('refuses a document without repeating any of it', async () => {
    const put = (input: string) => cli.run(['customers', 'put', '1'], { input });
    const [broken, unknown, phone] = await Promise.all([
      put('{"phone": "+37251234567'),
      put('{"phnoe": "+37251234567"}'),
      put('{"phone": "51234567890123"}'),
    ]);
    expect([broken.code, unknown.code, phone.code]).to.deep.equal([2, 2, 1]);
    expect(phone.stderr).to.match(/^phone-invalid: .*\(\/phone\)/);
    expect([broken, unknown, phone].map(({ stderr }) => stderr).join()).not.to.include('51234567');
  });

  it('imports a CSV file, reports the refused rows to their owner only, and again without harm', async () => {
    const file = cli.write(
      'customers.csv',
      'customer_id;phone;name;account_ids;role\n1;51234567;Alice;A|B;owner\n2;12;Bob;A;owner\n3;51234569;Carol;A;boss\n4;;Dan;;\n',
    );
    const first = await cli.run(['customers', 'import', file]);
    const report = `${file}.refused.jsonl`;
    expect(first.code).to.equal(1);
    expect(first.stdout).to.equal(
      `4 rows: 2 registered, 0 changed, 0 as they were, 2 refused.\nWhy they were refused: ${report}\n`,
    );
    expect(first.stderr).to.equal('100 %  4 rows, 2 refused\n');
    expect(statSync(report).mode & 0o777).to.equal(0o600);
    const refusals = readFileSync(report, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(refusals.map(({ line, field, code }) => `${line} ${field} ${code}`)).to.deep.equal([
      '3 phone phone-invalid',
      '4 role role-unknown',
    ]);
    expect(readFileSync(report, 'utf8')).not.to.include('51234569');
    cli.write('customers.csv', 'customerId,phone,name\n1,51234567,Alice\n2,51234568,Bob\n');
    const second = await cli.run(['customers', 'import', file, '--json']);
    expect(second.code).to.equal(0);
    expect(second.stderr).to.equal('');
    expect(JSON.parse(second.stdout)).to.deep.equal({ rows: 2, created: 1, changed: 0, unchanged: 1, refused: 0 });
    expect(existsSync(report)).to.equal(false);
    expect((await cli.json<Listed>(['customers', 'list'])).items.map(({ id }) => id)).to.deep.equal(['1', '2', '4']);
  });

  it('imports JSONL, and says when it cannot know what a file is', async () => {
    const file = cli.write('export.dat', '{"customerId":"1","accountIds":["A"]}\n{"customerId":"2"}\n');
    expect((await cli.run(['customers', 'import', file])).code).to.equal(2);
    expect((await cli.run(['customers', 'import', join(cli.folder, 'none.csv')])).code).to.equal(2);
    expect((await cli.run(['customers', 'import', file, '--format', 'jsonl'])).code).to.equal(0);
    const unknown = await cli.run(['customers', 'import', cli.write('a.csv', 'customerId,phnoe\n1,2\n')]);
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.equal('column-unknown: Column 2 of the header is not known; did you mean "phone"?\n');
  });
});
