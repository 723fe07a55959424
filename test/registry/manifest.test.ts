import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LedgerbellError } from '../../src/contracts/errors.js';
import { EXTERNAL_EVENT_TYPES } from '../../src/contracts/event.js';
import { SHIPPED_ADAPTERS } from '../../src/registry/adapters.js';
import { readManifest } from '../../src/registry/manifest.js';
import { packageRoot } from '../../src/registry/package-root.js';
import { SHIPPED_MAPPINGS } from '../../src/registry/sources.js';
import { SHIPPED_STREAMS, streamDefinition } from '../../src/registry/streams.js';

const root = packageRoot();
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

describe('plugin.json', () => {
  const manifest = readManifest();
  const ours = readJson('package.json');

  it('has the version, name and licence of the package', () => {
    const { version, id, license } = manifest;
    expect({ version, id, license }).to.deep.equal({ version: ours.version, id: ours.name, license: ours.license });
  });

  it('asks of the host what the package asks', () => {
    expect(manifest.requires.node).to.equal(ours.engines.node);
    for (const library of ['express', 'knex'] as const) {
      const major = /\d+/.exec(ours.dependencies[library])?.[0];
      expect(manifest.requires[library]).to.match(new RegExp(`^\\^${major}\\.`));
    }
  });

  it('enters where the package does', () => {
    expect(manifest.entry.module).to.equal(ours.exports['.'].default);
  });

  it('consumes exactly the event types that may come from outside', () => {
    expect(manifest.events.consumes).to.deep.equal([...EXTERNAL_EVENT_TYPES]);
  });

  it('offers exactly the shipped adapters, each with the schema that checks it', () => {
    expect(manifest.adapters.sms.map(({ name }) => name)).to.deep.equal(SHIPPED_ADAPTERS.map(({ name }) => name));
    for (const { name, configSchema } of manifest.adapters.sms) {
      const shipped = SHIPPED_ADAPTERS.find((definition) => definition.name === name);
      expect(readJson(configSchema)).to.deep.equal(shipped?.configSchema);
    }
  });

  it('offers exactly the shipped mappings', () => {
    expect(manifest.adapters.sources).to.deep.equal(
      SHIPPED_MAPPINGS.map((name) => ({ name, mapping: `./adapters/sources/${name}/mapping.json` })),
    );
  });

  it('offers exactly the shipped streams, each with the schema that checks it', () => {
    expect(manifest.adapters.streams).to.deep.equal(
      SHIPPED_STREAMS.map(({ name }) => ({ name, configSchema: `./adapters/streams/${name}/config.schema.json` })),
    );
    for (const { name, configSchema } of manifest.adapters.streams ?? []) {
      expect(readJson(configSchema), name).to.deep.equal(streamDefinition(name)?.configSchema);
    }
  });

  it('names each role once', () => {
    const roles = manifest.scopes.map(({ role }) => role);
    expect(roles).to.deep.equal(['admin', 'operator', 'analyst', 'auditor']);
  });

  it('lies beside its schema', () => {
    expect(existsSync(join(root, manifest.$schema ?? ''))).to.equal(true);
  });
});

describe('a plugin.json that is wrong', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-manifest-'));
    mkdirSync(join(folder, 'schemas'));
    const schema = readFileSync(join(root, 'schemas', 'manifest.schema.json'), 'utf8');
    writeFileSync(join(folder, 'schemas', 'manifest.schema.json'), schema);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const refused = (text: string | undefined): LedgerbellError => {
    if (text !== undefined) writeFileSync(join(folder, 'plugin.json'), text);
    try {
      readManifest(folder);
    } catch (error) {
      return error as LedgerbellError;
    }
    return expect.fail('it was taken');
  };

  it('is manifest-not-found where it is missing and manifest-invalid where it is not JSON', () => {
    expect(refused(undefined).code).to.equal('manifest-not-found');
    expect(refused('{').code).to.equal('manifest-invalid');
  });

  it('is manifest-invalid with every mistake and its path', () => {
    const wrong = { ...readJson('plugin.json'), version: 'new', mountPath: 'v1', surprise: 1 };
    const error = refused(JSON.stringify(wrong));
    expect(error.code).to.equal('manifest-invalid');
    expect(error.message).to.include('version').and.include('mountPath').and.include('surprise');
  });
});
