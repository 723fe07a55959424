import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { checkRules, renderProblems } from '../../src/flows/check-rules.js';
import { testRules } from '../../src/flows/test-rules.js';
import { readRuleSet } from '../../src/registry/rule-files.js';

const RULE = `{
  "name": "one", "description": "A debit", "on": ["transaction.posted"], "topic": "one", "lane": "service",
  "conditions": { "all": [ { "fact": "transaction", "path": "$.direction", "operator": "equal", "value": "debit" } ] },
  "fires": "each", "event": { "type": "sms", "params": { "message": "one" } }
}`;

describe('readRuleSet', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rules-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const read = (...names: string[]) => readRuleSet(names.map((name) => join(root, name)));

  it('reads rules, texts, topics and shared conditions of several directories', async () => {
    await write('a/one/rule.json', RULE);
    await write('a/one/messages.json', '{ "$schema": "x", "en": "Hello", "et": { "one": "Tere" } }');
    await write('a/topics.json', '{ "$schema": "x", "one": { "consent": "opt-out" } }');
    await write('b/two/rule.json', RULE.replaceAll('"one"', '"two"'));
    await write('b/two/messages.json', '{ "en": { "two": { "text": "Hello", "discreet": "Psst" } } }');
    await write(
      'b/conditions.json',
      '{ "night": { "fact": "calendar", "path": "$.hour", "operator": "lessThan", "value": 6 } }',
    );
    const { source, problems } = await read('a', 'b');
    expect(problems).to.deep.equal([]);
    expect(source.rules.map(({ rule }) => rule.name)).to.deep.equal(['one', 'two']);
    expect(source.rules[0]?.messages).to.deep.equal({ en: { one: { text: 'Hello' } }, et: { one: { text: 'Tere' } } });
    expect(source.rules[1]?.messages).to.deep.equal({ en: { two: { text: 'Hello', discreet: 'Psst' } } });
    expect(Object.keys(source.topics)).to.deep.equal(['one']);
    expect(Object.keys(source.conditions)).to.deep.equal(['night']);
  });

  const faults: [name: string, path: string, text: string, code: string, place: string][] = [
    ['a comment', 'a/one/rule.json', `// why\n${RULE}`, 'json-malformed', '1:1'],
    ['a trailing comma', 'a/one/messages.json', '{\n  "en": "x",\n}', 'json-malformed', '3:1'],
    ['a key twice', 'a/one/messages.json', '{ "en": "x",\n "en": "y" }', 'key-duplicate', '2:2'],
    ['a key that reaches a prototype', 'a/topics.json', '{ "__proto__": {} }', 'key-forbidden', '1:3'],
    ['half a file', 'a/one/rule.json', RULE.slice(0, 150), 'json-malformed', '3:38'],
    ['an empty file', 'a/one/rule.json', '', 'json-malformed', '1:1'],
    ['another name than the folder', 'a/other/rule.json', RULE, 'name-differs', '2:3'],
    ['no rule.json', 'a/lone/messages.json', '{}', 'file-missing', '1:1'],
  ];
  for (const [name, path, text, code, place] of faults) {
    it(`says where there is ${name} (${code})`, async () => {
      await write(path, text);
      const { problems } = await read('a');
      const found = problems.find((problem) => problem.code === code);
      expect(found && `${found.line}:${found.column}`, renderProblems(problems)).to.equal(place);
      expect(found?.severity).to.equal('error');
    });
  }

  it('takes two rules of one name for a problem, not for a replacement', async () => {
    await write('a/one/rule.json', RULE);
    await write('b/one/rule.json', RULE);
    const { source, problems } = await read('a', 'b');
    expect(problems.map(({ code }) => code)).to.deep.equal(['rule-duplicate']);
    expect(source.rules).to.have.lengthOf(1);
  });

  it('says that a directory is not there', async () => {
    expect((await read('nowhere')).problems.map(({ code }) => code)).to.deep.equal(['rules-missing']);
  });

  it('gives equal readings equal hashes, and other readings others', async () => {
    await write('a/one/rule.json', RULE);
    const first = await read('a');
    expect((await read('a')).hash).to.equal(first.hash);
    await write('a/one/rule.json', `${RULE}\n`);
    const second = await read('a');
    expect(second.hash).not.to.equal(first.hash);
    await write('a/one/cases.json', '{}');
    expect((await read('a')).hash).not.to.equal(second.hash);
  });

  it('reads a file that begins with a byte order mark', async () => {
    await write('a/one/rule.json', `\ufeff${RULE}`);
    expect((await read('a')).problems).to.deep.equal([]);
  });

  it('lets checkRules render file, line and column, and testRules run nothing of a broken set', async () => {
    await write('a/one/rule.json', RULE.replace('"debit"', '"debt"'));
    await write('a/one/messages.json', '{ "en": { "one": { "text": "Hello", "discreet": "Hello" } } }');
    const { problems, summary } = await checkRules([join(root, 'a')]);
    expect(summary).to.include({ rules: 1, errors: 1 });
    expect(renderProblems(problems)).to.match(
      /one\/rule\.json:3:\d+ {2}error {2}.*never "debt".*\n {4}Did you mean "debit"\?/,
    );
    expect(await testRules([join(root, 'a')]))
      .to.have.property('results')
      .that.deep.equals([]);
  });
});
