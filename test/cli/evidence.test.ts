import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

describe('ledgerbell evidence and legal-holds', () => {
  let cli: CliUnderTest;

  beforeEach(async () => {
    cli = cliUnderTest();
    cli.configure({});
    await cli.run(['customers', 'put', '2'], { input: '{"name":"Ester","phone":"+37251234567"}' });
    // A change of the number is told to both.
    await cli.run(['customers', 'put', '2'], { input: '{"name":"Ester","phone":"+37255550000"}' });
  });

  afterEach(() => cli.remove());

  it('shows what was made for a customer, as a table, as JSON and line by line', async () => {
    const { items } = await cli.json<{ items: { rule: string; text: string; times: { queued: string } }[] }>([
      'evidence',
      '--customer',
      '2',
    ]);
    expect(items.map(({ rule }) => rule)).to.deep.equal(['contact-details-changed', 'contact-details-changed']);
    const lines = (await cli.run(['evidence', '--customer', '2', '--lines'])).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).to.deep.equal(items);
    expect((await cli.run(['evidence', '--customer', '2'])).stdout)
      .to.include('contact-details-changed')
      .and.to.include('Your contact details at the bank were changed');
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect((await cli.run(['evidence', '--customer', '2', '--from', tomorrow])).stdout).to.equal('Nothing was sent.\n');
    expect((await cli.run(['evidence', '--customer', '2', '--from', 'soon'])).code).to.not.equal(0);
    expect((await cli.run(['evidence', '--customer', 'nobody'])).stderr).to.match(/^customer-unknown: /);
  });

  it('places, lists and ends a legal hold, which an erasure waits for', async () => {
    const place = ['legal-holds', 'place', '2', '--reason', 'dispute', '--reference', 'case 7'];
    expect((await cli.run(place.slice(0, 5))).code).to.not.equal(0);
    expect((await cli.run(place)).stdout).to.match(/^2 is under a legal hold/);
    expect((await cli.run(['legal-holds', 'list'])).stdout).to.include('case 7');
    expect((await cli.run(['customers', 'erase', '2', '--yes'])).stderr).to.match(/^legal-hold: /);
    expect((await cli.run(['legal-holds', 'release', '2'])).stdout).to.include('was carried out');
    expect((await cli.run(['legal-holds', 'release', '2'])).stdout).to.equal('2 was under no legal hold.\n');
    expect((await cli.run(['customers', 'get', '2'])).stderr).to.match(/^erased: /);
    expect((await cli.run(['legal-holds', 'list'])).stdout).to.equal('No legal holds.\n');
  });
});
