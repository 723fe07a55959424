import { expect } from 'chai';
import { bai2File } from '../flows/statements/bai2-file.js';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

describe('ledgerbell statements', () => {
  let cli: CliUnderTest;

  beforeEach(() => {
    cli = cliUnderTest();
    cli.configure({ sources: { night: { mapping: 'bai2', parameters: { zone: 'Europe/Tallinn' } } } });
  });

  afterEach(() => cli.remove());

  it('takes a file, says how far it is, and lists what became of it', async () => {
    cli.write('night.bai', bai2File(700, { message: 1 }).text);
    const taken = await cli.run(['statements', 'take', 'night.bai', '--source', 'night']);
    expect(taken.stdout, taken.stderr).to.include(
      'night.bai: 700 of 700 entries; 699 events new, 0 known before, 1 ignored, 0 rejected.',
    );
    expect(taken.stdout).to.include('1 x no-money');
    expect(taken.stderr).to.include('100 %  entries taken');
    expect(taken.code).to.equal(0);
    const { items } = await cli.json<{ items: { id: string; state: string; done: number }[] }>(['statements', 'list']);
    expect(items.map(({ state, done }) => [state, done])).to.deep.equal([['done', 700]]);
    const shown = await cli.run(['statements', 'show', items[0]?.id ?? '']);
    expect(shown.stdout).to.include('700 of 700 entries');
  });

  it('names the line of what was rejected, and ends with a problem', async () => {
    cli.write('night.bai', bai2File(5, { beyond: 2 }).text);
    const { code, stdout } = await cli.run(['statements', 'take', 'night.bai', '--source', 'night']);
    expect(code).to.equal(1);
    expect(stdout).to.match(/line \d+: amount-too-large at \/data\/amount/);
  });

  it('refuses a file that is cut off, with nothing taken', async () => {
    cli.write('night.bai', bai2File(5).text.slice(0, 60));
    const { code, stdout } = await cli.run(['statements', 'take', 'night.bai', '--source', 'night']);
    expect(code).to.equal(1);
    expect(stdout).to.include('nothing of it was taken').and.include('statement-incomplete');
  });

  it('says what is wrong with a name or a path', async () => {
    cli.write('night.bai', bai2File(1).text);
    expect((await cli.run(['statements', 'take', 'night.bai', '--source', 'day'])).stderr).to.include(
      'No such source is configured',
    );
    expect((await cli.run(['statements', 'take', 'missing.bai', '--source', 'night'])).stderr).to.include(
      'missing.bai',
    );
  });
});
