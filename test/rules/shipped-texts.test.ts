import { expect } from 'chai';
import type { EventType } from '../../src/contracts/event.js';
import type { JsonObject } from '../../src/contracts/json.js';
import type { RuleDocument } from '../../src/contracts/rule.js';
import type { Recipient } from '../../src/core/context.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { measureText } from '../../src/core/message/segments.js';
import { emptyProfile } from '../../src/core/profile/profile.js';
import { compileRuleSet, type RuleSetSource } from '../../src/core/rules/rule-set.js';
import { step } from '../../src/core/step.js';
import { readRuleSet } from '../../src/registry/rule-files.js';
import { context, HOUR, holder, T0 } from '../core/rule-world.js';

interface Told {
  phone: string;
  text: string;
}

/** What one shipped rule tells the customer of one event, changed as a bank might. */
function told(
  source: RuleSetSource,
  name: string,
  sent: { type: EventType; data: JsonObject },
  changes: Partial<RuleDocument> = {},
  customer: Partial<Recipient> = {},
): Told[] {
  const rules = source.rules
    .filter(({ rule }) => rule.name === name)
    .map((one) => ({ ...one, rule: { ...one.rule, ...changes } }));
  const event = parseEvent(
    {
      specversion: '1.0',
      id: 'e-1',
      source: 'core',
      type: sent.type,
      time: new Date(T0).toISOString(),
      data: { customerId: '2', ...sent.data },
    },
    { now: T0, futureToleranceMs: 0, origin: 'inside' },
  );
  const around = context({ account: undefined, recipients: [holder('2', customer)] });
  const { decisions } = step(compileRuleSet({ ...source, rules }), emptyProfile(event.profile), event, around, T0);
  return decisions.map(({ alert }) => ({ phone: alert?.phone ?? '', text: alert?.text ?? '' }));
}

const LOANS: [rule: string, data: JsonObject, en: string, et: string][] = [
  [
    'loan-accepted',
    { decision: 'accepted', amount: '5000.00', currency: 'EUR', validUntil: '2026-07-01' },
    "Your loan of €5,000.00 is approved. Next: sign the contract in the bank's app by Jul 1, 2026.",
    'Teie laen summas 5000,00 € on heaks kiidetud. Edasi: allkirjastage leping pangaäpis hiljemalt 1. juuli 2026.',
  ],
  [
    'loan-accepted',
    { decision: 'accepted', nextStep: 'visit the branch' },
    'Your loan is approved. Next: visit the branch.',
    'Teie laen on heaks kiidetud. Edasi: visit the branch.',
  ],
  [
    'loan-declined',
    { decision: 'declined', amount: '5000.00', currency: 'EUR', reason: 'existing-debts' },
    "We could not approve your loan of €5,000.00. Reason: existing debts. Next: ask for details or a review in the bank's app.",
    'Me ei saanud Teie laenu summas 5000,00 € heaks kiita. Alus: senised laenud. Edasi: küsige selgitust pangaäpis.',
  ],
  [
    'loan-declined',
    { decision: 'declined' },
    "We could not approve your loan. Next: ask for details or a review in the bank's app.",
    'Me ei saanud Teie laenu heaks kiita. Edasi: küsige selgitust pangaäpis.',
  ],
  [
    'loan-more-information',
    { decision: 'more-information', documents: ['payslips', 'tax return'], validUntil: '2026-07-01' },
    "We need more for your loan application: payslips, tax return. Next: add it in the bank's app by Jul 1, 2026.",
    'Teie laenutaotlus vajab täiendust: payslips, tax return. Edasi: lisage see pangaäpis hiljemalt 1. juuli 2026.',
  ],
];

describe('the texts of the rules that ship', () => {
  let source: RuleSetSource;
  before(async () => {
    ({ source } = await readRuleSet(['rules']));
  });

  for (const [name, data, en, et] of LOANS) {
    it(`${name} says what comes next in one SMS, where the bank lets it name the loan: ${en.slice(0, 40)}`, () => {
      const event = { type: 'loan.decided' as const, data: { loanId: 'l-1', ...data } };
      for (const [locale, text] of [
        ['en', en],
        ['et', et],
      ] as const) {
        expect(told(source, name, event, { discreet: false }, { locale }).map((one) => one.text)).to.deep.equal([text]);
        expect(measureText(text)).to.include({ parts: 1, encoding: 'gsm-7' });
        const discreet = told(source, name, event, {}, { locale })[0]?.text;
        expect(discreet).to.match(locale === 'en' ? /Next: / : /Edasi: /);
        expect(discreet).not.to.match(/loan|laen|5[.,\s]?000|approve|reason|alus/i);
      }
    });
  }

  it('every class of reason for declining a loan fits one SMS', () => {
    for (const reason of ['income', 'existing-debts', 'credit-history', 'collateral', 'incomplete', 'policy']) {
      const data = { loanId: 'l-1', decision: 'declined', amount: '123456.00', currency: 'EUR', reason };
      for (const locale of ['en', 'et']) {
        const event = { type: 'loan.decided' as const, data };
        const text = told(source, 'loan-declined', event, { discreet: false }, { locale })[0]?.text ?? '';
        expect(measureText(text), text).to.include({ parts: 1, encoding: 'gsm-7' });
        expect(text).to.match(/Reason: [a-z ]+\. Next|Alus: [a-zäöü ]+\. Edasi/);
      }
    }
  });

  it("welcome names the bank's own contact where there is one", () => {
    const contact = { type: 'texts' as const, default: ['chat in the app', 'any branch'] };
    const event = { type: 'customer.created' as const, data: {} };
    expect(told(source, 'welcome', event, { parameters: { contact } })[0]?.text).to.match(
      /Questions\? chat in the app, any branch$/,
    );
    expect(told(source, 'welcome', event)[0]?.text).to.match(/Questions\? Call the number on your card\.$/);
  });

  for (const name of ['contact-details-changed', 'password-changed']) {
    it(`${name} is told to the number that was replaced as well, for as long as it counts`, () => {
      const type = name === 'password-changed' ? 'customer.password-changed' : 'customer.contact-changed';
      const phones = (replacedAt: number) =>
        told(source, name, { type, data: {} }, {}, { phone: { version: 2, replacedAt } });
      const both = phones(T0 - 72 * HOUR + 1);
      expect(both.map(({ phone }) => phone)).to.deep.equal(['current', 'previous']);
      expect(both[0]?.text).to.equal(both[1]?.text).and.not.equal('');
      expect(phones(T0 - 72 * HOUR).map(({ phone }) => phone)).to.deep.equal(['current']);
    });
  }
});
