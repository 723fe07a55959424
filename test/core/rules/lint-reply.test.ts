import { expect } from 'chai';
import type { RuleDocument } from '../../../src/contracts/rule.js';
import { oneWaySenders, type Senders } from '../../../src/core/replies/one-way.js';
import { lintReply, lintReplyTexts } from '../../../src/core/rules/lint-reply.js';
import { debitFrom, ruleSet } from '../../support/rules.js';

const rule = (other: Partial<RuleDocument> = {}): RuleDocument =>
  ({
    ...ruleSet({ name: 'r', lane: 'security', conditions: debitFrom('1') }).rules[0]?.rule,
    ...other,
  }) as RuleDocument;
const asking = (other: Partial<RuleDocument> = {}) => rule({ reply: { window: 'PT24H' }, ...other });

const codesOf = (document: RuleDocument, senders?: Senders): string[] => {
  const codes: string[] = [];
  lintReply(document, senders, (_place, { code }) => codes.push(code));
  return codes;
};
const textCodes = (text: string, document: RuleDocument): string[] => {
  const codes: string[] = [];
  lintReplyTexts({ en: { r: { text, discreet: 'x' } } }, document, (_place, { code }) => codes.push(code));
  return codes;
};

describe('a rule that asks for a reply', () => {
  it('is for security alerts to customers, and says how long an answer counts', () => {
    expect(codesOf(asking())).to.deep.equal([]);
    expect(codesOf(asking({ lane: 'service' }))).to.deep.equal(['reply-unfit']);
    expect(codesOf(asking({ notify: 'bank' }))).to.deep.equal(['reply-unfit']);
    expect(codesOf(asking({ reply: { window: 'P1M' } }))).to.deep.equal(['duration-malformed']);
    expect(codesOf(asking({ reply: { window: 'P30D' } }))).to.deep.equal(['reply-window-long']);
  });

  it('says so where its text asks, and asks where it says so', () => {
    for (const text of [
      'Was it you? Reply YES or NO.',
      'Reply with YES or NO',
      'Text "NO" if it was not you',
      'Kas see olite Teie? Vastake JAH või EI.',
      'Answer Y or N',
    ]) {
      expect(textCodes(text, rule()), text).to.deep.equal(['reply-missing']);
      expect(textCodes(text, asking()), text).to.deep.equal([]);
    }
    for (const text of [
      'Not you? Call the number on your card.',
      'Reply to our letter. No fee applies.',
      'No reply is needed',
    ]) {
      expect(textCodes(text, rule()), text).to.deep.equal([]);
    }
    expect(textCodes('Paid 10.00', asking())).to.deep.equal(['reply-unasked']);
  });

  it('is refused where its sender is a name', () => {
    expect(codesOf(asking(), { senders: { default: 'BANK' } })).to.deep.equal(['reply-one-way']);
    expect(codesOf(asking(), { senders: { default: 'BANK', security: '+37280001' } })).to.deep.equal([]);
    expect(codesOf(asking(), { senders: { default: '8000' } })).to.deep.equal([]);
    const routes = [{ lanes: ['security' as const], sender: 'BANK' }, {}];
    expect(codesOf(asking(), { senders: { default: '8000' }, routes })).to.deep.equal(['reply-one-way']);
  });

  it('looks at every route that the message could take, and at no other', () => {
    const senders = { default: '8000' };
    const message = { lane: 'security' as const, topic: 'r' };
    expect(oneWaySenders({ senders, routes: [{ lanes: ['otp'], sender: 'BANK' }, {}] }, message)).to.deep.equal([]);
    expect(oneWaySenders({ senders, routes: [{ topics: ['r'], sender: 'BANK' }, {}] }, message)).to.deep.equal([
      'BANK',
    ]);
    expect(oneWaySenders({ senders: { default: 'BANK' }, routes: [{ sender: '8000' }] }, message)).to.deep.equal([]);
  });
});
