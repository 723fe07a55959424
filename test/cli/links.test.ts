import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

describe('ledgerbell links', () => {
  let cli: CliUnderTest;

  beforeEach(async () => {
    cli = cliUnderTest();
    cli.configure({ http: { publicUrl: 'https://sms.bank.example/v1/' }, pages: { linkMinutes: 30 } });
    await cli.run(['customers', 'put', '2'], { input: '{"name":"Ester"}' });
  });

  afterEach(() => cli.remove());

  it('creates a link that works as long as configured, or as asked, and withdraws both', async () => {
    const left = (expiresAt: string): number => Math.round((Date.parse(expiresAt) - Date.now()) / 60_000);
    const made = await cli.json<{ url: string; expiresAt: string }>(['links', 'create', '2']);
    expect(made.url).to.match(/^https:\/\/sms\.bank\.example\/v1\/p\/[A-Za-z0-9_-]{51}$/);
    expect(left(made.expiresAt)).to.equal(30);
    const short = await cli.json<{ expiresAt: string }>(['links', 'create', '2', '--minutes', '5']);
    expect(left(short.expiresAt)).to.equal(5);
    expect((await cli.run(['links', 'withdraw', '2'])).stdout).to.equal('2 links work no more.\n');
    const { items } = await cli.json<{ items: { action: string }[] }>(['audit', 'list']);
    expect(items.filter(({ action }) => action.startsWith('preference-link'))).to.have.length(3);
    expect(JSON.stringify(items)).not.to.include(made.url.slice(-51));
  });

  it('refuses a time that is too short, and a customer whom nobody registered', async () => {
    expect((await cli.run(['links', 'create', '2', '--minutes', '4'])).code).to.not.equal(0);
    expect((await cli.run(['links', 'create', '2', '--minutes', 'long'])).code).to.equal(2);
    expect((await cli.run(['links', 'create', 'nobody'])).stderr).to.match(/^customer-unknown: /);
  });
});
