/** Rule files that are wrong: named with file, line and code, never run, and the last good set goes on deciding. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { type AppUnderTest, event, openApp, told } from './app-under-test.js';

type Document = Record<string, unknown>;

const debit = { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' };
const when = (...all: object[]) => ({ conditions: { all } });
const pathed = (path: string) => when({ fact: 'transaction', path, operator: 'equal', value: 'x' });
const matching = (pattern: string) =>
  when(debit, { fact: 'transaction', path: '$.merchant.name', operator: 'matches', value: pattern });

const BROKEN: [what: string, code: string, change: Document][] = [
  ['an unknown fact', 'fact-unknown', when({ ...debit, fact: 'weather' })],
  ['an unknown operator', 'operator-unknown', when({ ...debit, operator: 'resembles' })],
  ['an empty "all"', 'conditions-empty', { conditions: { all: [] } }],
  ['an empty "any" inside', 'conditions-empty', when(debit, { any: [] })],
  ['a script in its path', 'path-unsupported', pathed('$.items[(@.length-1)]')],
  ['a filter in its path', 'path-unsupported', pathed('$.items[?(@.price > 10)]')],
  ['a call in its path', 'path-unsupported', pathed('$.constructor.constructor("return process")()')],
  ['a wildcard in its path', 'path-unsupported', pathed('$..amount')],
  ['a regular expression that looks back', 'pattern-malformed', matching('^(a+)\\1+$')],
  ['a regular expression that is none', 'pattern-malformed', matching('(((')],
  ['a lane that is none', 'word-unknown', { lane: 'express' }],
  ['no conditions', 'key-missing', { conditions: undefined }],
];

const TEXTS: [what: string, code: string, text: string][] = [
  ['names a value that there is not', 'variable-unknown', 'Paid by {{ client.nickname }}'],
  ['names a value that may be missing', 'variable-unguarded', 'Paid to {{ transaction.merchant.name }}'],
  ['is no Liquid', 'text-malformed', 'Paid {{ transaction.amount '],
];

for (const database of databases) {
  describe(`rules that are wrong on ${database.name}`, () => {
    let home: AppUnderTest;
    let rules: string;
    const file = (name: string) => join(rules, 'large-withdrawal', name);

    before(async () => {
      rules = mkdtempSync(join(tmpdir(), 'ledgerbell-bad-rules-'));
      cpSync('rules', rules, { recursive: true });
      home = await openApp(database, { config: { rules: [rules] } });
    });
    after(async () => {
      await home?.close();
      rmSync(rules, { recursive: true, force: true });
    });
    afterEach(async () => {
      cpSync('rules', rules, { recursive: true });
      await home.app.rules.reload();
      expect(home.app.rules.fault()).to.equal(undefined);
    });

    /** Reads the files as they are now, and expects that they are not taken. */
    async function refused(code: string, place: RegExp): Promise<void> {
      const before = home.app.rules.current().id;
      await home.app.rules.reload();
      const fault = home.app.rules.fault();
      expect(fault?.code).to.equal('rules-invalid');
      expect(fault?.message).to.include(code).and.to.match(place);
      expect(home.log.at(-1)).to.include('the last good set runs on').and.to.include(code);
      expect(home.app.rules.current().id).to.equal(before);
      const ready = await fetch(`${home.url}/readyz`);
      expect([ready.status, ((await ready.json()) as { checks: object }).checks]).to.deep.equal([
        200,
        { database: 'ok', schema: 'ok', rules: 'rules-invalid' },
      ]);
      const answer = await home.send(event());
      expect(told(answer)).to.deep.equal([200, 'accepted']);
      expect(answer.body.results[0].alerts.map(({ rule }: { rule: string }) => rule)).to.deep.equal([
        'large-withdrawal',
      ]);
    }

    for (const [what, code, change] of BROKEN) {
      it(`does not take a rule with ${what}: ${code}`, async () => {
        const rule = JSON.parse(readFileSync(file('rule.json'), 'utf8'));
        writeFileSync(file('rule.json'), JSON.stringify({ ...rule, ...change }, null, 2));
        await refused(code, /large-withdrawal\/rule\.json:\d+/);
      });
    }

    for (const [what, code, text] of TEXTS) {
      it(`does not take a template that ${what}: ${code}`, async () => {
        const messages = JSON.parse(readFileSync(file('messages.json'), 'utf8'));
        messages.en['large-withdrawal'] = { text };
        writeFileSync(file('messages.json'), JSON.stringify(messages, null, 2));
        await refused(code, /large-withdrawal\/messages\.json:\d+/);
      });
    }

    it('does not take a file that is half written', async () => {
      const text = readFileSync(file('rule.json'), 'utf8');
      writeFileSync(file('rule.json'), text.slice(0, text.length / 2));
      await refused('json-malformed', /large-withdrawal\/rule\.json:\d+/);
    });

    it('evaluates a regular expression that would never end elsewhere in time that grows with the text', async () => {
      const rule = JSON.parse(readFileSync(file('rule.json'), 'utf8'));
      writeFileSync(file('rule.json'), JSON.stringify({ ...rule, ...matching('^(([a-z])+.)+[A-Z]([a-z])+$') }));
      await home.app.rules.reload();
      expect(home.app.rules.fault()).to.equal(undefined);
      const answer = await home.send(event({ data: { merchant: { name: `${'a'.repeat(254)}!` } } }));
      expect(told(answer)).to.deep.equal([200, 'accepted']);
    });

    it('does not start at all where there is nothing good to run', async () => {
      writeFileSync(file('rule.json'), '{');
      const error = await openApp(database, { config: { rules: [rules] }, idle: true }).then(
        () => 'started',
        (reason) => reason,
      );
      expect(error.code).to.equal('rules-invalid');
      expect(error.message).to.include('json-malformed');
    });
  });
}
