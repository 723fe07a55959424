import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { FACTS } from '../../src/core/facts/index.js';
import { lintRuleSet } from '../../src/core/rules/lint.js';
import { type Problem, parseRuleFile, type RuleFile, type RuleFileKind } from '../../src/core/rules/rule-file.js';
import { readRuleSet } from '../../src/registry/rule-files.js';

const FOLDER = 'docs/rules';
const BLOCK = /^```json (rule|messages|cases|topics|conditions)\n(.*?)^```$/gms;
/** An example stands alone: what it lacks beside it is no fault of its own. */
const OF_STANDING_ALONE = new Set([
  'cases-missing',
  'condition-unused',
  'file-missing',
  'topic-unlisted',
  'topic-unused',
]);

describe('the documentation of rules', () => {
  it('holds only examples that pass the linter', async () => {
    let examples = 0;
    for (const name of await readdir(FOLDER)) {
      for (const [, kind, text] of (await readFile(join(FOLDER, name), 'utf8')).matchAll(BLOCK)) {
        examples += 1;
        const origin = { kind: kind as RuleFileKind, file: name, folder: '' };
        const { file, problems } = parseRuleFile(origin, text ?? '');
        expect(problems, `${name}: ${text}`).to.deep.equal([]);
        expect(faultsOf(file), `${name}: ${text}`).to.deep.equal([]);
      }
    }
    expect(examples).to.be.at.least(6);
  });

  it('names every rule that ships', async () => {
    const text = await readFile(join(FOLDER, 'shipped-rules.md'), 'utf8');
    const { source } = await readRuleSet(['rules']);
    const unnamed = source.rules.map(({ rule }) => rule.name).filter((name) => !text.includes(name));
    expect(unnamed).to.deep.equal([]);
  });

  it('lists every fact and every path of it', async () => {
    const text = await readFile(join(FOLDER, 'facts.md'), 'utf8');
    for (const { name, paths } of FACTS) {
      expect(text, name).to.contain(`| \`${name}\` |`);
      // Paths of login are those of the event's data, of which a few stand for the rest.
      if (name === 'login') continue;
      for (const path of Object.keys(paths)) {
        const last = path.split('.').at(-1);
        expect(text.includes(`$.${path}\``) || text.includes(`\`.${last}\``), `${name} $.${path}`).to.equal(true);
      }
    }
  });
});

function faultsOf(file: RuleFile): Problem[] {
  return lintRuleSet([file]).filter(({ code }) => !OF_STANDING_ALONE.has(code));
}
