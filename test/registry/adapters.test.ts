import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LedgerbellError } from '../../src/contracts/errors.js';
import { type AdapterConfig, byName, createAdapters, SHIPPED_ADAPTERS } from '../../src/registry/adapters.js';
import { MESSAGE, toolsFor } from '../adapters/sms-contract.js';

const KANNEL = { use: 'kannel', baseUrl: 'http://127.0.0.1:13013', username: 'u', password: 'hunter2' };
const GOOD = `export default {
  name: 'mine',
  configSchema: { type: 'object', additionalProperties: false, properties: { key: { type: 'string', sensitive: true } } },
  processesIn: () => [],
  create: (config) => ({ send: async () => ({ status: 'accepted', providerId: config.key }) }),
};`;

describe('the SMS adapters of a configuration', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-adapters-'));
    writeFileSync(join(folder, 'mine.mjs'), GOOD);
    writeFileSync(join(folder, 'shapeless.mjs'), 'export default { name: "x", create: 7 };');
    writeFileSync(join(folder, 'broken.mjs'), 'throw new Error("key hunter2 is wrong");');
    writeFileSync(join(folder, 'choosy.mjs'), `${GOOD.split('create')[0]} create() { throw new Error('hunter2'); } };`);
    const installed = join(folder, 'node_modules', 'bank-sms');
    mkdirSync(installed, { recursive: true });
    const manifest = { name: 'bank-sms', version: '1.0.0', type: 'module', exports: './index.js' };
    writeFileSync(join(installed, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(installed, 'index.js'), GOOD.replace("'mine'", "'bank-sms'"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const create = (...configs: AdapterConfig[]) => createAdapters(configs, () => toolsFor(), folder);
  const failure = async (...configs: AdapterConfig[]): Promise<LedgerbellError> => {
    const error = await create(...configs).then(
      () => expect.fail('it started'),
      (cause: unknown) => cause,
    );
    expect(error).to.be.instanceOf(LedgerbellError);
    return error as LedgerbellError;
  };

  it('come in the order configured, each under its name', async () => {
    const ready = await create(KANNEL, { use: 'terminal' }, { ...KANNEL, name: 'kannel-backup' });
    expect(ready.map(({ name }) => name)).to.deep.equal(['kannel', 'terminal', 'kannel-backup']);
  });

  it('get tools made for their name, so that receipts come back to the right one', async () => {
    const asked: string[] = [];
    const named = (name: string) => {
      asked.push(name);
      return toolsFor();
    };
    await createAdapters([{ use: 'terminal', name: 'desk' }, KANNEL], named);
    expect(asked).to.deep.equal(['desk', 'kannel']);
  });

  it('may be a file of the bank, found from the folder of the configuration', async () => {
    const [mine] = await create({ use: './mine.mjs', key: 'k' });
    expect(mine?.name).to.equal('mine');
    expect(await mine?.adapter.send(MESSAGE)).to.deep.equal({ status: 'accepted', providerId: 'k' });
  });

  it('may be an installed package', async () => {
    expect((await create({ use: 'bank-sms' }))[0]?.name).to.equal('bank-sms');
  });

  it('are shown with their secrets masked', async () => {
    const [kannel, mine] = await create(KANNEL, { use: './mine.mjs', key: 'hunter2' });
    expect(kannel?.config).to.deep.equal({ ...KANNEL, name: 'kannel', password: '***' });
    expect(mine?.config).to.deep.equal({ use: './mine.mjs', name: 'mine', key: '***' });
  });

  for (const use of ['./nowhere.mjs', 'no-such-package', '@no/such', 'pigeon-post']) {
    it(`stop the start as adapter-not-found where "${use}" is nothing`, async () => {
      const error = await failure({ use });
      expect(error.code).to.equal('adapter-not-found');
      expect(error.message).to.include(use).and.include('terminal, kannel');
    });
  }

  it('stop the start as adapter-malformed where a file has not the shape, and say what it lacks', async () => {
    const error = await failure({ use: './shapeless.mjs' });
    expect(error.code).to.equal('adapter-malformed');
    expect(error.message).to.include('"configSchema" (object), "processesIn" (function), "create" (function)');
  });

  it('stop the start as adapter-malformed where a file throws, without its words', async () => {
    const error = await failure({ use: './broken.mjs' });
    expect(error.code).to.equal('adapter-malformed');
    expect(error.message).not.to.include('hunter2');
  });

  it('stop the start as adapter-config-invalid where create refuses, without its words', async () => {
    const error = await failure({ use: './choosy.mjs' });
    expect(error.code).to.equal('adapter-config-invalid');
    expect(error.message).not.to.include('hunter2');
  });

  it('stop the start with every mistake at once, each with its path, and never a value', async () => {
    const error = await failure(
      { use: 'kannel', baseUrl: 'ftp://hunter2', username: '', extra: 'hunter2' },
      { use: 'terminal', width: 'wide' },
    );
    expect(error.code).to.equal('adapter-config-invalid');
    expect(error.message.split('\n').map((line) => line.split(':')[0])).to.have.members([
      'sms.adapters[0].baseUrl',
      'sms.adapters[0].username',
      'sms.adapters[0].password',
      'sms.adapters[0].extra',
      'sms.adapters[1].width',
    ]);
    expect(error.message).not.to.include('hunter2');
  });

  it('stop the start where a login hides in the address: it would be shown', async () => {
    const error = await failure({ ...KANNEL, baseUrl: 'http://user:hunter2@127.0.0.1:13013' });
    expect(error).to.include({ code: 'adapter-config-invalid', path: 'sms.adapters[0].baseUrl' });
  });

  it('stop the start as adapter-duplicate where two have one name', async () => {
    expect((await failure(KANNEL, KANNEL)).code).to.equal('adapter-duplicate');
    expect((await failure(KANNEL, { use: 'terminal', name: 'kannel' })).code).to.equal('adapter-duplicate');
    expect(() => byName([...SHIPPED_ADAPTERS, ...SHIPPED_ADAPTERS]))
      .to.throw(LedgerbellError)
      .with.property('code', 'adapter-duplicate');
  });

  it('refuse a name that could not stand in an address', async () => {
    expect(await failure({ use: 'terminal', name: '../x' })).to.include({ path: 'sms.adapters[0].name' });
  });
});
