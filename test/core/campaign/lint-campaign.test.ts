import { expect } from 'chai';
import type { CampaignDocument } from '../../../src/contracts/campaign.js';
import { type CampaignSurroundings, lintCampaign } from '../../../src/core/campaign/lint-campaign.js';
import { lintRuleSet } from '../../../src/core/rules/lint.js';
import { parseRuleFile } from '../../../src/core/rules/rule-file.js';
import { campaignSource, surroundings } from './sketches.js';

describe('the linter of campaigns', () => {
  const codes = (
    overrides: Partial<CampaignDocument> = {},
    text?: string | Record<string, string>,
    around: Partial<CampaignSurroundings> = {},
  ) => {
    const texts = typeof text === 'string' ? { en: text } : text;
    const messages =
      texts && Object.fromEntries(Object.entries(texts).map(([key, one]) => [key, { offer: { text: one } }]));
    return lintCampaign(campaignSource(overrides, messages), surroundings(around)).map(({ code }) => code);
  };
  const leaf = (condition: object) => ({ segment: { all: [condition] } }) as Partial<CampaignDocument>;

  it('finds nothing in a campaign that is right', () => {
    expect(codes()).to.deep.equal([]);
  });

  it('says what is no campaign at all, and never throws', () => {
    for (const source of [undefined, null, 7, {}, { campaign: { name: 'A B' } }]) {
      const found = lintCampaign(source, surroundings());
      expect(found.map(({ severity }) => severity)).to.include('error');
    }
    expect(codes({ lane: 'service' as 'marketing' })).to.deep.equal(['campaign-malformed']);
    expect(codes({ throttle: { messages: 0, per: 'second' } })).to.deep.equal(['campaign-malformed']);
  });

  it('refuses a text without a way out, in every language by the words that are taken for a STOP in it', () => {
    expect(codes({}, 'BANK: save with us.')).to.deep.equal(['way-out-missing']);
    expect(codes({}, 'BANK: a non-stop offer, we stop at nothing.')).to.deep.equal(['way-out-missing']);
    expect(codes({}, 'BANK: stopover in Riga.')).to.deep.equal(['way-out-missing']);
    expect(codes({}, { en: 'BANK: save. STOP ends these.', et: 'PANK: säästa.' })).to.deep.equal(['way-out-missing']);
    expect(codes({}, { en: 'BANK: save. STOP ends these.', et: 'PANK: säästa. LÕPETA peatab.' })).to.deep.equal([]);
  });

  it('a STOP that cannot be sent is no way out, and one that names a number is', () => {
    const named = { senders: { senders: { default: 'BANK' } } };
    expect(codes({}, 'BANK: save with us. STOP ends these.', named)).to.deep.equal(['way-out-one-way']);
    expect(codes({}, 'BANK: save with us. STOP to 15151.', named)).to.deep.equal([]);
  });

  it('a link to where a customer says no is a way out, where the text shows it', () => {
    const links = { links: { choices: 'https://bank.example/choices' }, wayOut: 'choices' };
    const around = { linkBase: 'https://bank.example/l', texts: { links: [{ hosts: ['bank.example'] }] } };
    expect(codes(links, 'BANK: save. No more: {{ links.choices }}', around)).to.deep.equal([]);
    expect(codes(links, 'BANK: save.', around)).to.deep.equal(['way-out-missing']);
    expect(codes({ ...links, wayOut: 'choice' }, 'BANK: save. STOP', around)).to.deep.equal(['way-out-unknown']);
    expect(codes(links, 'BANK: {{ links.choices }}', { linkBase: 'https://bank.example/l' })).to.deep.equal([
      'link-not-allowed',
    ]);
    expect(codes(links, 'BANK: save. STOP')).to.deep.equal(['short-links-off']);
  });

  it('takes an opt-in topic and no other', () => {
    expect(codes({ topic: 'codes' })).to.deep.equal(['marketing-needs-opt-in']);
    expect(codes({ topic: 'offer' })).to.deep.equal(['topic-unlisted']);
  });

  it('an opt-in topic is of use although no rule has it', () => {
    const text = JSON.stringify({ offers: { consent: 'opt-in' }, other: { consent: 'opt-out' } });
    const { file } = parseRuleFile({ kind: 'topics', file: 'topics.json', folder: '' }, text);
    const found = lintRuleSet([file]).map(({ code, message }) => `${code} ${message}`);
    expect(found).to.deep.equal(['topic-unused no rule has the topic "other"']);
  });

  it('a segment asks for what is known of a customer, in the words of the rules', () => {
    expect(codes(leaf({ fact: 'transaction', path: '$.amount', operator: 'equal', value: 1 }))).to.deep.equal([
      'segment-fact',
    ]);
    expect(
      codes(leaf({ fact: 'customer', path: '$.minutesSincePasswordChange', operator: 'lessThan', value: 1 })),
    ).to.deep.equal(['segment-path']);
    expect(codes(leaf({ fact: 'customer', path: '$.status', operator: 'equal', value: 'activ' }))).to.deep.equal([
      'value-never',
    ]);
    expect(codes(leaf({ fact: 'customer', path: '$.locale', operator: 'startWith', value: 'et' }))).to.deep.equal([
      'operator-unknown',
    ]);
    expect(
      codes(leaf({ fact: 'customer', path: '$.daysSinceRegistered', operator: 'greaterThan', value: '30' })),
    ).to.have.length(1);
    expect(codes({ segment: { all: [] } })).to.deep.equal(['conditions-empty']);
    expect(
      codes(leaf({ fact: 'customer', path: '$.timeZone', operator: 'in', value: ['Europe/Tallinn'] })),
    ).to.deep.equal([]);
  });

  it('times and budgets have to make sense', () => {
    expect(codes({ schedule: { startsAt: '2026-12-01T09:00:00' } })).to.deep.equal(['time-without-offset']);
    expect(codes({ schedule: { startsAt: '2026-12-02T09:00:00Z', endsAt: '2026-12-01T09:00:00Z' } })).to.deep.equal([
      'schedule-backwards',
    ]);
    expect(codes({ schedule: { hours: { from: '20:00', to: '10:00' } } })).to.deep.equal(['hours-backwards']);
    const budget = { money: { amount: '10.00', currency: 'EUR' } };
    expect(codes({ budget })).to.deep.equal(['budget-without-prices']);
    const prices = { currency: 'USD', perPart: { default: '0.05' } };
    expect(codes({ budget }, undefined, { texts: { prices } })).to.deep.equal(['budget-currency']);
  });

  it('every variant has its text in every language, and a text shows nothing but links', () => {
    const variants = [
      { name: 'a', message: 'offer' },
      { name: 'a', message: 'other' },
    ];
    expect(codes({ variants })).to.deep.equal(['variant-duplicate', 'message-missing']);
    expect(codes({}, 'BANK: dear {{ customer.name }}, save. STOP')).to.deep.equal(['variable-unknown']);
    expect(codes({}, 'BANK: {{ save. STOP')).to.deep.equal(['text-malformed']);
    expect(codes({}, { et: 'PANK: säästa. STOP' })).to.deep.equal(['locale-missing']);
  });
});
