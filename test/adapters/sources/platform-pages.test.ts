import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { signatureMistakes } from '../../../src/config/signature-settings.js';
import { parameterMistakes } from '../../../src/core/sources/parameters.js';
import { loadCases, loadMapping, SHIPPED_MAPPINGS } from '../../../src/registry/sources.js';

interface Configured {
  mapping: string;
  signature: Record<string, unknown>;
  parameters?: Record<string, unknown>;
}

/** The configuration that a page shows, by the name of the source. */
function shownBy(page: string): [string, Configured][] {
  const shown = /```json sources\n([\s\S]*?)```/.exec(page)?.[1] ?? '{"sources":{}}';
  const { sources } = JSON.parse(shown.replaceAll(/\$\{\w+\}/g, 'a secret of the test'));
  return Object.entries(sources);
}

describe('docs/sources', () => {
  const pages = readdirSync('docs/sources').filter((name) => name.endsWith('.md') && name !== 'README.md');

  for (const file of pages) {
    const page = readFileSync(`docs/sources/${file}`, 'utf8');
    const name = file.slice(0, -3);
    if (!SHIPPED_MAPPINGS.includes(name) || shownBy(page).length === 0) continue;

    it(`${file} shows a configuration that is right, once its signature is laid over the mapping's`, () => {
      for (const [source, { mapping, signature, parameters = {} }] of shownBy(page)) {
        const { document } = loadMapping(mapping, '/').mapping;
        expect(signatureMistakes({ ...document.signature, ...signature }, source)).to.deep.equal([]);
        expect(parameterMistakes(document.parameters, parameters)).to.deep.equal([]);
      }
    });

    it(`${file} names every parameter`, () => {
      for (const parameter of Object.keys(loadMapping(name, '/').mapping.document.parameters ?? {})) {
        expect(page).to.contain(`\`${parameter}\``);
      }
    });
  }
});

describe('platforms whose payments have a life', () => {
  /** What the examples, told by their first words, say of one payment: its type and its transaction. */
  const told = (mapping: string, ...examples: string[]) =>
    examples.map((words) => {
      const cases = loadCases(loadMapping(mapping, '/'))?.cases ?? [];
      const found = cases.find(({ example }) => example.name.startsWith(words));
      expect(found, words).to.not.equal(undefined);
      const events = (found?.example.events ?? []) as { type: string; data: { transactionId: string } }[];
      return events.map(({ type, data }) => `${type.slice(12)} ${data.transactionId}`).join(', ');
    });

  it('name one transaction from its authorisation to its end', () => {
    expect(told('marqeta', 'a batch', 'a reservation is taken back', 'a refund')).to.deep.equal([
      'authorised m-1, posted m-1',
      'reversed m-1',
      'posted m-6',
    ]);
    expect(
      told(
        'stripe',
        'a card payment is authorised',
        'an authorisation grows',
        'cash',
        'an authorisation is reversed',
        'a refund',
      ),
    ).to.deep.equal(['authorised iauth_1', 'authorised iauth_1', 'posted iauth_1', 'reversed iauth_1', 'posted ipi_2']);
    expect(
      told('lithic', 'part of a reservation', 'it is settled', 'a second clearing', 'a reservation is released'),
    ).to.deep.equal(['authorised t-1', 'posted t-1', 'posted t-1', 'reversed t-1']);
    expect(
      told(
        'unit',
        'a card payment is authorised',
        'a reservation changes',
        'it is booked',
        'a reservation is cancelled',
      ),
    ).to.deep.equal([
      'authorised authorization/5',
      'authorised authorization/5',
      'posted authorization/5',
      'reversed authorization/5',
    ]);
    expect(
      told('column', 'a transfer leaves', 'wages', 'settled and completed', 'a transfer comes back'),
    ).to.deep.equal(['authorised acht_1', 'posted acht_1', 'posted acht_1', 'reversed acht_1']);
  });

  it('make two events of two sides, each with a transaction of its own', () => {
    expect(told('lithic', 'a transfer between accounts of the programme')).to.deep.equal([
      'posted 147595d7-45f4-4c91-a950-3436d16847e5/from, posted 147595d7-45f4-4c91-a950-3436d16847e5/to',
    ]);
    expect(told('column', 'a book transfer')).to.deep.equal(['posted book_1/from, posted book_1/to']);
  });
});
