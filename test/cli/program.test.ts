import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import { readManifest } from '../../src/registry/manifest.js';
import { type CliUnderTest, cliUnderTest, endOf } from './cli-under-test.js';

describe('the command line', () => {
  let cli: CliUnderTest;

  beforeEach(() => {
    cli = cliUnderTest();
  });

  afterEach(() => cli.remove());

  it('ends with two where it is called wrongly, and with nought where help was asked for', async () => {
    const [unknown, help, nothing] = await Promise.all([cli.run(['serv']), cli.run(['--help']), cli.run([])]);
    expect(unknown).to.include({ code: 2, stdout: '' });
    expect(unknown.stderr).to.include('serve');
    expect(help.code).to.equal(0);
    expect(help.stdout).to.include('customers');
    expect(nothing.code).to.equal(2);
    expect(readdirSync(cli.folder)).to.deep.equal([]);
  });

  it('is a process that ends with the exit code, answers on one stream and complains on the other', async () => {
    const [version, wrong] = await Promise.all(
      [['--version'], ['customers', 'get', '1']].map((args) => endOf(cli.spawn(args))),
    );
    expect(version).to.deep.equal({ code: 0, stdout: `${readManifest().version}\n`, stderr: '' });
    expect(wrong).to.include({ code: 1, stdout: '' });
    expect(wrong?.stderr).to.match(/^customer-unknown: [^\n]+\n$/);
  });

  it('tells every mistake of the configuration, without a stack and without a value', async () => {
    cli.configure({
      locale: 'locale hunter2',
      http: { port: 'hunter2' },
      apiKeys: [{ name: 'a', key: 'hunter2' }],
    });
    const people = await cli.run(['serve']);
    expect(people).to.include({ code: 2, stdout: '' });
    expect(people.stderr.split('\n')).to.include.members([
      'config-invalid: The configuration has 4 mistakes:',
      '  http.port: must be a whole number',
      '  apiKeys[0].key: must have at least 16 characters',
      '  apiKeys[0].role: is missing',
    ]);
    expect(people.stderr).not.to.match(/hunter2|^\s+at /m);
    const programs = await cli.run(['customers', 'list', '--json']);
    expect(programs.code).to.equal(2);
    expect(JSON.parse(programs.stderr).error).to.include({ code: 'config-invalid' });
    expect(JSON.parse(programs.stderr).error.mistakes).to.have.length(4);
  });

  it('semantics line twenty: does not start in production without configured keys', async () => {
    const { code, stderr } = await cli.run(['serve'], { env: { NODE_ENV: 'production' } });
    expect(code).to.equal(2);
    expect(stderr).to.match(/^keys-required: /);
    expect(readdirSync(cli.folder)).to.deep.equal([]);
  });

  it('migrates, checks and prints the SQL, and makes no keys for it', async () => {
    const sql = await cli.run(['migrate', '--sql']);
    expect(sql.code).to.equal(0);
    expect(sql.stdout).to.include('CREATE TABLE');
    expect((await cli.run(['migrate', '--check'])).code).to.equal(1);
    expect((await cli.run(['migrate'])).code).to.equal(0);
    expect(await cli.run(['migrate', '--check'])).to.include({ code: 0, stdout: 'The schema is up to date.\n' });
    expect(readdirSync(join(cli.folder, 'data')).filter((name) => !name.startsWith('ledgerbell.sqlite'))).to.deep.equal(
      [],
    );
  });

  it('refuses to work on an old schema where it may only check it', async () => {
    cli.configure({ migrate: 'check' });
    const { code, stderr } = await cli.run(['customers', 'list']);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^schema-outdated: .*ledgerbell migrate/);
  });

  it('checks and tests rules, and points at the line of a mistake', async () => {
    const [check, test] = await Promise.all([cli.run(['rules', 'check']), cli.run(['rules', 'test'])]);
    expect(check.code).to.equal(0);
    expect(check.stdout).to.match(/ 0 errors, \d+ warnings\.\n$/);
    expect(test.code).to.equal(0);
    expect(test.stdout).to.match(/^(\d+) of \1 cases of \d+ rules passed\.\n$/);
    mkdirSync(join(cli.folder, 'mine', 'broken'), { recursive: true });
    cli.write('mine/broken/rule.json', '{\n  "name": "broken",\n}');
    const broken = await cli.run(['rules', 'check', 'mine']);
    expect(broken.code).to.equal(1);
    expect(broken.stdout).to.match(/rule\.json:3:1 {2}error/);
    const json = await cli.run(['rules', 'test', 'mine', '--json']);
    expect(json.code).to.equal(1);
    expect(JSON.parse(json.stdout).problems).not.to.have.length(0);
  });

  it('semantics line twenty-seven: lets rules run after two different people approved them', async () => {
    cli.configure({ activation: { mode: 'manual' } });
    const nothing = await cli.run(['customers', 'list']);
    expect(nothing.code).to.equal(1);
    expect(nothing.stderr).to.match(/^no-active-rules: /);
    const first = await cli.json<{ id: string }>(['rules', 'activate', '--by', 'alice']);
    expect(first).to.deep.include({ state: 'proposed', missing: 1 });
    const again = await cli.run(['rules', 'approve', first.id, '--by', 'alice']);
    expect(again.code).to.equal(1);
    expect(again.stderr).to.match(/^already-approved: /);
    expect(await cli.json(['rules', 'approve', first.id, '--by', 'bob'])).to.include({ state: 'active', missing: 0 });
    const { rules, sets } = await cli.json<{ rules: { name: string }[]; sets: { approvedBy: string[] }[] }>([
      'rules',
      'list',
    ]);
    expect(rules.map(({ name }) => name)).to.include('large-withdrawal');
    expect(sets[0]?.approvedBy).to.deep.equal(['alice', 'bob']);
  });

  it('holds and resumes, with a reason and a name that exists', async () => {
    expect((await cli.run(['hold', 'all'])).code).to.equal(2);
    const misspelt = await cli.run(['hold', 'rule', 'low-balence', '--reason', 'wrong limit']);
    expect(misspelt.code).to.equal(1);
    expect(misspelt.stderr).to.match(/^hold-target-unknown: /);
    const held = await cli.run(['hold', 'rule', 'low-balance', '--reason', 'wrong limit']);
    expect(held).to.include({ code: 0, stdout: 'The rule low-balance is held; 0 alerts wait.\n' });
    expect((await cli.run(['hold'])).stdout).to.match(/low-balance.*wrong limit/);
    expect((await cli.run(['resume', 'rule', 'low-balance'])).stdout).to.equal(
      'The rule low-balance is let go; 0 alerts leave.\n',
    );
    expect((await cli.run(['hold'])).stdout).to.equal('Nothing is held.\n');
  });

  it('shows the audit, and notices a row that was changed', async () => {
    await cli.run(['hold', 'all', '--reason', 'night']);
    const { items } = await cli.json<{ items: { sequence: number; actor: string; action: string }[] }>([
      'audit',
      'list',
    ]);
    const hold = items.find(({ action }) => action === 'hold');
    expect(hold?.actor).to.match(/^cli:/);
    expect((await cli.run(['audit', 'verify'])).stdout).to.equal(`All ${items.length} rows are whole.\n`);
    const file = new Database(join(cli.folder, 'data', 'ledgerbell.sqlite'));
    file.prepare('update lb_audit set actor = ? where sequence = ?').run('cli:nobody', hold?.sequence);
    file.close();
    const broken = await cli.run(['audit', 'verify']);
    expect(broken).to.include({ code: 1, stdout: `Row ${hold?.sequence} is not as it was written.\n` });
  });

  it('wraps every key anew, so that the old one can go', async () => {
    const [old, fresh] = [
      { id: 'old', key: 'a'.repeat(64) },
      { id: 'new', key: 'b'.repeat(64) },
    ];
    cli.configure({ encryption: { keys: [old] } });
    await cli.run(['customers', 'put', '1'], { input: '{"name":"Alice"}' });
    cli.configure({ encryption: { keys: [fresh, old] } });
    expect(await cli.json(['keys', 'rewrap'])).to.deep.equal({ key: 'new', rewrapped: 1 });
    cli.configure({ encryption: { keys: [fresh] } });
    expect(await cli.json(['customers', 'get', '1'])).to.include({ name: 'Alice' });
  });
});
