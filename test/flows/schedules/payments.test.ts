import { expect } from 'chai';
import { DEFAULT_SCHEDULE_POLICY } from '../../../src/core/schedule/policy.js';
import { changeCustomer } from '../../../src/flows/change-customer.js';
import { eraseCustomer } from '../../../src/flows/erase-customer.js';
import { explainEvent } from '../../../src/flows/explain-event.js';
import { purgeEvents } from '../../../src/flows/purge-events.js';
import { replayProfile } from '../../../src/flows/replay-profile.js';
import { raisePayments } from '../../../src/flows/schedules/raise-payments.js';
import { loadLoans } from '../../../src/store/instalments.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { register } from '../../support/registered.js';
import { deliverOnce, type FakeProvider, fakeProvider, statusesIn } from '../delivery-world.js';

const HOUR = 3_600_000;
const SUBJECT = 'default/customer:1';
const at = (text: string): number => Date.parse(text);

for (const database of databases) {
  describe(`reminders of payments on ${database.name}`, () => {
    let home: HouseUnderTest;
    let provider: FakeProvider;
    let events: number;

    /** 15 December 2026 is a Tuesday; Tallinn is two hours ahead of UTC. */
    beforeEach(async () => {
      events = 0;
      provider = fakeProvider('gateway');
      home = await openHouse(database, {
        only: ['payment-due', 'payment-overdue', 'low-balance-ahead'],
        now: at('2026-12-01T06:00:00Z'),
        house: { adapters: [provider.named] },
      });
      await register(home);
    });

    afterEach(() => home.close());

    function tell(type: string, data: object, time?: string) {
      events += 1;
      const known = { loanId: 'L', instalmentId: '1', customerId: '1', amount: '120.00', currency: 'EUR' };
      return home.commit({
        id: `loan-${events}`,
        source: 'core',
        type,
        ...(time && { time }),
        data: { ...known, ...data },
      });
    }

    const instalment = (data: object = {}) =>
      tell('loan.instalment-due', { dueDate: '2026-12-15', accountId: '7', ...data });
    const paid = (data: object = {}) => tell('loan.paid', data);

    /** A tick an hour; the courier looks where there may be something. */
    async function ticksUntil(end: string): Promise<void> {
      await deliverOnce(home.house);
      for (; home.clock.now < at(end); home.clock.now = Math.min(home.clock.now + HOUR, at(end))) {
        if ((await raisePayments(home.house)) > 0) await deliverOnce(home.house);
      }
      await raisePayments(home.house);
      await deliverOnce(home.house);
    }

    const texts = () => provider.sent.map(({ text }) => text);
    const due = (amount = '€120.00') => `${amount} is due on Dec 15, 2026. Please have it ready by then.`;
    const overdue =
      'A payment that was due on Dec 15, 2026 has not reached us. Please see your online bank, or contact us.';

    it('tells a week, three days and a day before, on the day, and a day, a week and a month after', async () => {
      await instalment();
      const seen: string[] = [];
      for (const end = at('2027-03-01T00:00:00Z'); home.clock.now < end; home.clock.now += HOUR) {
        if ((await raisePayments(home.house)) === 0) continue;
        const before = provider.sent.length;
        await deliverOnce(home.house);
        for (const { text } of provider.sent.slice(before)) {
          seen.push(
            `${new Date(home.clock.now).toISOString().slice(0, 16)} ${text === due() ? 'due' : text === overdue ? 'overdue' : text}`,
          );
        }
      }
      expect(seen).to.deep.equal([
        '2026-12-08T08:00 due',
        // The 12th is a Saturday.
        '2026-12-11T08:00 due',
        '2026-12-14T08:00 due',
        '2026-12-15T08:00 due',
        '2026-12-16T08:00 overdue',
        '2026-12-22T08:00 overdue',
        '2027-01-14T08:00 overdue',
      ]);
      const left = await home.database.knex(home.database.table('schedules')).count({ rows: '*' }).first();
      expect(Number(left?.rows)).to.equal(0);
    });

    it('asks for what is open, to the cent, and for nothing once it is paid', async () => {
      await instalment();
      await paid({ amount: '70.01' });
      await ticksUntil('2026-12-12T00:00:00Z');
      await paid({ amount: '49.99' });
      await ticksUntil('2027-02-01T00:00:00Z');
      expect(texts()).to.deep.equal([due('€49.99'), due('€49.99')]);
    });

    it('a payment that overtakes its reminder by seconds silences it when it is decided', async () => {
      await instalment();
      const { submit } = home.house.pipeline;
      home.clock.now = at('2026-12-08T08:00:00Z');
      const house = {
        ...home.house,
        pipeline: {
          ...home.house.pipeline,
          // Between the look and its commit.
          submit: async (incoming: Parameters<typeof submit>[0]) => {
            await paid();
            return submit(incoming);
          },
        },
      };
      expect(await raisePayments(house)).to.equal(1);
      expect(await statusesIn(home)).to.deep.equal([]);
      const [decision] = await home.database.knex(home.database.table('decisions')).select('rule', 'reason');
      expect(decision).to.deep.include({ rule: 'payment-due', reason: 'paid' });
      await ticksUntil('2027-02-01T00:00:00Z');
      expect(texts()).to.deep.equal([]);
    });

    for (const [what, change, reason] of [
      ['paid', () => paid(), 'paid'],
      ['settled for less', () => paid({ amount: '1.00', settled: true }), 'paid'],
      ['paid on the loan as a whole', () => tell('loan.paid', { instalmentId: undefined }), 'paid'],
      ['withdrawn', () => instalment({ withdrawn: true }), 'no-longer-due'],
      ['moved', () => instalment({ dueDate: '2027-01-15' }), 'no-longer-due'],
      ['replaced by another schedule', () => instalment({ instalmentId: '2', scheduleVersion: 2 }), 'no-longer-due'],
      ['paid in part', () => paid({ amount: '0.01' }), 'amount-changed'],
    ] as const) {
      it(`a reminder that waits in the outbox does not leave when the payment is ${what}`, async () => {
        await instalment();
        home.clock.now = at('2026-12-08T08:00:00Z');
        await raisePayments(home.house);
        expect(await statusesIn(home)).to.deep.equal(['payment-due queued']);
        await change();
        await deliverOnce(home.house);
        expect(await statusesIn(home)).to.deep.equal([`payment-due suppressed ${reason}`]);
        expect(texts()).to.deep.equal([]);
      });
    }

    it('a schedule that changes is told by its new days only', async () => {
      await instalment();
      await ticksUntil('2026-12-10T00:00:00Z');
      await instalment({ dueDate: '2026-12-21', amount: '99.00' });
      await ticksUntil('2026-12-22T00:00:00Z');
      const moved = '€99.00 is due on Dec 21, 2026. Please have it ready by then.';
      // A week before, then on Friday for three days and for the day before, then on the day.
      expect(texts()).to.deep.equal([due(), moved, moved, moved]);
    });

    it('an amount that is raised after it was paid is asked for by the next reminder, and not by one that is over', async () => {
      await instalment();
      await paid();
      await ticksUntil('2026-12-10T00:00:00Z');
      await instalment({ amount: '120.50' });
      await ticksUntil('2026-12-11T07:59:00Z');
      expect(texts()).to.deep.equal([]);
      await ticksUntil('2026-12-12T00:00:00Z');
      expect(texts()).to.deep.equal([due('€0.50')]);
    });

    it('an older word that comes late undoes nothing', async () => {
      await instalment({ dueDate: '2026-12-20' });
      await tell('loan.instalment-due', { dueDate: '2026-12-15' }, '2026-11-01T10:00:00Z');
      const keys = await home.house.vault.keys.find(home.database.knex, [SUBJECT]);
      const loans = (await loadLoans(home.database, home.database.knex, [SUBJECT], keys)).get(SUBJECT);
      expect(loans?.['#L']?.instalments['#1']?.plan?.due).to.equal('2026-12-20');
    });

    it('a reminder missed while the service was away is caught up while it is of use, and no other is ever late', async () => {
      await instalment();
      home.clock.now = at('2026-12-13T23:30:00Z');
      await ticksUntil('2026-12-14T07:59:00Z');
      expect(texts(), 'not in the night').to.deep.equal([]);
      await ticksUntil('2026-12-14T09:00:00Z');
      expect(texts(), 'the one of today takes the place of the others').to.deep.equal([due()]);
      home.clock.now = at('2026-12-24T12:00:00Z');
      await ticksUntil('2026-12-25T12:00:00Z');
      expect(texts(), 'what was overdue days ago is not told any more').to.deep.equal([due()]);
      const missed = await home.database.knex(home.database.table('decisions')).where({ reason: 'missed' });
      expect(missed.map(({ rule }) => rule).sort()).to.deep.equal([
        'payment-due',
        'payment-due',
        'payment-due',
        'payment-overdue',
        'payment-overdue',
      ]);
    });

    it('on the due day itself, and within its hours, it can still be caught up', async () => {
      await instalment();
      home.clock.now = at('2026-12-15T17:59:00Z');
      await ticksUntil('2026-12-15T17:59:30Z');
      expect(texts()).to.deep.equal([due()]);
    });

    it('two replicas, repeated ticks and a clock that jumps make one message each', async () => {
      await instalment();
      home.clock.now = at('2026-12-08T08:00:00Z');
      await Promise.all([raisePayments(home.house), raisePayments(home.house), raisePayments(home.house)]);
      home.clock.now = at('2026-12-08T07:00:00Z');
      await raisePayments(home.house);
      home.clock.now = at('2026-12-11T08:00:00Z');
      await raisePayments(home.house);
      home.clock.now = at('2026-12-08T08:30:00Z');
      await ticksUntil('2026-12-11T09:00:00Z');
      expect(texts()).to.deep.equal([due(), due()]);
    });

    it('a look that died before it was noted makes nothing twice', async () => {
      await instalment();
      const rows = () => home.database.knex(home.database.table('schedules'));
      await raisePayments(home.house);
      const [before] = await rows();
      home.clock.now = at('2026-12-08T08:00:00Z');
      await raisePayments(home.house);
      await rows().update({ due_at: before.due_at, mark: before.mark });
      await raisePayments(home.house);
      expect(await statusesIn(home)).to.deep.equal(['payment-due queued']);
    });

    it('goes by the clock of a customer who moved to another zone', async () => {
      await instalment();
      await raisePayments(home.house);
      const customer = { phone: '+12015550100', timeZone: 'Pacific/Auckland' };
      await changeCustomer(home.house, { entity: 'default', customerId: '1', document: customer, actor: 'test' });
      await ticksUntil('2026-12-07T20:59:00Z');
      expect(texts()).to.deep.equal([]);
      await ticksUntil('2026-12-07T21:00:00Z');
      expect(texts()).to.deep.equal([due()]);
    });

    it('a standing order is never overdue, and warns of a balance that will not suffice for all that comes before it', async () => {
      await home.commit({
        id: 'b',
        source: 'core',
        type: 'account.balance',
        data: { accountId: '7', balance: '219.99', currency: 'EUR' },
      });
      await instalment({ dueDate: '2026-12-16', amount: '100.00', instalmentId: '1' });
      await tell('loan.instalment-due', { loanId: 'S', kind: 'standing-order', dueDate: '2026-12-17', accountId: '7' });
      await ticksUntil('2026-12-14T12:00:00Z');
      const warnings = texts().filter((text) => text.startsWith('Account'));
      expect(warnings).to.deep.equal(['Account **** 7 holds €219.99; €220.00 is to be paid from it by Dec 17, 2026.']);
      await paid({ amount: '100.00' });
      await ticksUntil('2027-02-01T00:00:00Z');
      expect(texts().filter((text) => text === overdue)).to.deep.equal([]);
    });

    it('the days and hours are the bank’s to set', async () => {
      const policy = {
        ...DEFAULT_SCHEDULE_POLICY,
        hours: { from: '08:30', to: '21:00' },
        businessDays: { reminders: 'none', overdue: 'none', inactivity: 'none' } as const,
        instalments: { remindBefore: [10], remindOnDay: false, overdueAfter: [4] },
      };
      home.house.schedules = policy;
      await instalment();
      const seen: string[] = [];
      for (; home.clock.now < at('2027-01-01T00:00:00Z'); home.clock.now += HOUR / 2) {
        if ((await raisePayments(home.house)) === 0) continue;
        if ((await deliverOnce(home.house)).length > 0) seen.push(new Date(home.clock.now).toISOString().slice(0, 16));
      }
      expect(seen).to.deep.equal(['2026-12-05T06:30', '2026-12-19T06:30']);
    });

    it('what is owed can be folded again from the stored events, also after they were purged', async () => {
      await instalment();
      await paid({ amount: '20.00' });
      const keys = await home.house.vault.keys.find(home.database.knex, [SUBJECT]);
      const key = keys.get(SUBJECT);
      if (key === undefined) throw new Error('no key');
      const live = async () => (await loadLoans(home.database, home.database.knex, [SUBJECT], keys)).get(SUBJECT);
      const folded = () => home.inTransaction((trx) => replayProfile(home.house, trx, SUBJECT, key));
      expect((await folded()).profile.loans).to.deep.equal(await live());
      await purgeEvents(home.house, home.clock.now + 1);
      await paid({ amount: '30.00' });
      expect((await folded()).profile.loans).to.deep.equal(await live());
    });

    it('an old reminder is explained with what was open then', async () => {
      await instalment();
      await paid({ amount: '20.00' });
      home.clock.now = at('2026-12-08T08:00:00Z');
      await raisePayments(home.house);
      await paid({ amount: '100.00' });
      const row = await home.database.knex(home.database.table('events')).where('type', 'schedule.payment-due').first();
      const asked = { entity: 'default', source: row.source, id: row.event_id, actor: 'test' };
      const explained = JSON.stringify(await explainEvent(home.house, asked));
      expect(explained).to.include('"outcome":"alert"').and.to.include('100.00');
    });

    it('an erased customer leaves nothing behind', async () => {
      await instalment();
      await eraseCustomer(home.house, { entity: 'default', customerId: '1', actor: 'test' });
      for (const table of ['schedules', 'instalments']) {
        expect(await home.database.knex(home.database.table(table)), table).to.deep.equal([]);
      }
    });
  });
}
