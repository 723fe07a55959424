import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Condition } from '../../../src/contracts/rule.js';
import { campaignAlertId, campaignKey, campaignOf, campaignRule } from '../../../src/core/campaign/campaign-ids.js';
import { compileCampaign, gateOf } from '../../../src/core/campaign/compile-campaign.js';
import { type Candidate, consider } from '../../../src/core/campaign/consider.js';
import { paceOf, takeSlot } from '../../../src/core/campaign/pace.js';
import { opensAt } from '../../../src/core/campaign/sending-window.js';
import { costOf, decimalOf, millionthsOf, overBudget } from '../../../src/core/campaign/spending.js';
import { addTallies, countMessage, countSkipped, noTallies } from '../../../src/core/campaign/tallies.js';
import { chooseVariant } from '../../../src/core/campaign/variant.js';
import type { Recipient } from '../../../src/core/context.js';
import { TEST_SETTINGS } from '../../support/house.js';
import { campaignSource } from './sketches.js';

const NOW = Date.UTC(2026, 10, 10, 10);

describe('ids of a campaign', () => {
  it('depend on entity, name and customer, whatever characters these hold', () => {
    const ids = [
      campaignAlertId('a', 'b', 'c'),
      campaignAlertId('a', 'bc', ''),
      campaignAlertId('ab', '', 'c'),
      campaignAlertId('a', 'b', 'd'),
    ];
    expect(new Set(ids).size).to.equal(4);
    expect(ids[0]).to.match(/^al_[0-9a-f]{32}$/);
    expect(campaignKey('a', 'b')).to.have.length(16);
    expect(campaignOf(campaignRule('x'))).to.equal('x');
    expect(campaignOf('low-balance')).to.equal(undefined);
  });
});

describe('the choice between variants', () => {
  const variants = [
    { name: 'a', weight: 3 },
    { name: 'b', weight: 1 },
  ];

  it('is always the same for a customer, follows the weights, and is shuffled by the next campaign', () => {
    const chosen = (campaign: string) =>
      Array.from(
        { length: 8_000 },
        (_, id) => chooseVariant(variants, { entity: 'e', campaign, customerId: `${id}` }).name,
      );
    const first = chosen('one');
    expect(chosen('one')).to.deep.equal(first);
    expect(first.filter((name) => name === 'a').length / 8_000).to.be.closeTo(0.75, 0.02);
    const both = chosen('two').filter((name, at) => name === 'b' && first[at] === 'b').length;
    expect(both / 8_000).to.be.closeTo(0.25 * 0.25, 0.015);
  });
});

describe('the hours of a campaign', () => {
  const iso = (at: number | undefined) => at && new Date(at).toISOString();
  const TALLINN = ['Europe/Tallinn'];

  it('are by the customer’s clock, on the weekdays that are named', () => {
    const window = { weekdays: [1, 2, 3, 4, 5], hours: { from: '10:00', to: '19:00' } };
    expect(opensAt(window, Date.UTC(2026, 10, 10, 10), TALLINN)).to.equal(Date.UTC(2026, 10, 10, 10));
    expect(iso(opensAt(window, Date.UTC(2026, 10, 10, 3), TALLINN))).to.equal('2026-11-10T08:00:00.000Z');
    expect(iso(opensAt(window, Date.UTC(2026, 10, 13, 17), TALLINN))).to.equal('2026-11-16T08:00:00.000Z');
    expect(iso(opensAt(window, Date.UTC(2026, 10, 10, 3), ['America/New_York']))).to.equal('2026-11-10T15:00:00.000Z');
  });

  it('quiet hours of the house hold on top of them, past midnight too', () => {
    const window = { quiet: { from: '21:00', to: '09:00' } };
    expect(iso(opensAt(window, Date.UTC(2026, 10, 10, 20), TALLINN))).to.equal('2026-11-11T07:00:00.000Z');
    const both = { ...window, hours: { from: '08:00', to: '22:00' } };
    expect(iso(opensAt(both, Date.UTC(2026, 10, 10, 6, 30), TALLINN))).to.equal('2026-11-10T07:00:00.000Z');
  });

  it('follow clocks that change: an hour that is skipped opens after the gap, one that comes twice at its first', () => {
    const window = { hours: { from: '03:30', to: '12:00' } };
    // Clocks in Tallinn go from 03:00 to 04:00 on 29 March 2026, and from 04:00 to 03:00 on 25 October.
    expect(iso(opensAt(window, Date.UTC(2026, 2, 28, 23), TALLINN))).to.equal('2026-03-29T01:30:00.000Z');
    expect(iso(opensAt(window, Date.UTC(2026, 9, 24, 22), TALLINN))).to.equal('2026-10-25T00:30:00.000Z');
    const evening = { hours: { from: '10:00', to: '19:00' } };
    expect(iso(opensAt(evening, Date.UTC(2026, 2, 28, 17, 30), TALLINN))).to.equal('2026-03-29T07:00:00.000Z');
    expect(iso(opensAt(evening, Date.UTC(2026, 9, 24, 17), TALLINN))).to.equal('2026-10-25T08:00:00.000Z');
  });

  it('who can be in many zones is reached when it is right in all of them, else by the first', () => {
    const window = { hours: { from: '10:00', to: '20:00' } };
    const zones = ['America/New_York', 'America/Los_Angeles'];
    expect(iso(opensAt(window, Date.UTC(2026, 10, 10, 16), zones))).to.equal('2026-11-10T18:00:00.000Z');
    const narrow = { hours: { from: '10:00', to: '11:00' } };
    expect(iso(opensAt(narrow, Date.UTC(2026, 10, 10, 16), zones))).to.equal('2026-11-11T15:00:00.000Z');
  });

  it('what opens is open, and nothing before it was', () => {
    const window = { weekdays: [2, 6], hours: { from: '09:15', to: '18:45' }, quiet: { from: '18:00', to: '10:00' } };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 24 * 60 }), (minutes) => {
        const now = Date.UTC(2026, 0, 1) + minutes * 60_000;
        const at = opensAt(window, now, TALLINN) ?? 0;
        expect(opensAt(window, at, TALLINN)).to.equal(at);
        if (at > now) expect(opensAt(window, at - 60_000, TALLINN)).to.equal(at);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a budget', () => {
  it('is held to the message and to the millionth', () => {
    expect(millionthsOf('0.045')).to.equal(45_000);
    expect(decimalOf(45_000)).to.equal('0.045');
    expect(decimalOf(12_500_000)).to.equal('12.50');
    const prices = { currency: 'EUR', perPart: { default: '0.05', EE: '0.045' } };
    expect(costOf(prices, 2, 'EE')).to.equal(90_000);
    expect(costOf(prices, 1, undefined)).to.equal(50_000);
    expect(overBudget({ messages: 3 }, { messages: 2, cost: 0 }, undefined)).to.equal(undefined);
    expect(overBudget({ messages: 3 }, { messages: 3, cost: 0 }, undefined)).to.equal('budget-messages');
    const money = { money: { amount: '0.10', currency: 'EUR' } };
    expect(overBudget(money, { messages: 9, cost: 50_000 }, 50_000)).to.equal(undefined);
    expect(overBudget(money, { messages: 9, cost: 50_001 }, 50_000)).to.equal('budget-money');
    expect(overBudget(money, { messages: 0, cost: 0 }, undefined)).to.equal('no-prices');
  });

  it('slots follow each other at the pace, and none is in the past', () => {
    const pace = paceOf({ messages: 90, per: 'minute' });
    const slots = { next: 0 };
    const taken = [NOW, NOW, NOW, NOW + 60_000].map(
      (now) => takeSlot(slots, pace ?? { perSecond: 0, burst: 0 }, now) - NOW,
    );
    expect(taken).to.deep.equal([0, 667, 1334, 60_000]);
  });
});

describe('one customer and one campaign', () => {
  const source = campaignSource(
    { segment: { all: [{ fact: 'customer', path: '$.locale', operator: 'equal', value: 'et' }] } },
    { en: { offer: { text: 'Save. STOP' } }, et: { offer: { text: 'Säästa. STOP', discreet: 'Teade. STOP' } } },
  );
  const campaign = compileCampaign('default', source);
  const gate = gateOf(campaign, { offers: { consent: 'opt-in' } });
  const recipient: Recipient = {
    customerId: '1',
    role: 'owner',
    status: 'active',
    locale: 'et',
    discreet: false,
    preferences: {},
    consents: { offers: true },
  };
  const of = (change: Partial<Recipient> = {}, rest: Partial<Candidate> = {}, compiled = campaign) => {
    const candidate = { recipient: { ...recipient, ...change }, phone: () => '+37251234567', told: () => 0, ...rest };
    const answer = consider(candidate, { campaign: compiled, gate, settings: TEST_SETTINGS, most: 2, now: NOW });
    return answer.outcome === 'skipped' ? answer.reason : answer.outcome;
  };

  it('is told only where it is for them and nothing is against it', () => {
    expect(of()).to.equal('message');
    expect(of({ locale: 'en' })).to.equal('unmatched');
    expect(of({ role: 'minor' })).to.equal('role');
    expect(of({ status: 'deceased' })).to.equal('status');
    expect(of({ preferences: { topics: { offers: { wanted: false } } } })).to.equal('opted-out');
    expect(of({ consents: {} })).to.equal('no-consent');
    expect(of({ consents: { offers: false } })).to.equal('no-consent');
    expect(of({ stops: ['*marketing'] })).to.equal('stopped');
    expect(of({}, { phone: () => undefined })).to.equal('no-phone');
    expect(of({}, { phone: () => '+19002345678' })).to.equal('costly-number');
    expect(of({}, { told: () => 2 })).to.equal('frequency-cap');
  });

  it('a number is not opened for whoever may not be told anyway', () => {
    const phone = () => {
      throw new Error('opened');
    };
    expect(of({ consents: {} }, { phone })).to.equal('no-consent');
    expect(of({ locale: 'en' }, { phone })).to.equal('unmatched');
  });

  it('the date of registration is read by the calendar; what is not known does not match', () => {
    const since = (days: number): Condition => ({
      all: [{ fact: 'customer', path: '$.daysSinceRegistered', operator: 'greaterThanInclusive', value: days }],
    });
    const asking = (days: number) => compileCampaign('default', campaignSource({ segment: since(days) }));
    // 23:30 in Tallinn on 8 November: the day before yesterday there.
    const registeredAt = Date.UTC(2026, 10, 8, 21, 30);
    expect(of({ registeredAt }, {}, asking(2))).to.equal('message');
    expect(of({ registeredAt }, {}, asking(3))).to.equal('unmatched');
    expect(of({}, {}, asking(0))).to.equal('unmatched');
  });

  it('counts add up whatever pages they came in', () => {
    const [a, b] = [noTallies(), noTallies()];
    countMessage(a, { locale: 'et', variant: 'a', parts: 2, cost: 90_000 });
    countSkipped(b, 'no-consent');
    countMessage(b, { locale: 'et', variant: 'b', parts: 1 });
    const sum = addTallies(addTallies(noTallies(), a), b);
    expect(sum).to.deep.equal({
      seen: 0,
      matched: 3,
      messages: 2,
      parts: 3,
      cost: 90_000,
      skipped: { 'no-consent': 1 },
      locales: { et: { messages: 2, parts: 3 } },
      variants: { a: 1, b: 1 },
    });
  });
});
