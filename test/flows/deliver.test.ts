import { expect } from 'chai';
import type { SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { reportUndelivered } from '../../src/flows/deliver/report-undelivered.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import type { House } from '../../src/flows/house.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { attemptsOf } from '../../src/store/attempts.js';
import { putCustomer } from '../../src/store/customers.js';
import { placeHold } from '../../src/store/holds.js';
import { listAlerts } from '../../src/store/outbox.js';
import { putPreferences } from '../../src/store/preferences.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { balanceBelow, debitFrom, posted, ruleSet } from '../support/rules.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LARGE = {
  name: 'large',
  conditions: debitFrom('100.00'),
  text: 'Paid {{ transaction.amount | money: transaction.currency }}',
};
const LOW = { name: 'low', fires: 'edge' as const, conditions: balanceBelow('100.00') };

for (const database of databases) {
  describe(`delivery on ${database.name}`, () => {
    let home: HouseUnderTest;
    let sent: SmsMessage[];
    let answer: SendOutcome;

    async function open(...rules: Parameters<typeof ruleSet>): Promise<void> {
      sent = [];
      answer = { status: 'accepted', providerId: 'p1' };
      const provider = {
        name: 'gateway',
        adapter: {
          send: async (message: SmsMessage) => {
            sent.push(message);
            return answer;
          },
        },
        processesIn: [],
      };
      home = await openHouse(database, { source: ruleSet(...rules), house: { adapters: [provider] } });
      await register(home);
    }

    /** One round of the courier: claim, send, settle. */
    async function deliver(): Promise<void> {
      const { leaving } = await claimAlerts(home.house, 'test', 10);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(home.house, claimed)));
      if (results.length > 0) await settleAttempts(home.house, results);
      await reportUndelivered(home.house);
    }

    async function statuses(): Promise<string[]> {
      const alerts = await listAlerts(home.database, home.database.knex, { limit: 50 });
      return alerts.map(({ rule, status, reason }) => [rule, status, reason].filter(Boolean).join(' ')).sort();
    }

    async function preferring(document: Parameters<typeof putPreferences>[2]['document']): Promise<void> {
      await home.inTransaction((trx) =>
        putPreferences(home.house.vault, trx, { entity: 'default', customerId: '1', document, at: home.clock.now }),
      );
    }

    async function phone(number: string): Promise<void> {
      const document = { phone: number, timeZone: 'Europe/Tallinn' };
      await home.inTransaction((trx) =>
        putCustomer(home.house.vault, trx, { entity: 'default', customerId: '1', document, at: home.clock.now }),
      );
    }

    afterEach(() => home.close());

    it('sends an alert once, with its sender, encoding and parts, and records the attempt', async () => {
      await open(LARGE);
      await home.commit(posted());
      await deliver();
      await deliver();
      expect(sent).to.have.length(1);
      expect(sent[0]).to.include({
        to: '+12015550100',
        from: 'BANK',
        text: 'Paid €150.00',
        encoding: 'gsm-7',
        parts: 1,
      });
      expect(await statuses()).to.deep.equal(['large accepted']);
      const attempts = await attemptsOf(home.database, home.database.knex, sent[0]?.alertId ?? '');
      expect(attempts.map(({ outcome, adapter, providerId }) => [outcome, adapter, providerId])).to.deep.equal([
        ['accepted', 'gateway', 'p1'],
      ]);
    });

    it('tries again what was certainly not sent, later and later, and gives up as dead', async () => {
      await open(LARGE);
      answer = { status: 'retryable', code: 'busy' };
      await home.commit(posted());
      await deliver();
      expect(await statuses()).to.deep.equal(['large queued']);
      await deliver();
      expect(sent, 'nothing leaves before its time').to.have.length(1);
      for (let round = 0; round < 40; round++) {
        home.clock.now += HOUR;
        await deliver();
      }
      expect(await statuses()).to.deep.equal(['large dead attempts-exhausted']);
    });

    it('semantics line twenty-nine: what left and was never heard of again is unknown, and is not sent again', async () => {
      await open(LARGE);
      await home.commit(posted());
      const { leaving } = await claimAlerts(home.house, 'died', 10);
      expect(leaving).to.have.length(1);
      expect(await statuses(), 'marked before the request leaves').to.deep.equal(['large sending']);
      expect(await markAbandoned(home.house), 'its lease still runs').to.equal(0);
      home.clock.now += MINUTE;
      expect(await markAbandoned(home.house)).to.equal(1);
      await deliver();
      expect(await statuses()).to.deep.equal(['large unknown']);
      expect(sent).to.deep.equal([]);
    });

    it('an unknown outcome is settled by its receipt, and never by sending again', async () => {
      await open(LARGE);
      answer = { status: 'unknown', code: 'timeout' };
      await home.commit(posted());
      await deliver();
      home.clock.now += HOUR;
      await deliver();
      expect(sent).to.have.length(1);
      const receipt = { alertId: sent[0]?.alertId, state: 'delivered' as const };
      await receiveReceipts(home.house, 'gateway', [receipt]);
      expect(await statuses()).to.deep.equal(['large delivered']);
    });

    it('takes receipts in any order, twice, and for messages that are not ours', async () => {
      await open(LARGE);
      await home.commit(posted());
      await deliver();
      const alertId = sent[0]?.alertId;
      const delivered = { alertId, state: 'delivered' as const };
      const answers = [
        await receiveReceipts(home.house, 'gateway', [delivered]),
        await receiveReceipts(home.house, 'gateway', [delivered]),
        await receiveReceipts(home.house, 'gateway', [{ alertId, state: 'accepted' }]),
        await receiveReceipts(home.house, 'gateway', [{ alertId: 'al_nobody', state: 'failed' }]),
      ];
      expect(answers).to.deep.equal([
        { recorded: 1, duplicates: 0, unmatched: 0 },
        { recorded: 0, duplicates: 1, unmatched: 0 },
        { recorded: 1, duplicates: 0, unmatched: 0 },
        { recorded: 1, duplicates: 0, unmatched: 1 },
      ]);
      expect(await statuses()).to.deep.equal(['large delivered']);
    });

    it('semantics line twenty-four: a number that is out of service is suspended, and nothing more is sent to it', async () => {
      await open(LARGE);
      await home.commit(posted());
      await deliver();
      await receiveReceipts(home.house, 'gateway', [{ alertId: sent[0]?.alertId, state: 'failed', numberGone: true }]);
      const next = await home.commit(posted());
      expect(next.status === 'accepted' && next.alerts[0]?.reason).to.equal('no-phone');
    });

    it('semantics line twenty-four: for 72 hours a security alert goes to the number before as well', async () => {
      await open({ ...LARGE, lane: 'security' });
      await phone('+12015550111');
      await home.commit(posted());
      await deliver();
      expect(sent.map(({ to }) => to).sort()).to.deep.equal(['+12015550100', '+12015550111']);
      home.clock.now += 72 * HOUR;
      sent = [];
      await home.commit(posted());
      await deliver();
      expect(sent.map(({ to }) => to)).to.deep.equal(['+12015550111']);
    });

    it('semantics line three: what the customer decided since is asked again before it leaves', async () => {
      await open(LARGE);
      await home.commit(posted());
      await preferring({ topics: { large: { wanted: false } } });
      await deliver();
      expect(sent).to.deep.equal([]);
      expect(await statuses()).to.deep.equal(['large suppressed opted-out']);
    });

    it('semantics line three: quiet hours defer to the local morning, and drop nothing', async () => {
      await open(LARGE);
      await preferring({ quietHours: { from: '11:00', to: '14:30' } });
      await home.commit(posted());
      await deliver();
      expect(await statuses()).to.deep.equal(['large deferred quiet-hours']);
      home.clock.now = NOW + 2 * HOUR + 29 * MINUTE;
      await deliver();
      expect(sent).to.deep.equal([]);
      home.clock.now = NOW + 2 * HOUR + 30 * MINUTE;
      await deliver();
      expect(sent).to.have.length(1);
    });

    it('semantics line three: security passes through quiet hours', async () => {
      await open({ ...LARGE, lane: 'security' });
      await preferring({ quietHours: { from: '00:00', to: '23:59' } });
      await home.commit(posted());
      await deliver();
      expect(sent).to.have.length(1);
    });

    it('semantics line six: an alert that expired while it waited is not sent', async () => {
      await open({ ...LARGE, expires: 'PT1H' });
      answer = { status: 'retryable', code: 'busy', retryAfterMs: 10 * MINUTE };
      await home.commit(posted());
      await deliver();
      home.clock.now += 2 * HOUR;
      await deliver();
      expect(sent).to.have.length(1);
      expect(await statuses()).to.deep.equal(['large expired expired']);
    });

    it('semantics line seven: a deferred low balance that recovered before it left is not told', async () => {
      await open(LOW);
      await preferring({ quietHours: { from: '11:00', to: '14:30' } });
      await home.commit(posted());
      await home.commit(posted({ data: { balanceAfter: '50.00' } }));
      await deliver();
      await home.commit(posted({ data: { direction: 'credit', balanceAfter: '900.00' } }));
      home.clock.now += 4 * HOUR;
      await deliver();
      expect(sent).to.deep.equal([]);
      expect(await statuses()).to.deep.equal(['low recovered recovered']);
    });

    it('semantics line five: an alert that could not be delivered gives its edge back', async () => {
      await open(LOW);
      answer = { status: 'rejected', code: 'barred' };
      await home.commit(posted());
      await home.commit(posted({ data: { balanceAfter: '50.00' } }));
      await deliver();
      expect(await statuses()).to.deep.equal(['low failed']);
      answer = { status: 'accepted' };
      await home.commit(posted({ data: { balanceAfter: '40.00' } }));
      await deliver();
      expect(await statuses()).to.deep.equal(['low accepted', 'low failed']);
    });

    it('semantics line five: a phone that is gone by the time of sending gives the edge back', async () => {
      await open(LOW);
      await home.commit(posted());
      await home.commit(posted({ data: { balanceAfter: '50.00' } }));
      await home.database.knex(home.database.table('phones')).update({ status: 'suspended', valid_until: NOW });
      await deliver();
      expect(await statuses()).to.deep.equal(['low failed no-phone']);
      await phone('+12015550111');
      await home.commit(posted({ data: { balanceAfter: '40.00' } }));
      await deliver();
      expect(await statuses()).to.deep.equal(['low accepted', 'low failed no-phone']);
    });

    it('semantics line ten: a hold placed after the decision keeps it from leaving', async () => {
      await open(LARGE);
      await home.commit(posted());
      await home.inTransaction((trx) =>
        placeHold(home.database, trx, { scope: 'lane', value: 'service', since: NOW, placedBy: 'ops', reason: 'test' }),
      );
      await deliver();
      expect(sent).to.deep.equal([]);
      expect(await statuses()).to.deep.equal(['large held held']);
    });

    it('semantics line ten: a held provider is passed over, and while all are held customers wait', async () => {
      await open(LARGE);
      const second: SmsMessage[] = [];
      const send = async (message: SmsMessage): Promise<SendOutcome> => {
        second.push(message);
        return answer;
      };
      const other = { name: 'other', adapter: { send }, processesIn: [] };
      const house = { ...home.house, adapters: [...home.house.adapters, other] };
      const hold = (value: string) =>
        home.inTransaction((trx) =>
          placeHold(home.database, trx, { scope: 'provider', value, since: NOW, placedBy: 'ops', reason: 'test' }),
        );
      const round = async () => {
        const { leaving } = await claimAlerts(house, 'test', 10);
        await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      };
      await hold('gateway');
      await home.commit(posted());
      await round();
      expect([sent.length, second.length]).to.deep.equal([0, 1]);
      await hold('other');
      await home.commit(posted());
      await round();
      expect([sent.length, second.length]).to.deep.equal([0, 1]);
      expect(await statuses()).to.deep.equal(['large accepted', 'large queued']);
    });

    it('an outcome that is recorded again, because the answer to the commit was lost, is the same', async () => {
      await open(LARGE);
      await home.commit(posted());
      const { leaving } = await claimAlerts(home.house, 'test', 10);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(home.house, claimed)));
      await settleAttempts(home.house, results);
      await settleAttempts(home.house, results);
      expect(await statuses()).to.deep.equal(['large accepted']);
    });

    it('semantics line twenty-four: an outside check of the number can refuse it, and holds back codes while it fails', async () => {
      await open(LARGE, { ...LARGE, name: 'code', lane: 'otp' });
      const round = async (numberCheck: House['numberCheck']) => {
        await home.commit(posted());
        const house = { ...home.house, numberCheck };
        const { leaving } = await claimAlerts(house, 'test', 10);
        await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      };
      await round(async ({ phone }) => (phone === '+12015550100' ? 'refuse' : 'allow'));
      expect(sent).to.deep.equal([]);
      expect(await statuses()).to.deep.equal(['code failed', 'large failed']);
      await round(() => Promise.reject(new Error('away')));
      expect(sent.map(({ lane }) => lane)).to.deep.equal(['service']);
      expect(await statuses()).to.include('code queued');
    });

    it('an adapter that throws leaves the message unknown', async () => {
      await open(LARGE);
      const broken = {
        name: 'broken',
        adapter: { send: () => Promise.reject(new Error('boom +12015550100')) },
        processesIn: [],
      };
      const logged: object[] = [];
      const log = { ...home.house.log, error: (fields: object) => logged.push(fields) };
      await home.commit(posted());
      const house = { ...home.house, adapters: [broken], log };
      const { leaving } = await claimAlerts(house, 'test', 10);
      await settleAttempts(house, await Promise.all(leaving.map((claimed) => sendAlert(house, claimed))));
      expect(await statuses()).to.deep.equal(['large unknown']);
      expect(JSON.stringify(logged)).to.contain('broken').and.not.contain('5550100');
    });

    it('higher lanes leave first', async () => {
      await open({ ...LARGE, name: 'news', lane: 'service' }, { ...LARGE, name: 'alarm', lane: 'security' });
      await home.commit(posted());
      const { leaving } = await claimAlerts(home.house, 'test', 1);
      expect(leaving.map(({ alert }) => alert.rule)).to.deep.equal(['alarm']);
    });
  });
}
