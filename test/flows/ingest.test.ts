import { expect } from 'chai';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { decodeProfile, encodeProfile } from '../../src/core/profile/codec.js';
import { explainEvent } from '../../src/flows/explain-event.js';
import { createPipeline } from '../../src/flows/ingest/pipeline.js';
import type { EventResult } from '../../src/flows/ingest/types.js';
import { purgeEvents, purgeOldEvents } from '../../src/flows/purge-events.js';
import { receiveEvents } from '../../src/flows/receive.js';
import { replayProfile } from '../../src/flows/replay-profile.js';
import { placeHold } from '../../src/store/holds.js';
import { findAlert, listAlerts, openText } from '../../src/store/outbox.js';
import { putPreferences } from '../../src/store/preferences.js';
import { loadProfiles } from '../../src/store/profiles.js';
import { listQuarantine } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { balanceBelow, debitFrom, posted, ruleSet } from '../support/rules.js';

const HOUR = 3_600_000;
const LARGE = {
  name: 'large',
  conditions: debitFrom('100.00'),
  text: 'Paid {{ transaction.amount | money: transaction.currency }}',
};

function alertsOf(result: EventResult): string[] {
  if (result.status === 'rejected') return [`rejected: ${result.code}`];
  return result.alerts.map(({ rule, recipient, status, reason }) =>
    [rule, recipient, status, reason].filter(Boolean).join(' '),
  );
}

for (const database of databases) {
  describe(`ingestion on ${database.name}`, () => {
    let home: HouseUnderTest;

    async function open(...rules: Parameters<typeof ruleSet>): Promise<void> {
      home = await openHouse(database, { source: ruleSet(...rules) });
    }

    afterEach(() => home.close());

    it('decides an event, and keeps its alert with the text sealed', async () => {
      await open(LARGE);
      await register(home);
      const result = await home.commit(posted());
      expect(alertsOf(result)).to.deep.equal(['large 1 queued']);
      const [alert] = await listAlerts(home.database, home.database.knex, { limit: 10 });
      if (alert === undefined) throw new Error('no alert was kept');
      expect(alert.sealedText.toString('latin1')).not.to.contain('150');
      const keys = await home.house.vault.keys.find(home.database.knex, ['default/customer:1']);
      const key = keys.get('default/customer:1');
      if (key === undefined) throw new Error('the customer has no key');
      expect(openText(alert, key)).to.equal('Paid €150.00');
    });

    it('semantics line seventeen: the same event twice is one decision, and the second answer repeats the first', async () => {
      await open(LARGE);
      await register(home);
      const event = posted({ time: new Date(NOW).toISOString() });
      const first = await home.commit(event);
      const second = await home.commit(event);
      expect(second.status).to.equal('duplicate');
      expect(alertsOf(second)).to.deep.equal(alertsOf(first));
      expect(await listAlerts(home.database, home.database.knex, { limit: 10 })).to.have.length(1);
    });

    it('semantics line seventeen: an id that comes again with another body is refused as id-reused and kept in quarantine', async () => {
      await open(LARGE);
      await register(home);
      const event = posted({ time: new Date(NOW).toISOString() });
      await home.commit(event);
      const again = await home.commit({ ...event, data: { ...(event.data as object), amount: '999.00' } });
      expect(alertsOf(again)).to.deep.equal(['rejected: id-reused']);
      const kept = await listQuarantine(home.database, home.database.knex, { limit: 10 });
      expect(kept.map(({ code }) => code)).to.deep.equal(['id-reused']);
    });

    it('semantics line seventeen: ids that differ only in case or trailing space are different events', async () => {
      await open(LARGE);
      await register(home);
      for (const id of ['a', 'A', 'a ', 'ä']) {
        expect((await home.commit(posted({ id }))).status).to.equal('accepted');
      }
    });

    it('semantics line one: each holder is decided for apart, and an account without holders gives no-recipient', async () => {
      await open(LARGE);
      const customers = { '1': { phone: '+12015550100' }, '2': { phone: '+12015550101' } };
      await register(home, { customers });
      await home.inTransaction((trx) =>
        putPreferences(home.house.vault, trx, {
          entity: 'default',
          customerId: '2',
          document: { topics: { large: { wanted: false } } },
          at: NOW,
        }),
      );
      expect(alertsOf(await home.commit(posted()))).to.deep.equal(['large 1 queued', 'large 2 suppressed opted-out']);
      const nobody = await home.commit(posted({ data: { accountId: '8' } }));
      expect(alertsOf(nobody)).to.deep.equal(['large suppressed no-recipient']);
    });

    it('semantics line two: an event writes one profile, its account or else its customer', async () => {
      await open(LARGE);
      await register(home);
      await home.commit(posted());
      await home.commit({ id: 'l1', source: 'app', type: 'customer.login', data: { customerId: '1' } });
      const rows = await home.database.knex(home.database.table('profiles')).select('subject').orderBy('subject');
      expect(rows.map(({ subject }) => subject)).to.deep.equal(['default/account:7', 'default/customer:1']);
    });

    it('semantics line eight: a reversal cancels an alert that has not left, and then needs no correction', async () => {
      await open(LARGE, {
        name: 'taken-back',
        on: ['transaction.reversed'],
        recipients: 'alerted',
        conditions: { all: [{ fact: 'event', path: '$.type', operator: 'equal', value: 'transaction.reversed' }] },
      });
      await register(home);
      await home.commit(posted({ data: { transactionId: 't1' } }));
      await home.commit({
        id: 'r1',
        source: 'core',
        type: 'transaction.reversed',
        data: { accountId: '7', transactionId: 't1' },
      });
      const alerts = await listAlerts(home.database, home.database.knex, { limit: 10 });
      expect(alerts.map(({ rule, status, reason }) => `${rule} ${status} ${reason}`).sort()).to.deep.equal([
        'large cancelled reversed',
        'taken-back cancelled original-cancelled',
      ]);
    });

    it('semantics line eight: a reversal of what was told is told to whoever was told', async () => {
      await open(LARGE, {
        name: 'taken-back',
        on: ['transaction.reversed'],
        recipients: 'alerted',
        conditions: { all: [{ fact: 'event', path: '$.type', operator: 'equal', value: 'transaction.reversed' }] },
      });
      await register(home);
      const told = await home.commit(posted({ data: { transactionId: 't1' } }));
      const [alert] = told.status === 'accepted' ? told.alerts : [];
      await home.database.knex(home.database.table('alerts')).update({ status: 'accepted' });
      const reversal = {
        id: 'r1',
        source: 'core',
        type: 'transaction.reversed',
        data: { accountId: '7', transactionId: 't1' },
      };
      expect(alertsOf(await home.commit(reversal))).to.deep.equal(['taken-back 1 queued']);
      const original = await findAlert(home.database, home.database.knex, alert?.id ?? '');
      expect(original?.status).to.equal('accepted');
    });

    it('semantics line eight: a reversal that overtakes its transaction leaves nothing to tell', async () => {
      await open(LARGE);
      await register(home);
      await home.commit({
        id: 'r1',
        source: 'core',
        type: 'transaction.reversed',
        data: { accountId: '7', transactionId: 't1' },
      });
      const late = await home.commit(posted({ data: { transactionId: 't1' } }));
      expect(alertsOf(late)).to.deep.equal(['large 1 suppressed reversed']);
    });

    it('semantics line nine: what is sent to be learned from folds and never alerts', async () => {
      await open(LARGE, { name: 'low', fires: 'edge', conditions: balanceBelow('100.00') });
      await register(home);
      const learned = await home.commit(posted({ learn: true }));
      expect(alertsOf(learned)).to.deep.equal([]);
      const next = await home.commit(posted({ data: { amount: '1.00', balanceAfter: '50.00' } }));
      expect(alertsOf(next)).to.deep.equal(['low 1 queued']);
    });

    it('folds both first events of an account that two processes meet at once', async () => {
      await open(LARGE);
      const other = createPipeline(home.house, { writers: 2, capacity: 1000, onCommitted() {} });
      const limits = { now: NOW, futureToleranceMs: 0, origin: 'outside' as const };
      const incoming = (accountId: string) => {
        const original = { specversion: '1.0', time: new Date(NOW).toISOString(), ...posted({ data: { accountId } }) };
        return { event: parseEvent(original, limits), original };
      };
      const accounts = Array.from({ length: 40 }, (_, index) => `new-${index}`);
      // Registered, so that the account's key is there already and making it orders nothing.
      for (const accountId of accounts) await register(home, { accountId });
      await Promise.all(
        accounts.flatMap((account) => [
          home.house.pipeline.submit([incoming(account)]),
          other.submit([incoming(account)]),
        ]),
      );
      await other.stop();
      const rows = await home.database.knex(home.database.table('profiles')).select('sequence');
      expect(rows.map(({ sequence }) => Number(sequence))).to.deep.equal(accounts.map(() => 2));
    });

    it('semantics line nine: a rule that brings a new measure is filled from stored events', async () => {
      await open(LARGE);
      await register(home);
      for (let index = 0; index < 3; index++) await home.commit(posted({ data: { amount: '10.00' } }));
      home.useRules(
        ruleSet({
          name: 'often',
          conditions: {
            all: [
              {
                fact: 'history',
                params: { measure: 'count', where: { direction: 'debit' }, window: 'PT24H' },
                operator: 'equal',
                value: 4,
              },
            ],
          },
        }),
      );
      expect(alertsOf(await home.commit(posted()))).to.deep.equal(['often 1 queued']);
    });

    it('semantics line nine: a reversed transaction leaves a measure that was filled afterwards', async () => {
      await open(LARGE);
      await register(home);
      await home.commit(posted({ data: { transactionId: 't1' } }));
      await home.commit(posted({ data: { transactionId: 't2' } }));
      const conditions = (value: number) => ({
        all: [
          {
            fact: 'history',
            params: { measure: 'sum', of: 'amount', window: 'all' },
            operator: 'equal',
            value: `${value}.00`,
          },
        ],
      });
      home.useRules(ruleSet({ name: 'sum-150', on: ['transaction.posted'], conditions: conditions(160) }));
      await home.commit({
        id: 'r1',
        source: 'core',
        type: 'transaction.reversed',
        data: { accountId: '7', transactionId: 't1' },
      });
      const next = await home.commit(posted({ data: { amount: '10.00' } }));
      expect(alertsOf(next)).to.deep.equal(['sum-150 1 queued']);
    });

    it('semantics line ten: what is held is answered as held', async () => {
      await open(LARGE);
      await register(home);
      await home.inTransaction((trx) =>
        placeHold(home.database, trx, { scope: 'rule', value: 'large', since: NOW, placedBy: 'ops', reason: 'test' }),
      );
      expect(alertsOf(await home.commit(posted()))).to.deep.equal(['large 1 held']);
    });

    it('semantics line eleven: each event records how many rules looked, held and failed, and decisions only where conditions held', async () => {
      await open(
        LARGE,
        { name: 'larger', conditions: debitFrom('1000.00') },
        { name: 'odd', conditions: { all: [{ fact: 'transaction', path: '$.nowhere', operator: 'equal', value: 1 }] } },
      );
      await register(home);
      await home.commit(posted());
      const [row] = await home.database
        .knex(home.database.table('events'))
        .select('active', 'evaluated', 'held', 'failed');
      expect({ ...row }).to.deep.equal({ active: 3, evaluated: 3, held: 1, failed: 1 });
      const decisions = await home.database.knex(home.database.table('decisions')).select('rule');
      expect(decisions.map(({ rule }) => rule)).to.deep.equal(['large']);
    });

    it('semantics line eleven: a profile folded again from stored events is the one that is stored', async () => {
      await open(LARGE, {
        name: 'low',
        fires: 'edge',
        cooldown: { period: 'PT1H', per: 'account' },
        conditions: balanceBelow('100.00'),
      });
      await register(home);
      for (let index = 0; index < 12; index++) {
        home.clock.now += HOUR / 3;
        const balanceAfter = index % 3 === 0 ? '50.00' : '150.00';
        await home.commit(posted({ data: { balanceAfter, transactionId: `t${index % 5}`, cardId: `c${index % 2}` } }));
      }
      const subject = 'default/account:7';
      await home.inTransaction(async (trx) => {
        const keys = await home.house.vault.keys.find(trx, [subject]);
        const key = keys.get(subject);
        if (key === undefined) throw new Error('the account has no key');
        const stored = (await loadProfiles(home.database, trx, [subject], keys, { lock: false })).get(subject);
        const { profile } = await replayProfile(home.house, trx, subject, key);
        expect(encodeProfile(profile)).to.equal(stored && encodeProfile(stored.profile));
      });
    });

    it('semantics line eleven: retention leaves a checkpoint, and the profile can still be folded again from there', async () => {
      await open(LARGE, { name: 'low', fires: 'edge', conditions: balanceBelow('100.00') });
      await register(home);
      for (let index = 0; index < 6; index++) {
        home.clock.now += HOUR;
        await home.commit(
          posted({
            id: `e${index}`,
            data: { balanceAfter: index % 2 ? '50.00' : '150.00', transactionId: `t${index}` },
          }),
        );
      }
      expect(await purgeEvents(home.house, NOW + 4 * HOUR)).to.equal(3);
      expect(await purgeEvents(home.house, NOW + 4 * HOUR)).to.equal(0);
      const explained = await explainEvent(home.house, { entity: 'default', source: 'core', id: 'e5' });
      expect(explained.agrees).to.equal(true);
      expect(explained.rules.find(({ rule }) => rule === 'low')).to.include({ outcome: 'alert', heldBefore: false });
    });

    it('semantics line seventeen: what was purged is refused as too old when it comes again', async () => {
      await open(LARGE);
      await register(home);
      const house = { ...home.house, limits: { ...home.house.limits, duplicateHorizonMs: 24 * HOUR } };
      const event = posted({ specversion: '1.0', time: new Date(NOW).toISOString() });
      const send = () => receiveEvents(house, { events: [event], origin: 'events' });
      expect((await send()).accepted).to.equal(1);
      home.clock.now += 24 * HOUR;
      expect(await purgeOldEvents(house)).to.equal(0);
      expect((await send()).duplicates).to.equal(1);
      home.clock.now += HOUR;
      expect(await purgeOldEvents(house)).to.equal(1);
      expect((await send()).results[0]).to.include({ status: 'rejected', code: 'too-old' });
    });

    it('explains each condition with the value it saw, from what was known when it was decided', async () => {
      await open(LARGE, { name: 'low', fires: 'edge', conditions: balanceBelow('100.00') });
      await register(home);
      await home.commit(posted({ id: 'first' }));
      home.clock.now += HOUR;
      await home.commit(posted({ id: 'second', data: { amount: '20.00', balanceAfter: '30.00' } }));
      home.clock.now += HOUR;
      await register(home, { customers: { '9': { phone: '+12015550109' } } });
      const explained = await explainEvent(home.house, { entity: 'default', source: 'core', id: 'second' });
      expect(explained.agrees).to.equal(true);
      const [large, low] = explained.rules;
      expect(large).to.include({
        rule: 'large',
        recipient: '1',
        held: false,
        outcome: 'silent',
        reason: 'conditions-false',
      });
      expect(low).to.include({ rule: 'low', recipient: '1', held: true, heldBefore: false, outcome: 'alert' });
      const conditions = low?.conditions as { all: { saw: object; result: boolean }[] };
      expect(conditions.all[0]?.saw).to.deep.equal({ left: '30.00 EUR', right: '100.00' });
    });

    it('semantics line seventeen: the id of an account at another system is an alias of the one registered', async () => {
      await open(LARGE);
      await register(home);
      const before = await home.commit(posted({ source: 'cards', data: { accountId: 'card-77' } }));
      expect(alertsOf(before)).not.to.include('large 1 queued');
      const { putAccount } = await import('../../src/store/accounts.js');
      await home.inTransaction((trx) =>
        putAccount(home.house.vault, trx, {
          entity: 'default',
          accountId: '7',
          document: { holders: [{ customerId: '1', role: 'owner' }], aliases: [{ source: 'cards', id: 'card-77' }] },
          at: NOW,
        }),
      );
      const aliased = await home.commit(posted({ source: 'cards', data: { accountId: 'card-77' } }));
      expect(alertsOf(aliased)).to.deep.equal(['large 1 queued']);
    });

    it('semantics line twenty-three: nothing of an erased account is taken or kept again, and others in the batch are', async () => {
      await open(LARGE);
      await register(home);
      await home.commit(posted());
      await home.inTransaction((trx) => home.house.vault.keys.destroy(trx, 'default/account:7', NOW));
      const limits = { now: NOW, futureToleranceMs: 0, origin: 'outside' as const };
      const events = [posted(), posted({ data: { accountId: '8' } })].map((input) => ({
        event: parseEvent({ specversion: '1.0', time: new Date(NOW).toISOString(), ...input }, limits),
        original: input,
      }));
      const results = await home.house.pipeline.submit(events);
      expect(results.map((result) => (result.status === 'rejected' ? result.code : result.status))).to.deep.equal([
        'erased',
        'accepted',
      ]);
      expect(await listQuarantine(home.database, home.database.knex, { limit: 10 })).to.deep.equal([]);
    });

    it('stores a profile that reads back the same', async () => {
      await open(LARGE);
      await register(home);
      await home.commit(posted());
      const [row] = await home.database.knex(home.database.table('profiles')).select('state');
      const key = (await home.house.vault.keys.find(home.database.knex, ['default/account:7'])).get(
        'default/account:7',
      );
      const text = key?.open(row.state, 'profile/default/account:7').toString() ?? '';
      expect(decodeProfile(text)).to.include({ name: 'account:7', sequence: 1 });
    });
  });
}
