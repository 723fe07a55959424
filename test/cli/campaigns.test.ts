import { resolve } from 'node:path';
import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

const FOLDER = resolve('examples', 'campaigns', 'savings-offer');

describe('ledgerbell campaigns', () => {
  let cli: CliUnderTest;

  before(async () => {
    cli = cliUnderTest();
    cli.configure({
      rules: [resolve('examples', 'campaigns', 'rules')],
      marketing: { approvals: 2 },
      sms: { adapters: [{ use: 'terminal' }] },
    });
    cli.write(
      'customers.csv',
      'customerId,phone,timeZone\n1,+37251000001,Europe/Tallinn\n2,+37251000002,Europe/Riga\n',
    );
    await cli.run(['customers', 'import', 'customers.csv']);
  });
  after(() => cli.remove());

  it('writes the example down, and says what it would do', async () => {
    const created = await cli.run(['campaigns', 'create', FOLDER]);
    expect(created.stderr).to.equal('');
    expect(created.stdout).to.equal('The campaign savings-offer is written down.\n');
    const preview = await cli.run(['campaigns', 'preview', 'savings-offer']);
    expect(preview.stdout).to.match(/0 of 2 customers would be told/);
    expect(preview.stderr).to.equal('100 %  2 customers\n');
    const found = await cli.json<{ seen: number; matched: number }>(['campaigns', 'preview', 'savings-offer']);
    // Both were registered today.
    expect(found).to.deep.include({ seen: 2, matched: 0, complete: true });
  });

  it('waits for a second person, and is stopped', async () => {
    const first = await cli.run(['campaigns', 'start', 'savings-offer', '--by', 'ann']);
    expect(first.stdout).to.match(/waits for 1 more person: ledgerbell campaigns start savings-offer/);
    expect((await cli.run(['campaigns', 'start', 'savings-offer', '--by', 'ann'])).stderr).to.match(
      /^campaign-approved-already/,
    );
    expect((await cli.run(['campaigns', 'start', 'savings-offer', '--by', 'ben'])).stdout).to.match(/is running/);
    expect((await cli.run(['campaigns', 'pause', 'savings-offer', '--reason', 'lunch'])).stdout).to.match(/is paused/);
    expect((await cli.run(['campaigns', 'resume', 'savings-offer'])).stdout).to.match(/is running/);
    expect((await cli.run(['campaigns', 'stop', 'savings-offer'])).stdout).to.match(/is stopped/);
    const shown = await cli.run(['campaigns', 'show', 'savings-offer', '--watch']);
    expect(shown.stdout).to.match(/state +stopped: operator/);
    const { items } = await cli.json<{ items: object[] }>(['campaigns', 'list']);
    expect(items[0]).to.deep.include({ id: 'savings-offer', state: 'stopped', startedBy: ['ann', 'ben'] });
  });

  it('says every mistake of a folder, and where a file is no JSON', async () => {
    expect((await cli.run(['campaigns', 'create', 'nowhere'])).code).to.equal(2);
    const { mkdirSync } = await import('node:fs');
    mkdirSync(resolve(cli.folder, 'wrong'));
    cli.write('wrong/campaign.json', '{ "name": "wrong", }');
    cli.write('wrong/messages.json', '{}');
    expect((await cli.run(['campaigns', 'create', 'wrong'])).stderr).to.match(/campaign\.json:1:\d+/);
    cli.write('wrong/campaign.json', '{ "name": "wrong", "topics": "offers" }');
    const { stderr, code } = await cli.run(['campaigns', 'create', 'wrong']);
    expect(code).to.equal(1);
    expect(stderr).to.include('campaign-invalid').and.to.include('"topics" is not known').and.to.include('is missing');
  });
});
