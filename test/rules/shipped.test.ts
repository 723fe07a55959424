import { expect } from 'chai';
import { casesOf, type RuleCase } from '../../src/core/rules/rule-case.js';
import { checkRules, renderProblems } from '../../src/flows/check-rules.js';
import { renderResults, runCases } from '../../src/flows/test-rules.js';
import { type RuleSetReading, readRuleSet } from '../../src/registry/rule-files.js';

const DIRECTORIES = ['rules'];
const SHIPPED = [
  'agreement-code',
  'balance-digest',
  'card-declined',
  'card-hold',
  'card-payment',
  'contact-details-changed',
  'deposit-received',
  'drained-account',
  'foreign-currency',
  'high-value',
  'inactivity',
  'large-withdrawal',
  'loan-accepted',
  'loan-declined',
  'loan-more-information',
  'low-balance',
  'low-balance-ahead',
  'new-country',
  'new-device-login',
  'new-payee',
  'new-place-login',
  'one-time-code',
  'password-changed',
  'payment-code',
  'payment-due',
  'payment-overdue',
  'rapid-card-payments',
  'rapid-withdrawals',
  'refund-received',
  'round-trip',
  'security-tip',
  'structuring',
  'transaction-reversed',
  'transfer-after-change',
  'transfer-made',
  'unusual-amount',
  'unusual-hour',
  'unusual-location',
  'welcome',
  'withdrawal-made',
];
/** They tell the bank alone, and have no text. */
const FOR_THE_BANK = ['round-trip', 'structuring'];
const FOR_CUSTOMERS = SHIPPED.filter((name) => !FOR_THE_BANK.includes(name));

describe('the rules that ship', () => {
  let reading: RuleSetReading;
  before(async () => {
    reading = await readRuleSet(DIRECTORIES);
  });

  it('are these', () => {
    expect(reading.source.rules.map(({ rule }) => rule.name)).to.deep.equal(SHIPPED);
    const topics = new Set(reading.source.rules.map(({ rule }) => rule.topic));
    expect(Object.keys(reading.source.topics).sort()).to.deep.equal([...topics].sort());
  });

  it('have no problem, and no warning', async () => {
    const { problems, summary } = await checkRules(DIRECTORIES);
    expect(renderProblems(problems)).to.equal('');
    expect(summary).to.include({ rules: SHIPPED.length, errors: 0, warnings: 0 });
  });

  it('get every case right', () => {
    const results = runCases(reading);
    expect(results.length).to.be.above(500);
    const failed = results.filter(({ passed }) => !passed);
    expect(failed, renderResults(results)).to.deep.equal([]);
  });

  it('tell customers nothing of money laundering', () => {
    const toBank = reading.source.rules.filter(({ rule }) => rule.notify === 'bank');
    expect(toBank.map(({ rule }) => rule.name)).to.deep.equal(FOR_THE_BANK);
    expect(toBank.map(({ rule }) => rule.topic)).to.deep.equal(['money-laundering', 'money-laundering']);
    for (const { rule, messages } of toBank) {
      expect(messages).to.deep.equal({});
      const cases = casesOf(reading.files.find(({ kind, folder }) => kind === 'cases' && folder === rule.name)?.value);
      expect(cases.some(({ then }) => then.bank === true) && cases.some(({ then }) => then.silent)).to.equal(true);
    }
    const others = reading.source.rules.filter(({ rule }) => rule.notify !== 'bank');
    expect(others.some(({ rule }) => rule.topic === 'money-laundering')).to.equal(false);
  });

  for (const name of FOR_CUSTOMERS) {
    it(`${name} has a case that fires and one that stays silent, in each locale of its texts`, () => {
      const cases = casesOf(reading.files.find(({ kind, folder }) => kind === 'cases' && folder === name)?.value);
      const messages = reading.source.rules.find(({ rule }) => rule.name === name)?.messages ?? {};
      expect(Object.keys(messages)).to.include.members(['en', 'et']);
      for (const locale of Object.keys(messages)) {
        const inLocale = cases.filter((one) => localesOf(one).includes(locale));
        expect(inLocale.filter(({ then }) => then.sms !== undefined).length, `fires in ${locale}`).to.be.above(0);
        expect(inLocale.filter(({ then }) => then.sms === undefined).length, `silent in ${locale}`).to.be.above(0);
      }
    });

    it(`${name} has a discreet text in each locale`, () => {
      const messages = reading.source.rules.find(({ rule }) => rule.name === name)?.messages ?? {};
      for (const texts of Object.values(messages)) expect(texts[name]?.discreet).to.be.a('string');
    });
  }

  it('show between them every reason that deciding can give to a registered customer', () => {
    const cases = reading.files.filter(({ kind }) => kind === 'cases').flatMap(({ value }) => casesOf(value));
    const reasons = new Set(cases.map(({ then }) => then.reason).filter((reason) => typeof reason === 'string'));
    expect([...reasons].sort()).to.deep.equal([
      'already-told',
      'cooldown',
      'late',
      'missed',
      'no-longer-due',
      'no-phone',
      'no-recipient',
      'opted-out',
      'paid',
      'reversed',
      'role',
      'rule-error',
      'stale',
      'status',
    ]);
  });
});

function localesOf({ customer, holders }: RuleCase): string[] {
  return (holders ?? [customer ?? {}]).map(({ locale }) => locale ?? 'en');
}
