import { expect } from 'chai';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { parseConfig } from '../../src/config/load-config.js';
import { maskedConfig } from '../../src/config/masked-config.js';

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
