/** What `npm pack` puts into the package, and that a TypeScript host can build against it. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { createHost, type Host, packedFiles, packedPackage, readPackage } from './packed-host.js';

const TYPES = ['@types/node', '@types/express', '@types/express-serve-static-core', '@types/serve-static'];

const CONSUMER = `
import express from 'express';
import knex, { type Knex } from 'knex';
import { type Authorize, type CloudEvent, createPlugin, LedgerbellError, type Plugin, type PluginOptions } from 'ledgerbell';
import type { SmsAdapterDefinition } from 'ledgerbell/contracts';

const authorize: Authorize = () => ({ subject: 'mari', roles: ['admin'] });
const options: PluginOptions = { knex: knex({ client: 'mysql2' }), tablePrefix: 'x_', authorize, clock: () => Date.now() };

export async function pay(plugin: Plugin, trx: Knex.Transaction, event: CloudEvent): Promise<string> {
  const result = await plugin.enqueue(event, { trx });
  return result.status === 'rejected' ? result.code : result.alerts.map(({ rule }) => rule).join();
}

export async function mount(): Promise<void> {
  try {
    const plugin = await createPlugin(options);
    express().use(plugin.manifest.mountPath, plugin.router);
    await plugin.start();
    await plugin.stop();
  } catch (error) {
    if (error instanceof LedgerbellError) console.error(error.code);
  }
}

export const adapter: SmsAdapterDefinition<{ url: string }> = {
  name: 'own',
  configSchema: {},
  processesIn: () => [],
  create: ({ url }, { http }) => ({
    async send({ text }) {
      const answer = await http({ url, method: 'POST', body: text });
      return answer.kind === 'response' ? { status: 'accepted' } : { status: 'unknown', code: answer.code };
    },
  }),
};

// @ts-expect-error: an event without a transaction is no event of the host's payment
export const wrong = (plugin: Plugin, event: CloudEvent) => plugin.enqueue(event, {});
`;

describe('the packed package', () => {
  let files: string[];
  let host: Host;

  before(async () => {
    await packedPackage();
    files = await packedFiles();
    host = await createHost({ files: [], dependencies: TYPES });
  });

  after(() => host?.remove());

  it('holds the code, the rules, the schemas, the manifest and the documentation', () => {
    const wanted = ['plugin.json', 'LICENSE', 'dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/cli.js'];
    expect(files).to.include.members([...wanted, 'docs/hosting.md', 'rules/topics.json', 'schemas/openapi.json']);
    expect(files).to.include.members(['rule', 'messages', 'cases'].map((kind) => `rules/low-balance/${kind}.json`));
    expect(files).to.include.members(['schemas/config.schema.json', 'schemas/events/transaction.posted.json']);
    expect(files).to.include('adapters/sms/kannel/config.schema.json');
  });

  it('holds no tests, examples, data or sources', () => {
    const tops = [...new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))];
    expect(tops).to.have.members(['adapters', 'deploy', 'dist', 'docs', 'rules', 'schemas']);
    const own = files.filter((file) =>
      /\.test\.|(?<!\.d)\.ts$|\.sqlite|\.jsonl|\.gz$|\.tgz$|(^|\/)\.|\.env/.test(file),
    );
    expect(own).to.deep.equal([]);
  });

  it('exports only what is there, and runs what its manifest names', () => {
    const { exports = {}, bin = {} } = readPackage(host.installed);
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    for (const target of [...targets, ...Object.values(bin)]) {
      if (!target.includes('*')) expect(existsSync(join(host.installed, target)), target).to.equal(true);
    }
    const script =
      "import('ledgerbell').then((m) => import('ledgerbell/plugin.json', { with: { type: 'json' } }).then((j) => console.log(typeof m[j.default.entry.export])))";
    const said = execFileSync(process.execPath, ['-e', script], {
      cwd: host.folder,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(said.trim()).to.equal('function');
  });

  it('runs as a command', () => {
    const cli = join(host.installed, 'dist', 'src', 'cli.js');
    const said = execFileSync(process.execPath, [cli, '--help'], {
      cwd: host.folder,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(said).to.include('serve');
  });

  it('names no drivers among its dependencies: a host compiles none that it does not use', () => {
    const { dependencies = {}, peerDependenciesMeta } = readPackage(host.installed);
    expect(dependencies).not.to.have.any.keys('better-sqlite3', 'mysql2', '@nats-io/transport-node');
    const optional = { optional: true };
    expect(peerDependenciesMeta).to.deep.equal({
      '@nats-io/jetstream': optional,
      '@nats-io/transport-node': optional,
      'better-sqlite3': optional,
      mysql2: optional,
    });
  });

  it('gives a TypeScript host its types, with NodeNext and every library checked', () => {
    expect(compiled('module')).to.equal('');
  });

  it('gives a TypeScript host that compiles to CommonJS the same', () => {
    expect(compiled('commonjs')).to.equal('');
  });

  it('can be required by CommonJS, and answers a wrong configuration by name', () => {
    const script =
      "const { createPlugin } = require('ledgerbell'); createPlugin({ config: { port: 1 } }).catch((e) => console.log(e.code))";
    const said = execFileSync(process.execPath, ['--input-type=commonjs', '-e', script], {
      cwd: host.folder,
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(said.trim()).to.equal('config-invalid');
  });

  function compiled(type: 'module' | 'commonjs'): string {
    writeFileSync(join(host.folder, 'package.json'), JSON.stringify({ type }));
    writeFileSync(join(host.folder, 'consumer.ts'), CONSUMER);
    const compilerOptions = {
      ...{ target: 'ES2023', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, noEmit: true },
      ...{ skipLibCheck: false, types: ['node'] },
    };
    writeFileSync(join(host.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    return compile(host.folder);
  }
});

/** What the compiler has to say. */
function compile(folder: string): string {
  const compiler = resolve('node_modules', 'typescript', 'bin', 'tsc');
  try {
    return execFileSync(process.execPath, [compiler, '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 120_000,
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}
