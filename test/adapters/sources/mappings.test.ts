import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testSources } from '../../../src/flows/sources/test-sources.js';
import { packageRoot } from '../../../src/registry/package-root.js';
import { loadCases, loadMapping, SHIPPED_MAPPINGS } from '../../../src/registry/sources.js';

const FOLDER = join(packageRoot(), 'adapters', 'sources');

describe('shipped mappings', () => {
  it('lists every folder that has a mapping, once', () => {
    const folders = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'mapping.json')));
    expect([...SHIPPED_MAPPINGS].sort()).to.deep.equal(folders.sort());
  });

  for (const name of SHIPPED_MAPPINGS) {
    describe(name, () => {
      const loaded = loadMapping(name, '/');

      it('is called like its folder', () => {
        expect(loaded.mapping.document.name).to.equal(name);
      });

      it('gives exactly the events of its examples', () => {
        const { results, problems } = testSources([name], '/');
        expect(problems).to.deep.equal([]);
        expect(results.filter(({ passed }) => !passed)).to.deep.equal([]);
      });

      it('has an example that becomes events and one that is ignored or refused', () => {
        const examples = loadCases(loaded)?.cases.map(({ example }) => example) ?? [];
        expect(
          examples.some(({ events = [] }) => events.length > 0),
          'events',
        ).to.equal(true);
        const others = examples.filter(({ ignored = [], refused = [] }) => ignored.length + refused.length > 0);
        expect(others.length, 'ignored or refused').to.be.greaterThan(0);
      });

      it('shows every reason to ignore in an example', () => {
        const reasons = loaded.mapping.cases.flatMap(({ ignore }) => ignore ?? []);
        const shown = new Set(loadCases(loaded)?.cases.flatMap(({ example }) => example.ignored ?? []));
        expect(reasons.filter((reason) => !shown.has(reason))).to.deep.equal([]);
      });
    });
  }
});
