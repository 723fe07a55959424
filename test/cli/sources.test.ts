import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { fineractFolder, fineractMessage } from '../support/fineract-avro.js';
import { type CliUnderTest, cliUnderTest } from './cli-under-test.js';

const DEPOSIT = {
  entityName: 'SAVINGSACCOUNT',
  actionName: 'DEPOSIT',
  request: { transactionAmount: '950,00', locale: 'de' },
  clientId: 42,
  response: { commandId: 7001, clientId: 42, savingsId: 17, resourceId: 90210 },
  timestamp: '2026-11-21T22:37:00Z',
};

/** The head of a mapping; the rest is the test's. */
const OWN = {
  name: 'own',
  title: 'Own',
  description: 'Own',
  origin: 'Own',
  body: ['json'],
  signature: { scheme: 'none' },
};

describe('ledgerbell sources', () => {
  let cli: CliUnderTest;

  beforeEach(() => {
    cli = cliUnderTest();
  });
  afterEach(() => cli.remove());

  it('lists what is shipped', async () => {
    const { items } = await cli.json<{ items: { name: string; parameters: string[] }[] }>(['sources', 'list']);
    expect(items.find(({ name }) => name === 'fineract')?.parameters).to.include('currency');
  });

  it('runs the examples of every shipped mapping', async () => {
    const { code, stdout } = await cli.run(['sources', 'test']);
    expect(code, stdout).to.equal(0);
    expect(stdout).to.match(/^(\d+) of \1 cases of \d+ mappings passed\.\n$/);
  });

  it('says which expression failed on which field, and what was there', async () => {
    cli.write('deposit.json', JSON.stringify(DEPOSIT));
    const args = ['sources', 'try', 'deposit.json', '--mapping', 'fineract', '--parameter', 'currency=EUR'];
    const { code, stdout } = await cli.run(args);
    expect(code).to.equal(1);
    expect(stdout).to.include('refused: mapping-amount');
    expect(stdout).to.match(/in mapping {2}\/cases\/\d+\/events\/0\/data\/amount/);
    expect(stdout).to.include('expression  money(request.transactionAmount, $parameters.currency)');
    expect(stdout).to.include('found       request.transactionAmount = "950,00"');
  });

  it('prints the events of a payload', async () => {
    cli.write('deposit.json', JSON.stringify({ ...DEPOSIT, request: { transactionAmount: 950 } }));
    const { items } = await cli.json<{ items: { events: { data: object }[]; accounts: object[] }[] }>([
      ...['sources', 'try', 'deposit.json', '--mapping', 'fineract', '--parameter', 'currency=EUR'],
      ...['--header', 'Fineract-Platform-TenantId: default'],
    ]);
    expect(items[0]?.events[0]?.data).to.include({ amount: '950.00', accountId: '17', direction: 'credit' });
    expect(items[0]?.accounts).to.have.length(1);
  });

  it('reads a payload of Avro by the schemas of a folder, and says so where there are none', async () => {
    const schemas = fineractFolder(undefined, join(cli.folder, 'avro'));
    const client = { id: 43n, displayName: 'Mari Maasikas', mobileNo: '+12015550142' };
    const message = fineractMessage('ClientCreateBusinessEvent', 'client.v1.ClientDataV1', client);
    writeFileSync(join(cli.folder, 'message.avro'), message);
    const args = ['sources', 'try', 'message.avro', '--mapping', 'fineract-events'];
    const { items } = await cli.json<{ items: { events: object[] }[] }>([...args, '--schemas', schemas]);
    expect(items[0]?.events[0]).to.deep.include({ type: 'customer.created', data: { customerId: '43' } });
    expect((await cli.run(args)).stdout).to.include('refused: mapping-schema');
    expect((await cli.run([...args, '--schemas', './nowhere'])).stderr).to.include('is no folder that can be read');
  });

  it('runs examples whose bodies are the bytes of Avro', async () => {
    const folder = join(cli.folder, 'own');
    mkdirSync(folder);
    fineractFolder(undefined, join(folder, 'avro'));
    const shipped = JSON.parse(readFileSync('adapters/sources/fineract-events/mapping.json', 'utf8'));
    writeFileSync(join(folder, 'mapping.json'), JSON.stringify({ ...shipped, $schema: undefined, name: 'own' }));
    const message = fineractMessage('LoanProductCreateBusinessEvent', 'client.v1.ClientDataV1', { id: 1n });
    const bytes = (base64: string, more: object) => ({ name: 'one', base64, ...more });
    const cases = [
      bytes(message.toString('base64'), { ignored: ['other-event'] }),
      bytes(message.subarray(1).toString('base64'), { refused: ['mapping-body'] }),
    ];
    writeFileSync(join(folder, 'cases.json'), JSON.stringify({ origin: 'Invented', schemas: './avro', cases }));
    expect((await cli.run(['sources', 'test', './own'])).stdout).to.equal('2 of 2 cases of 1 mappings passed.\n');
  });

  it('says what a mapping that reads Avro lacks', async () => {
    const mapping = (more: object) => ({
      ...{ name: 'own', title: 'Own', description: 'Own', origin: 'Own', signature: { scheme: 'none' }, ...more },
      cases: [{ name: 'rest', ignore: 'rest', because: 'The rest' }],
    });
    const told = async (more: object) => {
      cli.write('mapping.json', JSON.stringify(mapping(more)));
      return (await cli.run(['sources', 'test', './mapping.json'])).stdout;
    };
    const lacking = await told({ body: ['avro'] });
    expect(lacking).to.include('/avro is missing').and.include('/body needs "json" beside "avro"');
    expect(await told({ body: ['json'], avro: { record: 'A' } })).to.include('/avro it is of no use');
  });

  it('masks what is personal or like a card in what it shows', async () => {
    cli.write('mapping.json', '');
    const mapping = {
      ...OWN,
      cases: [
        {
          name: 'a',
          events: [
            {
              type: 'customer.login',
              id: "money(card, join('', [customerName, phone, mail]))",
              time: '$received',
              data: { customerId: 'id' },
            },
          ],
        },
      ],
    };
    cli.write('mapping.json', JSON.stringify(mapping));
    cli.write(
      'p.json',
      JSON.stringify({
        id: '1',
        card: '4111 1111 1111 1111',
        customerName: 'Mari Maasikas',
        phone: '+372 5123 4567',
        mail: 'mari@example.org',
      }),
    );
    const { stdout } = await cli.run(['sources', 'try', 'p.json', '--mapping', './mapping.json']);
    expect(stdout).to.include('refused: mapping-');
    for (const secret of ['4111 1111', 'Mari', '5123', 'mari@']) expect(stdout).not.to.include(secret);
  });

  it('says every mistake of a mapping at once', async () => {
    const mapping = {
      ...OWN,
      cases: [
        {
          name: 'a',
          events: [{ type: 'transaction.posted', id: 'a +', time: 'time($nothing)', data: { accountId: 'a' } }],
        },
        { name: 'a', ignore: 'rest', because: 'The rest' },
      ],
    };
    cli.write('mapping.json', JSON.stringify(mapping));
    const { code, stdout } = await cli.run(['sources', 'test', './mapping.json']);
    expect(code).to.equal(1);
    expect(stdout).to.include('/cases/0/events/0/id this is no JMESPath');
    expect(stdout).to.include('/cases/0/events/0/time nothing is called $nothing here');
    expect(stdout).to.include('/cases/0/events/0/data transaction.posted requires direction');
    expect(stdout).to.include('/cases/1/name another case is called a');
    expect(stdout).to.include('the cases after it never run');
  });

  it('starts a mapping whose examples hold from payloads, digit for digit', async () => {
    const payload =
      '{"type":"card.settled","eventId":"e-9","occurredAt":"2026-11-21T10:00:00","data":{"accountNumber":9007199254740993,"amount":-10.50,"currency":"EUR"}}';
    cli.write('p.json', payload);
    const made = await cli.run(['sources', 'new', 'our-core', 'p.json']);
    expect(made.code, made.stderr).to.equal(0);
    const tested = await cli.run(['sources', 'test', './our-core']);
    expect(tested.stdout).to.equal('1 of 1 cases of 1 mappings passed.\n');
    const { items } = await cli.json<{ items: { events: object[] }[] }>([
      'sources',
      'try',
      'p.json',
      '--mapping',
      './our-core',
    ]);
    expect(items[0]?.events[0]).to.deep.include({
      id: 'e-9',
      time: '2026-11-21T10:00:00.000Z',
      data: {
        accountId: '9007199254740993',
        direction: 'debit',
        amount: '10.50',
        currency: 'EUR',
        kind: 'card-settled',
      },
    });
    expect(readFileSync(join(cli.folder, 'our-core', 'cases.json'), 'utf8')).to.include(payload);
    expect((await cli.run(['sources', 'new', 'our-core', 'p.json'])).code).not.to.equal(0);
  });
});
