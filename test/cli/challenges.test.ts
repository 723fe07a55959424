import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

describe('one-time codes on the command line', () => {
  let cli: CliUnderTest;
  beforeEach(() => {
    cli = cliUnderTest();
  });
  afterEach(() => cli.remove());

  it('are sent to a registered customer, and only the right one passes', async () => {
    const put = await cli.run(['customers', 'put', '2'], { input: '{"phone":"+12015550100"}' });
    expect(put.code, put.stderr).to.equal(0);
    const sent = await cli.run(['challenges', 'send', '2', '--purpose', 'sign-in', '--json']);
    expect(sent.code, sent.stderr).to.equal(0);
    const { id, phone } = JSON.parse(sent.stdout);
    expect(phone).to.equal('+1201***00');
    const wrong = await cli.run(['challenges', 'check', id, 'abc']);
    expect(wrong).to.include({ code: 1, stdout: 'The code does not pass.\n' });
  });

  it('are refused with the code of what is wrong', async () => {
    const unknown = await cli.run(['challenges', 'send', '404', '--purpose', 'sign-in']);
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.match(/^customer-unknown: /);
    const purpose = await cli.run(['challenges', 'send', '2', '--purpose', 'dancing']);
    expect(purpose.code).to.equal(2);
    const confirm = await cli.run(['challenges', 'send', '2', '--purpose', 'payment', '--confirm', '{']);
    expect(confirm).to.include({ code: 2, stdout: '' });
  });
});
