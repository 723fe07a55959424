import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import template, { type TemplateConfig } from '../../adapters/sms/template.js';
import type { CallbackRequest } from '../../src/contracts/adapter.js';
import { createAdapters } from '../../src/registry/adapters.js';
import { packageRoot } from '../../src/registry/package-root.js';
import { post } from './callback-contract.js';
import { type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeSmsAdapter, MESSAGE, toolsFor } from './sms-contract.js';

const ID = '5f0c';
const config = (baseUrl: string): TemplateConfig => ({ baseUrl, apiKey: 'k3y', signingSecret: 's1gn' });
const answer = (status: number, body: object) => ({ status, body: JSON.stringify(body) });
const signed = (body: object): CallbackRequest => {
  const text = JSON.stringify(body);
  const signature = createHmac('sha256', 's1gn').update(text).digest('hex');
  return post('https://bank.example/v1/receipts/template', text, { 'x-template-signature': signature });
};

describeSmsAdapter({
  name: 'template',
  definition: template,
  config,
  secrets: ['k3y', 's1gn'],
  success: [{ answer: answer(202, { id: ID, status: 'queued' }), providerId: ID }],
  rejected: [
    { answer: { status: 401, body: '' }, code: 'template-authentication', scope: 'account' },
    { answer: { status: 402, body: '' }, code: 'template-no-credit', scope: 'account' },
    { answer: { status: 422, body: '+12015550123 is not a number' }, code: 'template-422' },
  ],
  retryable: [{ answer: { status: 429, body: '' }, code: 'template-429' }],
  busy: { status: 429, body: '', headers: { 'retry-after': '7' } },
  unreadable: [answer(202, { id: '+12015550123' }), answer(200, { id: ID }), { status: 408, body: '' }],
  read: ({ body }) => {
    const asked = JSON.parse(body);
    const validityMs = asked.validitySeconds === undefined ? undefined : asked.validitySeconds * 1_000;
    return { ...asked, validityMs, encoding: asked.unicode ? 'ucs-2' : 'gsm-7' };
  },
  validityUnitMs: 1_000,
  processesIn: [{ own: {}, places: ['EU'] }],
  receipts: {
    genuine: [
      {
        title: 'a delivery',
        request: signed({ id: ID, reference: 'a-1', status: 'delivered' }),
        news: [{ alertId: 'a-1', providerId: ID, state: 'delivered', code: 'delivered' }],
      },
    ],
    malformed: [
      { title: 'a status that is not known', request: signed({ reference: 'a-1', status: 'lost' }) },
      { title: 'no message', request: signed({ status: 'delivered' }) },
      { title: 'no object', request: signed([]) },
    ],
    proof: { header: 'x-template-signature' },
  },
  inbound: {
    genuine: [
      {
        title: 'a reply',
        request: signed({ id: ID, from: '+12015550199', to: '90125', text: 'STOP' }),
        news: [{ providerId: ID, from: '+12015550199', to: '90125', text: 'STOP' }],
      },
    ],
    malformed: [{ title: 'no text', request: signed({ from: '+12015550199', to: '90125' }) }],
    proof: { header: 'x-template-signature' },
  },
  lookup: {
    answers: [
      {
        title: 'a delivery',
        answer: answer(200, { id: ID, status: 'delivered' }),
        outcome: { status: 'found', state: 'delivered', providerId: ID, code: 'delivered' },
      },
    ],
    unclear: [{ status: 404, body: '' }],
    asks: ({ path, query, headers }) => {
      expect({ path, reference: query.get('reference') }).to.deep.equal({
        path: '/messages',
        reference: MESSAGE.alertId,
      });
      expect(headers.authorization).to.equal('Bearer k3y');
    },
  },
});

describe('the template, copied out of this repository as docs/adapters/writing-one.md says', () => {
  const root = packageRoot();
  let bank: string;
  let provider: FakeProvider;

  /** What `npm install ledgerbell` brings of it, straight from the sources, so that no build is needed first. */
  function installLedgerbell(folder: string): void {
    const installed = join(folder, 'node_modules', 'ledgerbell');
    mkdirSync(installed, { recursive: true });
    const contracts = join(root, 'src', 'contracts', 'index');
    const exported = { './contracts': { types: './contracts.d.ts', default: './contracts.js' } };
    writeFileSync(
      join(installed, 'package.json'),
      JSON.stringify({ name: 'ledgerbell', type: 'module', exports: exported }),
    );
    writeFileSync(join(installed, 'contracts.js'), `export * from '${pathToFileURL(`${contracts}.ts`)}';\n`);
    writeFileSync(join(installed, 'contracts.d.ts'), `export * from '${contracts}.js';\n`);
    mkdirSync(join(folder, 'node_modules', '@types'));
    symlinkSync(join(root, 'node_modules', '@types', 'node'), join(folder, 'node_modules', '@types', 'node'));
  }

  before(async () => {
    provider = await startFakeProvider();
    bank = mkdtempSync(join(tmpdir(), 'ledgerbell-template-'));
    installLedgerbell(bank);
    const source = readFileSync(join(root, 'adapters', 'sms', 'template.ts'), 'utf8');
    const copied = source.replace("'../../src/contracts/adapter.js'", "'ledgerbell/contracts'");
    expect(copied).not.to.equal(source);
    writeFileSync(
      join(bank, 'package.json'),
      JSON.stringify({ name: 'bank-sms', type: 'module', exports: './my-provider.js' }),
    );
    writeFileSync(join(bank, 'my-provider.ts'), copied);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--strict', '--skipLibCheck', '--types', 'node', '--module', 'nodenext', '--target', 'es2023'];
    execFileSync(process.execPath, [compiler, ...options, 'my-provider.ts'], { cwd: bank, stdio: 'pipe' });
  });
  after(async () => {
    await provider.stop();
    rmSync(bank, { recursive: true });
  });

  const sends = async (use: string, folder: string) => {
    provider.behave(answer(202, { id: ID, status: 'queued' }));
    const [ready] = await createAdapters([{ use, ...config(provider.baseUrl) }], () => toolsFor(), folder);
    expect(ready?.processesIn).to.deep.equal(['EU']);
    expect(ready?.config).to.include({ apiKey: '***', signingSecret: '***' });
    expect(await ready?.adapter.send(MESSAGE)).to.deep.equal({ status: 'accepted', providerId: ID });
    return ready;
  };

  it('imports nothing of ours but the contracts', () => {
    const source = readFileSync(join(bank, 'my-provider.ts'), 'utf8');
    const imported = [...source.matchAll(/from '([^']+)';/g)].map(([, from]) => from);
    expect(imported).to.deep.equal(['node:crypto', 'ledgerbell/contracts']);
  });

  it('sends from a path beside the configuration', async () => {
    await sends('./my-provider.js', bank);
  });

  it('sends from an installed package, and its refusals of callbacks are known for what they are', async () => {
    const service = join(bank, 'service');
    mkdirSync(join(service, 'node_modules'), { recursive: true });
    symlinkSync(bank, join(service, 'node_modules', 'bank-sms'));
    const ready = await sends('bank-sms', service);
    const unsigned = post('https://bank.example/v1/receipts/template', '{}');
    expect(() => ready?.adapter.receipts?.(unsigned))
      .to.throw()
      .with.property('code', 'callback-unverified');
  });
});
