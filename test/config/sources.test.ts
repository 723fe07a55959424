import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { parseConfig } from '../../src/config/load-config.js';
import { maskedConfig } from '../../src/config/masked-config.js';
import { FINERACT_SCHEMAS, fineractFolder } from '../support/fineract-avro.js';

const SECRET = 'a-secret-of-the-test';
const KEYS = { encryption: { keys: [{ id: 'k', key: 'c'.repeat(64) }] } };
const parse = (sources: unknown) => parseConfig({ ...KEYS, sources }, { folder: '.', env: {}, keys: 'keep' });
const fineract = (more: object = {}) => ({
  mapping: 'fineract',
  signature: { scheme: 'static-header', header: 'x-token', secrets: [SECRET] },
  parameters: { currency: 'EUR' },
  ...more,
});

function mistakes(sources: unknown): string[] {
  try {
    parse(sources);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.mistakes.map(({ path, message }) => `${path} ${message}`);
    throw error;
  }
}

describe('the configuration of sources', () => {
  it('takes a shipped mapping with what it needs', () => {
    expect(mistakes({ core: fineract() })).to.deep.equal([]);
    expect(parse({ core: fineract() }).sources.core?.mapping).to.equal('fineract');
    expect(parse(undefined).sources).to.deep.equal({});
  });

  it('tells every mistake at once, with its place', () => {
    const found = mistakes({
      one: fineract({ parameters: { curency: 'EUR', zone: 'Europe/Talinn' } }),
      two: { mapping: 'finerakt' },
      three: fineract({ signature: { acknowledge: 'yes' } }),
      four: { mapping: 'increase', signature: { secrets: [SECRET] } },
    });
    expect(found.filter((one) => one.startsWith('sources.one'))).to.deep.equal([
      'sources.one.parameters.curency is not known: the mapping has currency, tenant, zone, depositKind, withdrawalKind, updatePhones',
      'sources.one.parameters.currency is required: Of the amounts: a hook does not say it',
      'sources.one.parameters.zone must be an IANA zone such as Europe/Tallinn',
    ]);
    expect(found.find((one) => one.startsWith('sources.two.mapping'))).to.include('there is no mapping "finerakt"');
    expect(found.some((one) => one.startsWith('sources.three.signature'))).to.equal(true);
    expect(found.some((one) => /^sources\.four\.credentials\.\S+ is missing/.test(one))).to.equal(true);
  });

  describe('that read Avro', () => {
    const folders: string[] = [];
    const made = (folder: string): string => {
      folders.push(folder);
      return folder;
    };
    after(() => {
      for (const folder of folders) rmSync(folder, { recursive: true });
    });
    const avro = (schemas?: unknown) => ({
      mapping: 'fineract-events',
      signature: { secrets: [SECRET] },
      credentials: { fineract: { baseUrl: 'https://core.bank.example/api/v1' } },
      ...(schemas === undefined ? {} : { schemas }),
    });
    const told = (schemas?: unknown) => mistakes({ core: avro(schemas) });

    it('take the schemas of a folder, or of several', () => {
      const folder = made(fineractFolder());
      expect(told(folder)).to.deep.equal([]);
      expect(told([folder, made(fineractFolder())])).to.deep.equal([]);
    });

    it('say which schema is missing, which reference leads nowhere, and which folder is not there', () => {
      expect(told()).to.deep.equal([
        'sources.core.schemas is missing: the folder with the .avsc files that the platform writes with',
      ]);
      const partly = made(
        fineractFolder(FINERACT_SCHEMAS.filter(({ name }) => !/^(ClientDataV1|CurrencyDataV1)$/.test(name))),
      );
      const found = told(partly).join('\n');
      expect(found).to.include('org.apache.fineract.avro.client.v1.ClientDataV1, which the mapping reads');
      expect(found).to.include('undefined type name: org.apache.fineract.avro.generic.v1.CurrencyDataV1');
      expect(told('./nowhere').join()).to.match(/nowhere is no folder that can be read/);
      const empty = made(mkdtempSync(join(tmpdir(), 'avro-')));
      writeFileSync(join(empty, 'a.json'), '{}');
      expect(told(empty).join()).to.include('has no .avsc file in it');
    });

    it('are the only ones with schemas', () => {
      expect(mistakes({ core: fineract({ schemas: './avro' }) })).to.deep.equal([
        'sources.core.schemas is not known: the mapping reads no Avro',
      ]);
    });
  });

  it('believes nobody by default where a platform signs nothing', () => {
    expect(mistakes({ core: { mapping: 'fineract', parameters: { currency: 'EUR' } } }).join()).to.match(
      /acknowledge|addresses/,
    );
  });

  it('refuses a name that cannot stand in an address, and a setting nobody knows', () => {
    expect(mistakes({ 'Core System': fineract() })).not.to.deep.equal([]);
    expect(mistakes({ core: fineract({ curency: 'EUR' }) }).join()).to.include('not a setting that is known here');
  });

  it('shows no secret', () => {
    const credentials = {
      api: { baseUrl: 'https://api.bank.example', headers: { authorization: `Bearer ${SECRET}` } },
    };
    const shown = JSON.stringify(maskedConfig(parse({ core: fineract({ credentials }) })));
    expect(shown).not.to.include(SECRET);
    expect(shown).to.include('https://api.bank.example').and.to.include('"currency":"EUR"');
  });
});
