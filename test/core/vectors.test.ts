import { expect } from 'chai';
import type { Condition, HistoryParams, LeafCondition } from '../../src/contracts/rule.js';
import { DECIDE_GATES } from '../../src/core/gates/decide.js';
import { measureError, takeMeasure } from '../../src/core/profile/measure.js';
import type { Profile } from '../../src/core/profile/profile.js';
import { addEntry, EXACT_ENTRIES, emptySeries, type SeriesSpec } from '../../src/core/profile/series.js';
import { inCurrency, isExact } from '../../src/core/rules/exact.js';
import type { RuleSet } from '../../src/core/rules/rule-set.js';
import { step } from '../../src/core/step.js';
import {
  context,
  DAY,
  event,
  HOUR,
  holder,
  MINUTE,
  permutations,
  rule,
  ruleSet,
  run,
  type Short,
  T0,
} from './rule-world.js';

const limit: Condition = {
  fact: 'transaction',
  path: '$.amount',
  operator: 'greaterThanInclusive',
  value: { fact: 'parameter', params: { name: 'limit' } },
};
const LIMIT = { limit: { type: 'money' as const, default: { EUR: '100.00' }, customerMayChange: {} } };
const low: Condition = { fact: 'account', path: '$.balanceAfter', operator: 'lessThan', value: '100' };

const paid = (amount: string, at = T0, data: Short['data'] = {}): Short => ({ at, data: { amount, ...data } });
const left = (balanceAfter: string, at = T0): Short => ({ at, data: { balanceAfter } });
const undelivered = (alertId: string, at: number, ruleName = 'one'): Short => ({
  type: 'alert.undelivered',
  at,
  data: { alertId, rule: ruleName, recipient: '2', firedAt: new Date(at).toISOString() },
});

function history(params: Partial<HistoryParams>, operator: string, value: LeafCondition['value']): LeafCondition {
  return { fact: 'history', params: { window: 'all', ...params } as LeafCondition['params'], operator, value };
}
/** What a rule with these conditions says of the last of the events. */
function last(conditions: Condition, events: Short[], around = context()): string[] {
  return run(ruleSet([rule('one', { conditions })]), events, around).outcomes.at(-1) ?? [];
}

describe('semantics line one: a decision is for one rule, one event and one recipient', () => {
  it('two holders with different limits are each told by their own', () => {
    const set = ruleSet([rule('one', { parameters: LIMIT, conditions: limit })]);
    const own = { topics: { one: { parameters: { limit: { EUR: '20.00' } } } } };
    const around = context({ recipients: [holder('a'), holder('b', { preferences: own })] });
    const { results } = run(set, [paid('19.99'), paid('20.00', T0 + 1), paid('100.00', T0 + 2)], around);
    expect(results.map(({ decisions }) => decisions.map(({ recipient }) => recipient))).to.deep.equal([
      [],
      ['b'],
      ['a', 'b'],
    ]);
  });

  it('keeps edge and cooldown for each recipient', () => {
    const set = ruleSet([
      rule('one', { parameters: LIMIT, conditions: limit, cooldown: { period: 'PT1H', per: 'account' } }),
    ]);
    const own = { topics: { one: { parameters: { limit: { EUR: '20.00' } } } } };
    const around = context({ recipients: [holder('a'), holder('b', { preferences: own })] });
    const { results } = run(set, [paid('20.00'), paid('100.00', T0 + MINUTE)], around);
    expect(results[1]?.decisions.map(({ recipient, reason }) => [recipient, reason])).to.deep.equal([
      ['a', undefined],
      ['b', 'cooldown'],
    ]);
  });

  it('an account that nobody holds gives no-recipient', () => {
    expect(last(limitFree, [paid('1.00')], context({ recipients: [] }))).to.deep.equal(['no-recipient']);
  });

  it('derives the same alert id whenever the same event is decided again, and another for another recipient', () => {
    const around = context({ recipients: [holder('a'), holder('b')] });
    const ids = () => run(ruleSet([rule('one')]), [{}], around).results[0]?.decisions.map(({ alertId }) => alertId);
    expect(ids()).to.deep.equal(ids());
    expect(new Set(ids()).size).to.equal(2);
  });
});
const limitFree: Condition = { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' };

describe('semantics line two: an event writes one profile', () => {
  it("its account's; what the customer lately did comes with the context", () => {
    const soon: Condition = {
      fact: 'customer',
      path: '$.minutesSincePasswordChange',
      operator: 'lessThanInclusive',
      value: 30,
    };
    const summary = { passwordChangedAt: T0 - 30 * MINUTE, devices: [] };
    expect(last(soon, [{}], context({ recipients: [holder('2', { summary })] }))).to.deep.equal(['alert']);
    const earlier = { ...summary, passwordChangedAt: T0 - 31 * MINUTE };
    expect(last(soon, [{}], context({ recipients: [holder('2', { summary: earlier })] }))).to.deep.equal([]);
    expect(last(soon, [{}])).to.deep.equal([]);
  });

  it('leaves the profile that it was given as it was', () => {
    const set = ruleSet([rule('one', { conditions: history({ measure: 'count' }, 'greaterThan', 0) })]);
    const { profile } = run(set, [paid('1.00')]);
    const before = structuredClone(profile);
    step(set, profile, event(paid('2.00', T0 + 1)), context(), T0 + 1);
    expect(profile).to.deep.equal(before);
  });
});

describe('semantics line three: the gates of deciding', () => {
  it('are asked in this order', () => {
    expect(DECIDE_GATES.map(({ reason }) => reason)).to.deep.equal([
      'late',
      'reversed',
      'paid',
      'no-longer-due',
      'no-recipient',
      'already-told',
      'role',
      'status',
      'opted-out',
      'no-consent',
      'stopped',
      'no-phone',
      'missed',
      'stale',
      'not-rearmed',
      'cooldown',
    ]);
  });

  it('give the first reason that closes the way', () => {
    const unwilling = holder('2', { preferences: { topics: { one: { wanted: false } } }, phone: undefined });
    expect(last(limitFree, [{}], context({ recipients: [unwilling] }))).to.deep.equal(['opted-out']);
  });

  it('an opt-in topic wants a consent on record, and so does marketing whatever its topic says', () => {
    for (const [lane, consent] of [
      ['service', 'opt-in'],
      ['marketing', 'opt-out'],
    ] as const) {
      const set = ruleSet([rule('one', { lane })], { topics: { one: { consent } } });
      const granted = context({ recipients: [holder('2', { consents: { one: true } })] });
      const withdrawn = context({ recipients: [holder('2', { consents: { one: false } })] });
      expect(run(set, [{}]).outcomes[0]).to.deep.equal(['no-consent']);
      expect(run(set, [{}], withdrawn).outcomes[0]).to.deep.equal(['no-consent']);
      expect(run(set, [{}], granted).outcomes[0]).to.deep.equal(['alert']);
    }
  });
});

describe('semantics line four: order', () => {
  it('a late event enters windows at its own time', () => {
    const within = history({ measure: 'count', window: 'PT1H' }, 'equal', 2);
    // At its own time only the first came before it; the next one counts all three.
    expect(
      last(within, [paid('1.00', T0), paid('2.00', T0 + 40 * MINUTE), paid('3.00', T0 + 20 * MINUTE)]),
    ).to.deep.equal(['alert']);
    const three = history({ measure: 'count', window: 'PT1H' }, 'equal', 4);
    const events = [
      paid('1.00', T0),
      paid('2.00', T0 + 40 * MINUTE),
      paid('3.00', T0 + 20 * MINUTE),
      paid('4.00', T0 + 50 * MINUTE),
    ];
    expect(last(three, events)).to.deep.equal(['alert']);
  });

  it('a late event moves neither balance, nor place, nor activity back', () => {
    const set = ruleSet([rule('one')]);
    const place = (latitude: number) => ({ location: { latitude, longitude: 0, country: 'EE' } });
    const newer = { at: T0 + HOUR, data: { balanceAfter: '50.00', ...place(10) } };
    const older = { at: T0, data: { balanceAfter: '70.00', ...place(20) } };
    const { profile } = run(set, [newer, older]);
    expect(profile.balance).to.deep.equal({ minor: 5000, currency: 'EUR' });
    expect(profile.places['']?.latitude).to.equal(10);
    expect([profile.time, profile.activeAt]).to.deep.equal([T0 + HOUR, T0 + HOUR]);
  });

  it('a late event does not move an edge, and an edge rule does not tell it', () => {
    const set = ruleSet([rule('one', { conditions: low, fires: 'edge' })]);
    const { outcomes } = run(set, [
      left('200.00', T0),
      left('150.00', T0 + HOUR),
      left('50.00', T0 + MINUTE),
      left('40.00', T0 + 2 * HOUR),
    ]);
    expect(outcomes).to.deep.equal([[], [], ['late'], ['alert']]);
  });

  it('equal times keep the order of arrival', () => {
    const set = ruleSet([rule('one', { conditions: low, fires: 'edge' })]);
    const { outcomes, profile } = run(set, [left('200.00'), left('50.00'), left('120.00')]);
    expect(outcomes).to.deep.equal([[], ['alert'], []]);
    expect(profile.balance?.minor).to.equal(12_000);
  });

  it("what a schedule makes is no activity and does not move the profile's time", () => {
    const set = ruleSet([
      rule('one', {
        on: ['schedule.inactive'],
        schedule: { after: ['P30D'] },
        conditions: { fact: 'schedule', path: '$.days', operator: 'equal', value: 30 },
      }),
    ]);
    const since = new Date(T0).toISOString();
    const tick: Short = { type: 'schedule.inactive', at: T0 + 30 * DAY, data: { after: 'P30D', since } };
    const { outcomes, profile } = run(set, [{}, tick]);
    expect(outcomes).to.deep.equal([[], ['alert']]);
    expect([profile.time, profile.activeAt]).to.deep.equal([T0, T0]);
  });
});

describe('semantics line five: edge, rearm and cooldown', () => {
  const edge = ruleSet([rule('one', { conditions: low, fires: 'edge' })]);

  it('from unknown to true does not fire, from false to true does', () => {
    expect(run(edge, [left('50.00'), left('40.00', T0 + 1)]).outcomes).to.deep.equal([[], []]);
    expect(run(edge, [left('100.00'), left('99.99', T0 + 1), left('1.00', T0 + 2)]).outcomes).to.deep.equal([
      [],
      ['alert'],
      [],
    ]);
  });

  it('an event that says nothing of it leaves the edge as it is', () => {
    expect(run(edge, [left('100.00'), paid('1.00', T0 + 1), left('99.99', T0 + 2)]).outcomes).to.deep.equal([
      [],
      [],
      ['alert'],
    ]);
  });

  it('a rule that is switched on starts from what is already true', () => {
    const before = run(ruleSet([rule('other')]), [left('100.00'), left('50.00', T0 + 1)]).profile;
    expect(
      continued(edge, before, [left('40.00', T0 + 2), left('120.00', T0 + 3), left('30.00', T0 + 4)]),
    ).to.deep.equal([[], [], ['alert']]);
  });

  it('rearm keeps a rule that fired quiet until its conditions hold', () => {
    const rearm: Condition = {
      fact: 'account',
      path: '$.balanceAfter',
      operator: 'greaterThanInclusive',
      value: '200',
    };
    const set = ruleSet([rule('one', { conditions: low, rearm, fires: 'edge' })]);
    const balances = ['150.00', '99.99', '199.99', '50.00', '200.00', '50.00'];
    const { outcomes } = run(
      set,
      balances.map((balance, index) => left(balance, T0 + index)),
    );
    expect(outcomes).to.deep.equal([[], ['alert'], [], ['not-rearmed'], [], ['alert']]);
  });

  it('a cooldown ends exactly its period after the last alert; what it kept silent does not restart it', () => {
    const set = ruleSet([rule('one', { cooldown: { period: 'P7D', per: 'account' } })]);
    const at = [0, 6 * DAY, 7 * DAY - 1, 7 * DAY, 14 * DAY - 1, 14 * DAY];
    const { outcomes } = run(
      set,
      at.map((offset) => ({ at: T0 + offset })),
    );
    expect(outcomes.flat()).to.deep.equal(['alert', 'cooldown', 'cooldown', 'alert', 'cooldown', 'alert']);
  });

  it('an alert that could not be delivered gives its edge back', () => {
    const { results } = run(edge, [left('100.00'), left('50.00', T0 + 1)]);
    const id = results[1]?.decisions[0]?.alertId ?? '';
    const events = [
      left('100.00'),
      left('50.00', T0 + 1),
      undelivered(id, T0 + 2),
      left('40.00', T0 + 3),
      left('30.00', T0 + 4),
    ];
    expect(run(edge, events).outcomes).to.deep.equal([[], ['alert'], [], ['alert'], []]);
  });

  it('an alert that could not be delivered gives its cooldown back, to the alert before it', () => {
    const set = ruleSet([rule('one', { cooldown: { period: 'PT1H', per: 'account' } })]);
    const first = run(set, [{ at: T0 }]).results[0]?.decisions[0]?.alertId ?? '';
    const events: Short[] = [{ at: T0 }, undelivered(first, T0 + 1), { at: T0 + MINUTE }, { at: T0 + HOUR }];
    expect(run(set, events).outcomes).to.deep.equal([['alert'], [], ['alert'], ['cooldown']]);
    const stranger: Short[] = [{ at: T0 }, undelivered('al_other', T0 + 1), { at: T0 + MINUTE }];
    expect(run(set, stranger).outcomes.at(-1)).to.deep.equal(['cooldown']);
  });

  it('an alert that could not be delivered arms the rule again', () => {
    const rearm: Condition = { fact: 'account', path: '$.balanceAfter', operator: 'greaterThan', value: '500' };
    const set = ruleSet([rule('one', { conditions: low, rearm, fires: 'edge' })]);
    const id = run(set, [left('100.00'), left('50.00', T0 + 1)]).results[1]?.decisions[0]?.alertId ?? '';
    const events = [left('100.00'), left('50.00', T0 + 1), undelivered(id, T0 + 2), left('40.00', T0 + 3)];
    expect(run(set, events).outcomes.at(-1)).to.deep.equal(['alert']);
  });
});

describe('semantics line six: expiry counts from the time of the event', () => {
  it('to the millisecond, and absent means never', () => {
    const set = ruleSet([rule('one', { expires: 'PT1H' })]);
    expect(run(set, [{}], context(), T0 + HOUR).outcomes[0]).to.deep.equal(['alert']);
    expect(run(set, [{}], context(), T0 + HOUR + 1).outcomes[0]).to.deep.equal(['stale']);
    expect(run(ruleSet([rule('one')]), [{}], context(), T0 + 9000 * DAY).outcomes[0]).to.deep.equal(['alert']);
    expect(run(set, [{}]).results[0]?.decisions[0]?.alert?.expiresAt).to.equal(T0 + HOUR);
  });
});

describe('semantics line eight: authorised, posted and reversed are one transaction', () => {
  const measures: HistoryParams[] = [
    { measure: 'count', window: 'P1D' },
    { measure: 'sum', of: 'amount', window: 'P1D' },
    { measure: 'distinct', of: 'channel', window: 'P1D' },
    { measure: 'sum', of: 'amount', window: 'all' },
    { measure: 'min', of: 'amount', window: 'all' },
    { measure: 'stddev', of: 'amount', window: 'all' },
    { measure: 'distinct', of: 'channel', window: 'all' },
  ];
  const set = ruleSet(
    measures.map((params, index) => rule(`m-${index}`, { conditions: history(params, 'greaterThan', 0) })),
  );
  const authorised: Short = {
    type: 'transaction.authorised',
    at: T0,
    data: { amount: '10.00', transactionId: 't', channel: 'pos' },
  };
  const posted: Short = { at: T0 + HOUR, data: { amount: '12.50', transactionId: 't', channel: 'pos' } };
  const reversed: Short = { type: 'transaction.reversed', at: T0 + 2 * HOUR, data: { transactionId: 't' } };
  const early: Short = { at: T0 - HOUR, data: { amount: '3.00', channel: 'atm' } };
  const other: Short = { at: T0 + 30 * MINUTE, data: { amount: '7.00', transactionId: 'u', channel: 'pos' } };

  it('counted once, at its latest amount, in whichever order they arrive', () => {
    const orders = permutations([authorised, posted, early, other]);
    const kept = orders.map((events) => measuresOf(set, run(set, events).profile, T0 + 3 * HOUR));
    expect(kept[0]).to.deep.include.members(['3', '2250/1', '2']);
    for (const one of kept) expect(one).to.deep.equal(kept[0]);
  });

  it('taken out again by a reversal, in whichever order they arrive', () => {
    const orders = permutations([authorised, posted, reversed, early, other]);
    const kept = orders.map((events) => measuresOf(set, run(set, events).profile, T0 + 3 * HOUR));
    expect(kept[0]).to.deep.include.members(['2', '1000/1']);
    for (const one of kept) expect(one).to.deep.equal(kept[0]);
  });

  it('a reversal by another transaction that names it does the same', () => {
    const by: Short = {
      at: T0 + 2 * HOUR,
      data: { amount: '12.50', direction: 'credit', transactionId: 'v', reverses: 't' },
    };
    const kept = permutations([posted, by, early]).map((events) =>
      measuresOf(set, run(set, events).profile, T0 + 3 * HOUR),
    );
    for (const one of kept) expect(one).to.deep.equal(kept[0]);
    expect(kept[0]?.[0]).to.equal('1');
  });

  it('one alert for each transaction, rule and recipient, unless the rule says otherwise', () => {
    const on = ['transaction.authorised', 'transaction.posted'] as const;
    const once = ruleSet([rule('one', { on: [...on] })]);
    expect(run(once, [authorised, posted]).outcomes).to.deep.equal([['alert'], ['already-told']]);
    const each = ruleSet([rule('one', { on: [...on], repeatPerTransaction: true })]);
    expect(run(each, [authorised, posted]).outcomes).to.deep.equal([['alert'], ['alert']]);
  });

  it('a posting that comes after its reversal is not told', () => {
    expect(run(ruleSet([rule('one')]), [reversed, posted]).outcomes[1]).to.deep.equal(['reversed']);
  });

  const correction = rule('fix', {
    on: ['transaction.reversed'],
    recipients: 'alerted',
    conditions: { fact: 'transaction', path: '$.transactionId', operator: 'present', value: true },
  });

  it('a reversal cancels what was not sent, and the correction goes to whoever was told, once', () => {
    const both = ruleSet([rule('one'), correction]);
    const unwilling = holder('b', { preferences: { topics: { one: { wanted: false } } } });
    const around = context({ recipients: [holder('a'), unwilling] });
    const again: Short = { ...reversed, at: T0 + 3 * HOUR };
    const { results } = run(both, [posted, reversed, again], around);
    const original = results[0]?.decisions.find(({ outcome }) => outcome === 'alert')?.alertId;
    expect(results[1]?.cancel).to.deep.equal([original]);
    expect(results[1]?.decisions.map(({ recipient, alert }) => [recipient, alert?.corrects])).to.deep.equal([
      ['a', [original]],
    ]);
    expect(results[2]?.decisions.map(({ recipient, reason }) => [recipient, reason])).to.deep.equal([
      ['a', 'already-told'],
    ]);
    expect(results[2]?.cancel).to.deep.equal([]);
  });

  it('nobody is told of a reversal who was not told of the transaction', () => {
    expect(run(ruleSet([correction]), [posted, reversed]).outcomes).to.deep.equal([[], []]);
  });
});

describe('semantics line nine: first sight is unknown, never new', () => {
  const newDevice: Condition = { fact: 'device', path: '$.new', operator: 'equal', value: true };
  const newCountry: Condition = { fact: 'location', path: '$.newCountry', operator: 'equal', value: true };
  const from = (country: string, at: number): Short => ({ at, data: { location: { country } } });
  const using = (id: string, at: number): Short => ({ at, data: { device: { id } } });

  it('the first device is learned, the second is new, and then known', () => {
    const { outcomes } = run(ruleSet([rule('one', { conditions: newDevice })]), [
      using('a', T0),
      using('b', T0 + 1),
      using('b', T0 + 2),
      using('a', T0 + 3),
    ]);
    expect(outcomes).to.deep.equal([[], ['alert'], [], []]);
  });

  it('the first country is learned, the second is new, and then known', () => {
    const { outcomes } = run(ruleSet([rule('one', { conditions: newCountry })]), [
      from('EE', T0),
      from('FI', T0 + 1),
      from('FI', T0 + 2),
    ]);
    expect(outcomes).to.deep.equal([[], ['alert'], []]);
  });

  it('an event sent to be learned from is folded and never told', () => {
    const set = ruleSet([rule('one', { conditions: newCountry })]);
    const { outcomes } = run(set, [
      from('EE', T0),
      { ...from('FI', T0 + 1), learn: true },
      from('FI', T0 + 2),
      from('LV', T0 + 3),
    ]);
    expect(outcomes).to.deep.equal([[], [], [], ['alert']]);
  });

  it('a learned edge is an edge that was passed', () => {
    const set = ruleSet([rule('one', { conditions: low, fires: 'edge' })]);
    expect(
      run(set, [left('200.00'), { ...left('50.00', T0 + 1), learn: true }, left('40.00', T0 + 2)]).outcomes,
    ).to.deep.equal([[], [], []]);
  });

  it('a measure that is new to an account with a past is warming up until its window is full', () => {
    const before = run(ruleSet([rule('other')]), [{ at: T0 }]).profile;
    const counting = ruleSet([
      rule('one', { conditions: history({ measure: 'count', window: 'P1D' }, 'greaterThan', 0) }),
    ]);
    const at = [T0 + HOUR, T0 + HOUR + DAY - 1, T0 + HOUR + DAY];
    expect(
      continued(
        counting,
        before,
        at.map((time) => ({ at: time })),
      ),
    ).to.deep.equal([['warming-up'], ['warming-up'], ['alert']]);
    expect(run(counting, [{}]).outcomes[0]).to.deep.equal(['alert']);
  });
});

describe('semantics line thirteen: money is exact', () => {
  const atLeast = (value: LeafCondition['value'], operator = 'greaterThanInclusive'): Condition => ({
    fact: 'transaction',
    path: '$.amount',
    operator,
    value,
  });

  it('an amount exactly on a threshold is on it, and a cent less is not', () => {
    for (const value of [1000, '1000', '1000.00', { EUR: '1000.00', CZK: '1.00' }]) {
      expect(last(atLeast(value), [paid('1000.00')])).to.deep.equal(['alert']);
      expect(last(atLeast(value), [paid('999.99')])).to.deep.equal([]);
      expect(last(atLeast(value, 'greaterThan'), [paid('1000.00')])).to.deep.equal([]);
      expect(last(atLeast(value, 'equal'), [paid('1000')])).to.deep.equal(['alert']);
    }
  });

  it('holds for amounts that no float tells apart', () => {
    const largest = { EUR: '90071992547409.91' };
    expect(last(atLeast(largest, 'equal'), [paid('90071992547409.91')])).to.deep.equal(['alert']);
    expect(last(atLeast(largest), [paid('90071992547409.90')])).to.deep.equal([]);
    expect(last(atLeast('0.3', 'equal'), [paid('0.30')])).to.deep.equal(['alert']);
  });

  it('a literal counts in the currency of the event: yen have no decimals, dinars have three', () => {
    expect(last(atLeast(1000, 'equal'), [paid('1000', T0, { currency: 'JPY' })])).to.deep.equal(['alert']);
    expect(last(atLeast('0.005', 'equal'), [paid('0.005', T0, { currency: 'BHD' })])).to.deep.equal(['alert']);
    expect(last(atLeast('0.005', 'equal'), [paid('0.01')])).to.deep.equal(['rule-error']);
  });

  it('sums are exact where floats are not', () => {
    const sum = history({ measure: 'sum', of: 'amount', window: 'P1D' }, 'equal', '0.30');
    expect(last(sum, [paid('0.10'), paid('0.20', T0 + 1)])).to.deep.equal(['alert']);
  });

  it('a mean that no float can hold is compared without being rounded', () => {
    // 1, 1 and 2: the mean is 4/3, three times it is 4.
    const earlier = [paid('1.00'), paid('1.00', T0 + 1), paid('2.00', T0 + 2)];
    const mean = (operator: string, times?: number | string): Condition => ({
      fact: 'transaction',
      path: '$.amount',
      operator,
      value: {
        fact: 'history',
        params: {
          measure: 'mean',
          of: 'amount',
          window: 'all',
          include: 'previous',
          ...(times === undefined ? {} : { times }),
        },
      },
    });
    expect(last(mean('equal', 3), [...earlier, paid('4.00', T0 + 3)])).to.deep.equal(['alert']);
    expect(last(mean('greaterThan', 3), [...earlier, paid('4.00', T0 + 3)])).to.deep.equal([]);
    expect(last(mean('greaterThan', 3), [...earlier, paid('4.01', T0 + 3)])).to.deep.equal(['alert']);
    expect(last(mean('greaterThan'), [...earlier, paid('1.33', T0 + 3)])).to.deep.equal([]);
    expect(last(mean('greaterThan'), [...earlier, paid('1.34', T0 + 3)])).to.deep.equal(['alert']);
    expect(last(mean('equal', '0.75'), [...earlier, paid('1.00', T0 + 3)])).to.deep.equal(['alert']);
  });

  it('two currencies are compared by the configured rate, exactly, or not at all', () => {
    const around = context();
    const rates = { ...around.settings, rates: { base: 'EUR', CZK: '25' } };
    const map = { EUR: '1000.00' };
    expect(last(atLeast(map), [paid('25000.00', T0, { currency: 'CZK' })], context({ settings: rates }))).to.deep.equal(
      ['alert'],
    );
    expect(last(atLeast(map), [paid('24999.99', T0, { currency: 'CZK' })], context({ settings: rates }))).to.deep.equal(
      [],
    );
    const result = run(ruleSet([rule('one', { conditions: atLeast(map) })]), [paid('1.00', T0, { currency: 'CZK' })])
      .results[0];
    expect(result?.decisions[0]).to.include({ reason: 'rule-error' });
    expect(result?.decisions[0]?.detail).to.match(/^no-rate/);
  });
});

describe('semantics line fifteen: windows are exact and bounded', () => {
  it('an event exactly as old as the window is out, a millisecond younger is in', () => {
    const two = history({ measure: 'count', window: 'PT24H' }, 'equal', 2);
    expect(last(two, [{ at: T0 }, { at: T0 + DAY }])).to.deep.equal([]);
    expect(last(two, [{ at: T0 }, { at: T0 + DAY - 1 }])).to.deep.equal(['alert']);
  });

  it('previous leaves the event itself out, and only it', () => {
    const earlier = (count: number) =>
      history({ measure: 'count', window: 'PT24H', include: 'previous' }, 'equal', count);
    expect(last(earlier(0), [{}])).to.deep.equal(['alert']);
    expect(last(earlier(1), [{}, { id: 'again' }])).to.deep.equal(['alert']);
  });

  it('where counts what it names, and distinct tells values apart', () => {
    const fees = history({ measure: 'count', window: 'P1D', where: { kind: ['fee', 'interest'] } }, 'equal', 1);
    expect(last(fees, [paid('1.00', T0, { kind: 'fee' }), paid('1.00', T0 + 1)])).to.deep.equal(['alert']);
    const places = (window: string) => history({ measure: 'distinct', of: 'merchant.country', window }, 'equal', 2);
    const shop = (country: string, at: number) => paid('1.00', at, { merchant: { country } });
    const events = [shop('EE', T0), shop('FI', T0 + 1), shop('EE', T0 + 2)];
    expect(last(places('P1D'), events)).to.deep.equal(['alert']);
    expect(last(places('all'), events)).to.deep.equal(['alert']);
  });

  it('a deviation is compared exactly: 2, 4, 4, 4, 5, 5, 7, 9 deviate by 2', () => {
    const amounts = ['2.00', '4.00', '4.00', '4.00', '5.00', '5.00', '7.00', '9.00'];
    const events = amounts.map((amount, index) => paid(amount, T0 + index));
    for (const window of ['P1D', 'all']) {
      const deviation = (value: string, operator: string) =>
        history({ measure: 'stddev', of: 'amount', window }, operator, value);
      expect(last(deviation('2.00', 'equal'), events)).to.deep.equal(['alert']);
      expect(last(deviation('1.99', 'greaterThan'), events)).to.deep.equal(['alert']);
      expect(last(deviation('2.01', 'lessThan'), events)).to.deep.equal(['alert']);
    }
  });

  const spec: SeriesSpec = { id: 's', of: 'amount', where: {}, on: [], window: 365 * DAY, distinct: false };
  const request = { currency: 'EUR', rates: { base: 'EUR' } };
  function filled(count: number) {
    let state = emptySeries();
    for (let index = 0; index < count; index += 1) {
      state = addEntry(state, spec, T0 + index * MINUTE, { minor: 100, currency: 'EUR' }, T0 + index * MINUTE);
    }
    return state;
  }

  it('is exact up to the stated number of entries, for any window', () => {
    expect(EXACT_ENTRIES).to.be.at.least(4096);
    const state = filled(EXACT_ENTRIES);
    const at = T0 + (EXACT_ENTRIES - 1) * MINUTE;
    for (const minutes of [1, 100, 4000, EXACT_ENTRIES]) {
      const window = minutes * MINUTE;
      expect(takeMeasure(state, spec, { ...request, measure: 'count', window, at })).to.equal(minutes);
      expect(measureError(state, { window, at })).to.equal(0);
    }
  });

  it('beyond it merges the oldest, keeps what is whole exact, and states the error of what is cut', () => {
    const count = EXACT_ENTRIES + 2000;
    const state = filled(count);
    const at = T0 + (count - 1) * MINUTE;
    const whole = { window: count * MINUTE, at };
    expect(takeMeasure(state, spec, { ...request, measure: 'count', ...whole })).to.equal(count);
    expect(measureError(state, whole)).to.equal(0);
    expect(state.times.length).to.be.at.most(EXACT_ENTRIES);
    for (const minutes of [count - 100, count - 600, count - 1999]) {
      const cut = { window: minutes * MINUTE, at };
      const seen = takeMeasure(state, spec, { ...request, measure: 'count', ...cut }) as number;
      expect(Math.abs(seen - minutes)).to.be.at.most(measureError(state, cut));
      expect(measureError(state, cut)).to.be.above(0);
    }
    const recent = { window: 4000 * MINUTE, at };
    expect(takeMeasure(state, spec, { ...request, measure: 'count', ...recent })).to.equal(4000);
    expect(measureError(state, recent)).to.equal(0);
  });

  it('sums and extremes survive the merging', () => {
    const count = EXACT_ENTRIES + 600;
    const whole = { ...request, window: count * MINUTE, at: T0 + (count - 1) * MINUTE };
    expect(takeMeasure(filled(count), spec, { ...whole, measure: 'sum' })).to.deep.include({
      num: BigInt(count) * 100n,
      den: 1n,
    });
    expect(takeMeasure(filled(count), spec, { ...whole, measure: 'max' })).to.deep.include({ num: 100n });
  });
});

describe('semantics line sixteen: home and the last place', () => {
  const far: Condition = { fact: 'location', path: '$.distanceFromHome', operator: 'greaterThan', value: 100 };
  const tallinn = { latitude: 59.44, longitude: 24.75 };
  const riga = { latitude: 56.95, longitude: 24.11 };
  const inRiga = (data: Short['data'] = {}): Short => ({ data: { location: riga, ...data } });

  it("home is the customer's, else the account's, else the event's", () => {
    expect(last(far, [inRiga()])).to.deep.equal([]);
    expect(last(far, [inRiga({ home: tallinn })])).to.deep.equal(['alert']);
    const account = { id: '704', home: riga };
    expect(last(far, [inRiga({ home: tallinn })], context({ account }))).to.deep.equal([]);
    const recipients = [holder('2', { home: tallinn })];
    expect(last(far, [inRiga()], context({ account, recipients }))).to.deep.equal(['alert']);
  });

  const tooFast: Condition = {
    all: [
      { fact: 'location', path: '$.distanceFromLast', operator: 'greaterThan', value: 50 },
      { fact: 'location', path: '$.speed', operator: 'greaterThan', value: 900 },
    ],
  };
  const at = (place: object, time: number, cardId?: string): Short => ({
    at: time,
    data: { location: { ...place }, ...(cardId === undefined ? {} : { cardId }) },
  });

  it('the last place is kept for each card', () => {
    expect(last(tooFast, [at(tallinn, T0, 'a'), at(riga, T0 + MINUTE, 'b')])).to.deep.equal([]);
    expect(last(tooFast, [at(tallinn, T0, 'a'), at(riga, T0 + MINUTE, 'a')])).to.deep.equal(['alert']);
    expect(last(tooFast, [at(tallinn, T0), at(riga, T0 + MINUTE)])).to.deep.equal(['alert']);
  });

  it('no time between two places is too fast, in one place it is not', () => {
    expect(last(tooFast, [at(tallinn, T0), at(riga, T0)])).to.deep.equal(['alert']);
    expect(last(tooFast, [at(tallinn, T0), at(tallinn, T0)])).to.deep.equal([]);
    expect(last(tooFast, [at(tallinn, T0), at(riga, T0 + HOUR)])).to.deep.equal([]);
  });
});

describe('semantics line eighteen: optional and null are the same, and unknown keys are readable', () => {
  it('null is absent', () => {
    const present: Condition = { fact: 'transaction', path: '$.channel', operator: 'present', value: true };
    expect(last(present, [paid('1.00', T0, { channel: null })])).to.deep.equal([]);
    expect(last({ not: present }, [paid('1.00', T0, { channel: null })])).to.deep.equal(['alert']);
  });

  it("a key of the core system's own can be asked for, inside lists too", () => {
    const score: Condition = { fact: 'transaction', path: '$.risk.scores[1]', operator: 'greaterThan', value: 80 };
    expect(last(score, [paid('1.00', T0, { risk: { scores: [1, 81] } })])).to.deep.equal(['alert']);
    expect(last(score, [paid('1.00', T0, { risk: { scores: [81] } })])).to.deep.equal([]);
  });
});

describe('semantics line twenty-one: text from outside is hostile', () => {
  it('a payee named like a message of the bank is not repeated', () => {
    const source = rule('one');
    source.messages = { en: { one: { text: 'Paid to {{ transaction.counterparty.name }}.' } } };
    const texts = ['Jaan Tamm', 'Blocked, call +372 5555 5555', 'win.example.com', 'A\u202eB\nC'].map((name) => {
      const { results } = run(ruleSet([source]), [paid('0.01', T0, { counterparty: { name } })]);
      return results[0]?.decisions[0]?.alert?.text;
    });
    expect(texts).to.deep.equal(['Paid to Jaan Tamm.', 'Paid to (hidden).', 'Paid to (hidden).', 'Paid to AB C.']);
  });

  it('a text that names a missing value is not sent half', () => {
    const source = rule('one');
    source.messages = { en: { one: { text: 'Paid to {{ transaction.counterparty.name }}.' } } };
    const { results } = run(ruleSet([source]), [{}]);
    expect(results[0]?.decisions[0]).to.include({ outcome: 'suppressed', reason: 'no-text' });
    expect(results[0]?.decisions[0]?.detail).to.contain('text-value-missing');
  });
});

describe('semantics line twenty-six: lock screens', () => {
  const source = rule('one');
  source.messages = { en: { one: { text: 'full', discreet: 'discreet' } } };
  const textFor = (changes: object, around = context()) => {
    const set = ruleSet([{ ...source, rule: { ...source.rule, ...changes } }]);
    return run(set, [{}], around).results[0]?.decisions[0]?.alert?.text;
  };

  it('the discreet text is for joint accounts, for rules about debts, and for those who ask', () => {
    expect(textFor({})).to.equal('full');
    expect(textFor({}, context({ recipients: [holder('a'), holder('b')] }))).to.equal('discreet');
    expect(textFor({ discreet: true })).to.equal('discreet');
    expect(textFor({}, context({ recipients: [holder('2', { discreet: true })] }))).to.equal('discreet');
  });
});

/** Outcomes of further events over a profile that other rules have folded. */
function continued(set: RuleSet, from: Profile, events: readonly Short[]): string[][] {
  let profile = from;
  return events.map((short) => {
    const parsed = event(short);
    const result = step(set, profile, parsed, context(), parsed.time);
    profile = result.profile;
    return result.decisions.map(({ outcome, reason }) => reason ?? outcome);
  });
}

/** Every measure of the rule set over what the profile kept, as text; ratios unreduced. */
function measuresOf(set: RuleSet, profile: Profile, at: number): string[] {
  return set.rules.map(({ document }) => {
    const { params } = document.conditions as unknown as { params: HistoryParams };
    const spec = set.series.find((one) => {
      return (
        (one.window === undefined) === (params.window === 'all') &&
        one.of === params.of &&
        one.distinct === (params.measure === 'distinct')
      );
    }) as SeriesSpec;
    const window = params.window === 'all' ? undefined : DAY;
    const value = takeMeasure(profile.series[spec.id] ?? emptySeries(), spec, {
      measure: params.measure,
      window,
      at,
      currency: 'EUR',
      rates: { base: 'EUR' },
    });
    if (!isExact(value)) return String(value);
    const { num, den } = inCurrency(value, 'EUR', { base: 'EUR' });
    return `${num}/${den}`;
  });
}
