import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseConfig } from '../../src/config/load-config.js';
import { MAPPING_FUNCTIONS } from '../../src/core/sources/functions/index.js';
import { MAPPING_REFUSALS } from '../../src/core/sources/mapping-refused.js';
import { testSources } from '../../src/flows/sources/test-sources.js';
import { SHIPPED_MAPPINGS } from '../../src/registry/sources.js';
import { fineractFolder } from '../support/fineract-avro.js';

const page = readFileSync('docs/sources.md', 'utf8');
const fences = (text: string, kind: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, inner]) => inner ?? '');

describe('the pages on platforms', () => {
  it('list every function and every refusal, and no other', () => {
    const listed = [...page.matchAll(/^\| `([a-zA-Z0-9_]+)\(/gm)].map(([, name]) => name);
    expect(listed).to.deep.equal(MAPPING_FUNCTIONS.map(({ name }) => name));
    const refusals = [...page.matchAll(/^\| `(mapping-[a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(refusals.sort()).to.deep.equal(Object.keys(MAPPING_REFUSALS).sort());
  });

  it('have a mapping in ten lines that is right, and examples that it passes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-docs-'));
    mkdirSync(join(folder, 'our-core'));
    writeFileSync(join(folder, 'our-core', 'mapping.json'), fences(page, 'json mapping')[0] ?? '');
    writeFileSync(join(folder, 'our-core', 'cases.json'), fences(page, 'json cases')[0] ?? '');
    const { results, problems } = testSources(['./our-core'], folder);
    rmSync(folder, { recursive: true });
    expect(problems).to.deep.equal([]);
    expect(results.map(({ passed }) => passed)).to.deep.equal([true, true]);
  });

  it('have configurations that are right', () => {
    const pages = [
      page,
      ...readdirSync('docs/sources').map((name) => readFileSync(join('docs/sources', name), 'utf8')),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-docs-'));
    fineractFolder(undefined, join(folder, 'fineract-avro'));
    const found = pages.flatMap((text) => fences(text, 'json sources'));
    expect(found.length).to.be.greaterThan(2);
    for (const text of found) {
      const env = Object.fromEntries(
        [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, 'a-secret-of-a-test-1234']),
      );
      const document = { encryption: { keys: [{ id: 'k', key: 'c'.repeat(64) }] }, ...JSON.parse(text) };
      expect(() => parseConfig(document, { folder, env, keys: 'keep' }), text).not.to.throw();
    }
    rmSync(folder, { recursive: true });
  });

  it('have one for each platform that is shipped', () => {
    const pages = readdirSync('docs/sources').map((name) => name.replace('.md', ''));
    expect(SHIPPED_MAPPINGS.filter((name) => !pages.includes(name) && !isFile(name))).to.deep.equal([]);
  });
});

/** Files of entries have a page of their own. */
function isFile(name: string): boolean {
  return name === 'camt-054' || name === 'bai2';
}
