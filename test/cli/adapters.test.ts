import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

describe('the commands for providers and for the bank', () => {
  let cli: CliUnderTest;
  const kannel = { use: 'kannel', name: 'operator', baseUrl: 'http://127.0.0.1:13013', username: 'lb', password: 'pw' };

  beforeEach(() => {
    cli = cliUnderTest();
  });
  afterEach(() => cli.remove());

  it('print the addresses to enter at each provider, the same every time', async () => {
    cli.configure({
      http: { publicUrl: 'https://alerts.bank.example/v1/' },
      sms: { adapters: [kannel, { use: 'terminal' }] },
    });
    const { code, stdout, stderr } = await cli.run(['adapters', 'addresses']);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(
      /^operator\n {2}receipts {2}https:\/\/alerts\.bank\.example\/v1\/receipts\/operator\?token=[\w-]{22}\n/,
    );
    expect(stdout).to.include('none: this adapter reads no messages');
    expect(stderr).to.include('like a password');
    const { items } = await cli.json<{ items: { adapter: string; receipts?: string }[] }>(['adapters', 'addresses']);
    expect(items.map(({ adapter }) => adapter)).to.deep.equal(['operator', 'terminal']);
    expect(stdout).to.include(items[0]?.receipts);
    expect(items[1]).to.deep.equal({ adapter: 'terminal' });
  });

  it('say what is missing where providers cannot reach the service', async () => {
    cli.configure({ sms: { adapters: [kannel] } });
    const { code, stderr } = await cli.run(['adapters', 'addresses']);
    expect(code).to.not.equal(0);
    expect(stderr).to.include('public-url-missing').and.include('http.publicUrl');
  });

  it('list and redrive webhooks', async () => {
    expect(await cli.json(['webhooks', 'list', '--status', 'dead'])).to.deep.equal({ items: [] });
    expect((await cli.run(['webhooks', 'list'])).stdout).to.include('No webhooks.');
    expect(await cli.json(['webhooks', 'redrive', '--all'])).to.deep.equal({ redriven: 0 });
    expect((await cli.run(['webhooks', 'redrive'])).code).to.equal(2);
    expect((await cli.run(['webhooks', 'redrive', 'wh_none'])).stderr).to.include('webhook-unknown');
    expect((await cli.run(['webhooks', 'list', '--status', 'lost'])).code).to.equal(2);
  });

  it('refuse a rule that asks for a reply from a sender that is a name', async () => {
    const rule = {
      name: 'asks',
      description: 'asks',
      on: ['transaction.posted'],
      topic: 'asks',
      lane: 'security',
      conditions: { all: [{ fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' }] },
      fires: 'each',
      reply: { window: 'PT24H' },
      event: { type: 'sms', params: { message: 'asks' } },
    };
    mkdirSync(`${cli.folder}/rules/asks`, { recursive: true });
    cli.write('rules/asks/rule.json', JSON.stringify(rule));
    const text = 'A payment was made. Was it you? Reply YES or NO.';
    cli.write('rules/asks/messages.json', JSON.stringify({ en: { asks: { text, discreet: text } } }));
    cli.write('rules/topics.json', JSON.stringify({ asks: { consent: 'opt-out' } }));
    const check = async (senders: object) => {
      cli.configure({ rules: ['./rules'], sms: { senders } });
      const { stdout } = await cli.run(['rules', 'check', '--json']);
      return JSON.parse(stdout).problems.filter(({ severity }: { severity: string }) => severity === 'error');
    };
    expect((await check({ default: 'BANK' })).map(({ code }: { code: string }) => code)).to.deep.equal([
      'reply-one-way',
    ]);
    expect(await check({ default: 'BANK', security: '+37280001' })).to.deep.equal([]);
    cli.configure({ rules: ['./rules'], sms: { senders: { default: 'BANK' } } });
    expect((await cli.run(['rules', 'activate'])).stderr).to.include('rules-invalid');
  });
});
