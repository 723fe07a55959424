import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { Lane } from '../../../src/contracts/rule.js';
import { lintRuleSet } from '../../../src/core/rules/lint.js';
import { promotionalIn } from '../../../src/core/rules/promotional-words.js';
import { parseRuleFile, type RuleFile, type RuleFileKind } from '../../../src/core/rules/rule-file.js';
import { readRuleSet } from '../../../src/registry/rule-files.js';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const LIST = read('src/core/rules/promotional-words.json');
const LANES = ['otp', 'security', 'service'] as const;

const file = (kind: RuleFileKind, name: string, value: object, folder = ''): RuleFile =>
  parseRuleFile({ kind, file: name, folder }, JSON.stringify(value)).file;

/** One rule with this text, and whatever stands in texts.json. */
function problemsOf(text: string, { lane = 'service' as Lane, locale = 'en', texts = {} as JsonObject } = {}) {
  const rule = {
    name: 'spring',
    description: 'A debit',
    on: ['transaction.posted'],
    topic: 'spring',
    lane,
    conditions: { all: [{ fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' }] },
    fires: 'each',
    event: { type: 'sms', params: { message: 'spring' } },
  };
  return lintRuleSet([
    file('topics', 'rules/topics.json', { spring: { consent: lane === 'marketing' ? 'opt-in' : 'opt-out' } }),
    file('rule', 'rules/spring/rule.json', rule, 'spring'),
    file('messages', 'rules/spring/messages.json', { [locale]: { spring: { text, discreet: 'Hello' } } }, 'spring'),
    file('texts', 'rules/texts.json', texts),
  ]).filter(({ code }) => ['text-promotional', 'exception-unused', 'rule-unknown', 'malformed'].includes(code));
}
const codes = (...given: Parameters<typeof problemsOf>): string[] => problemsOf(...given).map(({ code }) => code);

describe('words that sell', () => {
  const selling: [locale: string, text: string, words: string[]][] = [
    ['en', 'Special OFFER: loans with 20% off until Friday!', ['offer', '20% off']],
    ['en-GB', 'Save 5.5% with our savings account. Apply  now.', ['save 5.5%', 'apply now']],
    ['en', 'Don\u2019t miss it: win a prize.', ["don't miss", 'win', 'prize']],
    ['et', 'Eripakkumine: kodulaen soodsama intressiga, taotlege kohe.', ['eripakkumine', 'soodsama', 'taotlege kohe']],
    ['et-EE', 'Allahindlused ja sooduskood ootavad', ['allahindlused', 'sooduskood']],
    ['ru', 'Специальное предложение со скидкой', ['предложение', 'скидкой']],
    ['lv', 'Īpašs piedāvājums: atlaides', ['piedāvājums', 'atlaides']],
    ['lt', 'Specialus pasiūlymas su nuolaida', ['pasiūlymas', 'nuolaida']],
    ['fi', 'Kevättarjous: hae heti', ['kevättarjous', 'hae heti']],
    ['de', 'Unser Sonderangebot: jetzt beantragen', ['sonderangebot', 'jetzt beantragen']],
  ];
  for (const [locale, text, words] of selling) {
    it(`are found in ${locale}: ${text}`, () => {
      expect(promotionalIn(text, locale)).to.deep.equal(words);
    });
  }

  it('are found only as whole words of the text’s own language', () => {
    const harmless: [string, string][] = [
      ['en', 'Open the window. Coffers, winning, prized; the officer offered help. 20 % of it.'],
      ['et', 'Kahtlane makse avastati. Makse võidakse tagasi lükata. Tasuta number on kaardil.'],
      ['en', 'pakkumine'],
      ['pl', 'offer'],
      ['fi', 'Arvonlisävero on maksettu'],
    ];
    for (const [locale, text] of harmless) expect(promotionalIn(text, locale), text).to.deep.equal([]);
  });

  it('are none of what the shipped rules say, in any of their texts', async () => {
    const { source, problems } = await readRuleSet(['rules']);
    expect(problems.filter(({ code }) => code === 'text-promotional')).to.deep.equal([]);
    expect(source.rules.filter(({ rule }) => rule.lane !== 'marketing')).to.have.length.above(35);
  });

  it('come from a list that says whose it is, in small letters', () => {
    const validate = new Ajv2020({ strict: false }).compile(read('schemas/promotional-words.schema.json'));
    expect(validate(LIST), JSON.stringify(validate.errors)).to.equal(true);
    for (const [language, words] of Object.entries(LIST.languages as Record<string, string[]>)) {
      for (const word of words) {
        expect(word).to.equal(word.toLowerCase().normalize('NFC').trim());
        const sample = word.replaceAll('*', 'x').replaceAll('#', '10');
        expect(promotionalIn(`Abc ${sample}.`, language), `${language} ${word}`).to.have.length(1);
      }
    }
  });
});

describe('a text that sells', () => {
  it('is refused in every lane but marketing', () => {
    for (const lane of LANES) expect(codes('A new offer', { lane }), lane).to.deep.equal(['text-promotional']);
    expect(codes('A new offer', { lane: 'marketing' })).to.deep.equal([]);
  });

  it('is told in words that an analyst understands, at its line', () => {
    const [problem] = problemsOf('Two offers, one discount');
    expect(problem).to.include({ severity: 'error', file: 'rules/spring/messages.json' });
    expect(problem?.message).to.equal(
      '"offers", "discount" make this a promotion, and promotions leave in the marketing lane only: to customers who agreed to them, with a way out',
    );
    expect(problem?.fix).to.include('texts.json');
  });

  it('is found in what a tag prints, and not in what a value is compared with', () => {
    expect(codes("Paid{{ ' with a discount' | append: '.' }}")).to.deep.equal(['text-promotional']);
    expect(codes("{% assign word = 'offer' %}See our {{ word }}")).to.deep.equal(['text-promotional']);
    expect(codes("{% if transaction.category == 'offer' %}Paid{% endif %}")).to.deep.equal([]);
    expect(codes('{% if transaction.category %}An offer{% endif %}')).to.deep.equal(['text-promotional']);
  });

  it('is refused for words that the bank adds, in that language alone', () => {
    const texts = { promotional: { words: { cs: ['sleva*'] } } };
    expect(codes('Velká sleva', { locale: 'cs', texts })).to.deep.equal(['text-promotional']);
    expect(codes('Velká sleva', { locale: 'sk', texts })).to.deep.equal([]);
  });

  it('is let through where an exception says why, for these words of this rule', () => {
    const because = 'The customer asked for the offer in the branch';
    const excepted = (words: string[], rule = 'spring') => ({
      promotional: { exceptions: [{ rule, words, because }] },
    });
    expect(codes('Your offer is ready', { texts: excepted(['Offer']) })).to.deep.equal([]);
    expect(codes('Your offer is ready: 5% off', { texts: excepted(['offer']) })).to.deep.equal(['text-promotional']);
    expect(codes('Your offer is ready', { texts: excepted(['discount']) })).to.have.members([
      'text-promotional',
      'exception-unused',
    ]);
    expect(codes('Hello', { texts: excepted(['offer'], 'sprong') })).to.deep.equal(['rule-unknown']);
    const silent = { promotional: { exceptions: [{ rule: 'spring', words: ['offer'] }] } };
    expect(codes('Your offer is ready', { texts: silent as JsonObject })).to.include('text-promotional');
  });
});
