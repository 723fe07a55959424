import { expect } from 'chai';
import type { InboundMessage, SmsMessage } from '../../src/contracts/adapter.js';
import type { CustomerDocument } from '../../src/contracts/customer.js';
import type { WebhookDocument } from '../../src/contracts/webhook.js';
import { withOverrides } from '../../src/core/replies/policy.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { eraseCustomer } from '../../src/flows/erase-customer.js';
import { explainEvent } from '../../src/flows/explain-event.js';
import { exportCustomer } from '../../src/flows/export-customer.js';
import { traceAlert } from '../../src/flows/find-alerts.js';
import type { House } from '../../src/flows/house.js';
import { receiveInbound } from '../../src/flows/receive-inbound.js';
import { putCustomer } from '../../src/store/customers.js';
import { listAlerts } from '../../src/store/outbox.js';
import { putPreferences } from '../../src/store/preferences.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

const US = '+12015550100';
const EE = '+37251234567';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SENDER = '+3728000';
const ASKS = {
  name: 'asks',
  lane: 'security' as const,
  conditions: debitFrom('100.00'),
  reply: { window: 'PT24H' },
  text: 'Paid {{ transaction.amount | money: transaction.currency }}. Was it you? Reply YES or NO.',
};
const PLAIN = { name: 'plain', conditions: debitFrom('100.00') };
const OFFER = { name: 'offer', lane: 'marketing' as const, conditions: debitFrom('100.00') };

for (const database of databases) {
  describe(`what customers send to the bank, on ${database.name}`, () => {
    let home: HouseUnderTest;
    let sent: SmsMessage[];
    let said: number;

    async function open(
      rules: Parameters<typeof ruleSet>,
      options: { customers?: Record<string, CustomerDocument>; house?: Partial<House>; topics?: object } = {},
    ): Promise<void> {
      sent = [];
      said = 0;
      const gateway = {
        name: 'gateway',
        adapter: {
          send: async (message: SmsMessage) => {
            sent.push(message);
            return { status: 'accepted' as const };
          },
        },
        processesIn: [],
      };
      const source = ruleSet(...rules);
      Object.assign(source.topics, options.topics);
      home = await openHouse(database, {
        source,
        house: {
          adapters: [gateway],
          delivery: { senders: { default: SENDER }, attemptMs: 5_000, concurrency: 4 },
          webhooks: [{ name: 'bank', url: 'http://127.0.0.1:1/', keys: [Buffer.from('secret')] }],
          ...options.house,
        },
      });
      await register(home, { customers: options.customers ?? { '1': { phone: US } } });
    }

    afterEach(() => home.close());

    const say = (text: string, other: Partial<InboundMessage> = {}, adapter = 'gateway') => {
      said += 1;
      return receiveInbound(home.house, adapter, [{ providerId: `in-${said}`, from: US, to: SENDER, text, ...other }]);
    };

    async function deliver(): Promise<string[]> {
      sent = [];
      for (;;) {
        const { leaving } = await claimAlerts(home.house, 'test', 10);
        if (leaving.length === 0) break;
        await settleAttempts(home.house, await Promise.all(leaving.map((one) => sendAlert(home.house, one))));
      }
      return sent.map(({ text }) => text);
    }

    /** An event, its alerts, and what left; returns the id of the first alert. */
    async function alerted(): Promise<string> {
      const result = await home.commit(posted());
      await deliver();
      return (result.status === 'accepted' && result.alerts[0]?.id) || 'none';
    }

    const reasons = async (accountId = '7') => {
      const result = await home.commit(posted({ data: { accountId } }));
      return result.status === 'accepted'
        ? result.alerts.map(({ rule, reason, status }) => `${rule} ${reason ?? status}`)
        : [];
    };

    const rows = (table: string) => home.database.knex(home.database.table(table));
    const outcomes = async (): Promise<string[]> => rows('inbound').orderBy('row_id').pluck('outcome');
    const webhooks = async (): Promise<WebhookDocument[]> =>
      (await rows('webhooks').orderBy('created_at').pluck('body')).map((body) => JSON.parse(body));
    const told = async () =>
      (await webhooks()).map(({ type, data }) => [type, data.answer ?? data.covers, data.standing]);

    describe('is recorded', () => {
      it('once for each id of the provider', async () => {
        await open([PLAIN]);
        const message = { providerId: 'x', from: US, to: SENDER, text: 'hello' };
        expect(await receiveInbound(home.house, 'gateway', [message])).to.deep.equal({ recorded: 1, duplicates: 0 });
        home.clock.now += DAY;
        const again = [message, { ...message, text: 'STOP' }];
        expect(await receiveInbound(home.house, 'gateway', again)).to.deep.equal({ recorded: 0, duplicates: 2 });
        expect(await receiveInbound(home.house, 'other', [message])).to.deep.equal({ recorded: 1, duplicates: 0 });
        expect(await outcomes()).to.deep.equal(['not-understood', 'not-understood']);
      });

      it('once without an id too, for one to two minutes', async () => {
        await open([PLAIN]);
        const message = { from: US, to: SENDER, text: 'hello' };
        home.clock.now += 59_000;
        expect((await receiveInbound(home.house, 'gateway', [message])).recorded).to.equal(1);
        home.clock.now += 30_000;
        expect((await receiveInbound(home.house, 'gateway', [message])).duplicates, 'the next minute').to.equal(1);
        expect((await receiveInbound(home.house, 'gateway', [{ ...message, text: 'hello!' }])).recorded).to.equal(1);
        home.clock.now += 2 * MINUTE;
        expect((await receiveInbound(home.house, 'gateway', [message])).recorded).to.equal(1);
      });

      it('once where two replicas are given it at once', async () => {
        await open([OFFER]);
        const message = { providerId: 'x', from: US, to: SENDER, text: 'STOP' };
        const answers = await Promise.all([1, 2, 3].map(() => receiveInbound(home.house, 'gateway', [message])));
        expect(answers.map(({ recorded }) => recorded).sort()).to.deep.equal([0, 0, 1]);
        expect(await rows('stops')).to.have.length(1);
      });

      it('sealed for each customer with the number, and without its text where nobody has it', async () => {
        await open([PLAIN], { customers: { '1': { phone: US }, '2': { phone: US } } });
        await say('my secret words');
        await say('other words', { from: '+12015550199' });
        const copies = await rows('inbound_customers');
        expect(copies.map((row) => row.customer_id)).to.deep.equal(['1', '2']);
        for (const table of ['inbound', 'inbound_customers']) {
          const stored = JSON.stringify(await rows(table));
          expect(stored).not.to.contain('secret words').and.not.to.contain('other words').and.not.to.contain('2015550');
          expect(
            Buffer.concat((await rows('inbound_customers')).map((row) => row.body)).toString('latin1'),
          ).not.to.contain('secret');
        }
        const exported = await exportCustomer(home.house, { entity: 'default', customerId: '2', actor: 'test' });
        expect(exported.messages).to.have.length(1);
        expect(exported.messages[0]).to.include({ text: 'my secret words', from: US, word: 'none' });
      });

      it('and cannot be opened after an erasure, while the other customer of the number keeps a copy', async () => {
        await open([PLAIN], { customers: { '1': { phone: US }, '2': { phone: US } } });
        await say('STOP');
        await eraseCustomer(home.house, { entity: 'default', customerId: '1', actor: 'test' });
        const left = await exportCustomer(home.house, { entity: 'default', customerId: '2', actor: 'test' });
        expect(left.messages.map(({ text }) => text)).to.deep.equal(['STOP']);
        await say('hello again');
        expect(await rows('inbound_customers').where({ customer_id: '1' })).to.have.length(1);
      });

      it('up to a length that no phone sends', async () => {
        await open([PLAIN]);
        await say('x'.repeat(100_000));
        const exported = await exportCustomer(home.house, { entity: 'default', customerId: '1', actor: 'test' });
        expect(exported.messages[0]?.text).to.have.length(4_000);
      });

      it('from a sender that is no number, and belongs to nobody', async () => {
        await open([PLAIN]);
        expect(await say('STOP', { from: 'SPAMMER' })).to.deep.equal({ recorded: 1, duplicates: 0 });
        expect(await deliver()).to.deep.equal([]);
      });
    });

    describe('as STOP', () => {
      const consented = { '1': { phone: EE } };

      async function consent(): Promise<void> {
        const at = home.clock.now;
        const given = { given_by: 'customer', given_at: at, how: 'web', wording: 'yes', recorded_at: at };
        await rows('consents').insert({ entity: 'default', customer_id: '1', topic: 'offer', granted: 1, ...given });
      }

      it('ends marketing, and leaves the rest, where no regulator asks for more', async () => {
        await open([OFFER, PLAIN], { customers: consented });
        await consent();
        expect(await reasons()).to.deep.equal(['offer queued', 'plain queued']);
        await say('Lõpeta!', { from: EE });
        expect(await reasons()).to.deep.equal(['offer stopped', 'plain queued']);
      });

      it('ends every topic that is not mandatory in the United States', async () => {
        const topics = { asks: { consent: 'mandatory', because: 'x' } };
        await open([PLAIN, ASKS], { topics });
        await say('please stop texting me');
        expect(await reasons()).to.deep.equal(['plain stopped', 'asks queued']);
      });

      it('is asked again when an alert is about to leave', async () => {
        await open([PLAIN]);
        await home.commit(posted());
        await say('STOP');
        const texts = await deliver();
        expect(texts).to.have.length(1);
        expect(texts[0]).to.contain('stopped');
        const alerts = await listAlerts(home.database, home.database.knex, { limit: 10, rule: 'plain' });
        expect(alerts[0]).to.include({ status: 'suppressed', reason: 'stopped' });
      });

      it('holds for everybody on the number, is told of each, and is confirmed once', async () => {
        await open([PLAIN], { customers: { '1': { phone: US }, '2': { phone: US, locale: 'et' } } });
        await say('STOP');
        await say('stop');
        expect(await reasons()).to.deep.equal(['plain stopped', 'plain stopped']);
        expect((await webhooks()).map(({ type, data }) => [type, data.customerId, data.covers])).to.have.deep.members([
          ['customer.stopped', '1', 'opt-out'],
          ['customer.stopped', '2', 'opt-out'],
        ]);
        expect(await deliver()).to.have.length(1);
        expect(sent[0]).to.include({ to: US, lane: 'service' });
        expect(await outcomes()).to.deep.equal(['stopped', 'stopped-already']);
      });

      it('is confirmed in the language of the customer, through quiet hours, and is traced', async () => {
        await open([OFFER], { customers: { '1': { phone: EE, locale: 'et-EE', timeZone: 'Europe/Tallinn' } } });
        await home.inTransaction((trx) =>
          putPreferences(home.house.vault, trx, {
            entity: 'default',
            customerId: '1',
            document: { quietHours: { from: '00:00', to: '23:59' } },
            at: home.clock.now,
          }),
        );
        await say('STOPP', { from: EE });
        expect((await deliver())[0]).to.match(/peatatud/);
        const trace = await traceAlert(home.house, { alertId: sent[0]?.alertId ?? '', actor: 'test', withText: true });
        expect(trace.text).to.match(/peatatud/);
        expect(trace.alert).to.include({ rule: '*reply', status: 'accepted' });
      });

      it('is not confirmed to a number in doubt: unknown, suspended, replaced, or of a customer who died', async () => {
        await open([PLAIN], {
          customers: {
            '1': { phone: US },
            '2': { phone: '+12015550111' },
            '3': { phone: '+12015550122', status: 'deceased' },
          },
        });
        await rows('phones').where({ customer_id: '2' }).update({ status: 'suspended', valid_until: home.clock.now });
        await register(home, { customers: { '1': { phone: '+12015550133' } } });
        for (const from of [US, '+12015550111', '+12015550122', '+12015550199']) await say('STOP', { from });
        expect(await outcomes()).to.deep.equal(['stopped', 'stopped', 'stopped', 'stopped']);
        expect(await rows('alerts')).to.deep.equal([]);
      });

      it('is not confirmed where the policy or the provider leaves no room for it', async () => {
        const replies = {
          name: 'Bank',
          answeredByProvider: ['gateway'],
          policies: withOverrides({ EE: { confirm: false } }),
        };
        await open([PLAIN], { customers: { '1': { phone: US }, '2': { phone: EE } }, house: { replies } });
        await say('STOP');
        await say('STOP', { from: EE }, 'other');
        expect(await outcomes()).to.deep.equal(['stopped', 'stopped']);
        expect(await deliver()).to.deep.equal([]);
      });

      it('outlives the erasure, and holds for whoever is registered with the number next', async () => {
        await open([PLAIN]);
        await say('STOP');
        await eraseCustomer(home.house, { entity: 'default', customerId: '1', actor: 'test' });
        await register(home, { accountId: '8', customers: { '9': { phone: US } } });
        expect(await reasons('8')).to.deep.equal(['plain stopped']);
      });

      it('of a number that nobody had is kept for the one who registers it', async () => {
        await open([PLAIN], { customers: { '1': { phone: '+12015550111' } } });
        await say('STOP');
        await register(home, { customers: { '1': { phone: US } } });
        expect(await reasons()).to.deep.equal(['plain stopped']);
      });

      it('belongs to the number: another one of the same customer is not stopped', async () => {
        await open([PLAIN]);
        await say('STOP');
        await register(home, { customers: { '1': { phone: '+12015550111' } } });
        expect(await reasons()).to.deep.equal(['plain queued']);
      });

      it('is taken back by START, which is no consent to marketing', async () => {
        await open([PLAIN, OFFER]);
        expect(await reasons()).to.deep.equal(['plain queued', 'offer no-consent']);
        await say('STOP');
        await say('START');
        expect(await reasons()).to.deep.equal(['plain queued', 'offer no-consent']);
        await say('START');
        expect(await outcomes()).to.deep.equal(['stopped', 'started', 'not-stopped']);
        expect((await webhooks()).map(({ type }) => type)).to.have.members(['customer.stopped', 'customer.started']);
        expect(await rows('consents')).to.deep.equal([]);
      });

      it('is in the audit, and an old decision is explained with what was stopped then', async () => {
        await open([PLAIN]);
        const before = posted();
        await home.commit(before);
        home.clock.now += MINUTE;
        await say('STOP');
        home.clock.now += MINUTE;
        const after = posted();
        await home.commit(after);
        home.clock.now += MINUTE;
        await say('START');
        const outcomeOf = async (event: Record<string, unknown>) => {
          const name = { entity: 'default', source: 'core', id: String(event.id) };
          const explained = await explainEvent(home.house, name);
          expect(explained.agrees).to.equal(true);
          return JSON.stringify(explained.rules).includes('"stopped"');
        };
        expect(await outcomeOf(before)).to.equal(false);
        expect(await outcomeOf(after)).to.equal(true);
        const actions = await rows('audit').where('subject', 'default/customer:1').pluck('action');
        expect(actions).to.deep.equal(['customer-stopped', 'customer-started']);
      });

      it('holds for the number it came from, also while both numbers are told after a change', async () => {
        await open([{ name: 'sec', lane: 'security', conditions: debitFrom('100.00'), text: 'Paid' }]);
        await say('STOP');
        await deliver();
        await register(home, { customers: { '1': { phone: '+12015550111' } } });
        await home.commit(posted());
        await deliver();
        expect(sent.map(({ to }) => to)).to.deep.equal(['+12015550111']);
      });
    });

    describe('as HELP', () => {
      it('is answered with how to reach the bank, at most five times a day', async () => {
        const replies = {
          name: 'Bank',
          contact: { en: 'Call +372 600 0000.' },
          answeredByProvider: [],
          policies: withOverrides(),
        };
        await open([PLAIN], { house: { replies } });
        for (let times = 0; times < 8; times++) await say('help');
        expect(await rows('inbound').whereNotNull('answer_id')).to.have.length(5);
        const texts = await deliver();
        expect(texts).to.have.length(5);
        expect(texts[0]).to.contain('Call +372 600 0000.');
        home.clock.now += DAY + MINUTE;
        await say('HELP');
        expect(await deliver()).to.have.length(1);
      });
    });

    describe('as an answer to a security alert', () => {
      it('is bound to the alert, kept on its trace, and told to the bank', async () => {
        await open([ASKS]);
        const alertId = await alerted();
        home.clock.now += MINUTE;
        await say('No!');
        const [webhook] = await webhooks();
        expect(webhook?.type).to.equal('alert.reply');
        expect(webhook?.data).to.deep.include({
          alertId,
          rule: 'asks',
          customerId: '1',
          answer: 'no',
          standing: 'first',
          phone: 'current',
        });
        expect(webhook?.data.event).to.include({ source: 'core', type: 'transaction.posted' });
        expect(JSON.stringify(webhook)).not.to.contain('5550100').and.not.to.contain('150');
        const trace = await traceAlert(home.house, { alertId, actor: 'test', withText: false });
        expect(trace.replies).to.deep.equal([{ answer: 'no', standing: 'first', receivedAt: home.clock.now }]);
        expect(trace.alert?.status).to.equal('accepted');
      });

      it('counts once: a NO after a YES is told too, and nothing else', async () => {
        await open([ASKS]);
        const alertId = await alerted();
        home.clock.now += MINUTE;
        for (const word of ['YES', 'yes', 'NO', 'no', 'yes']) await say(word);
        expect(await outcomes()).to.deep.equal([
          'reply-first',
          'reply-later',
          'reply-contradicts',
          'reply-later',
          'reply-later',
        ]);
        expect(await told()).to.have.deep.members([
          ['alert.reply', 'yes', 'first'],
          ['alert.reply', 'no', 'contradicts'],
        ]);
        const trace = await traceAlert(home.house, { alertId, actor: 'test', withText: false });
        expect(trace.replies).to.have.length(5);
      });

      it('counts once also where two come at once', async () => {
        await open([ASKS]);
        await alerted();
        home.clock.now += MINUTE;
        await Promise.all([say('YES'), say('YES'), say('YES')]);
        expect((await outcomes()).sort()).to.deep.equal(['reply-first', 'reply-later', 'reply-later']);
        expect(await webhooks()).to.have.length(1);
      });

      it('changes nothing by itself: neither a hold, nor a status, nor another alert', async () => {
        await open([ASKS, PLAIN]);
        await alerted();
        home.clock.now += MINUTE;
        const before = JSON.stringify(
          await rows('alerts').orderBy('alert_id').select('alert_id', 'status', 'updated_at'),
        );
        await say('YES');
        const after = JSON.stringify(
          await rows('alerts').orderBy('alert_id').select('alert_id', 'status', 'updated_at'),
        );
        expect(after).to.equal(before);
        expect(await rows('holds')).to.deep.equal([]);
      });

      it('is bound to nothing where two alerts could be meant, and the customer is told how to call', async () => {
        await open([ASKS]);
        await alerted();
        home.clock.now += MINUTE;
        await alerted();
        home.clock.now += MINUTE;
        await say('YES');
        expect(await outcomes()).to.deep.equal(['reply-ambiguous']);
        expect(await webhooks()).to.deep.equal([]);
        expect((await deliver())[0]).to.contain('number on your card');
      });

      it('is bound to nothing where the number is shared and both were asked', async () => {
        await open([ASKS], { customers: { '1': { phone: US }, '2': { phone: US } } });
        await alerted();
        home.clock.now += MINUTE;
        await say('NO');
        expect(await outcomes()).to.deep.equal(['reply-ambiguous']);
      });

      it('is bound to nothing after the window, through another adapter, at another number, or where nobody asked', async () => {
        await open([ASKS, PLAIN]);
        await alerted();
        home.clock.now += MINUTE;
        await say('YES', {}, 'other');
        await say('YES', { to: '+3728001' });
        await say('YES', { from: '+12015550199' });
        home.clock.now += DAY;
        await say('YES');
        expect(await outcomes()).to.deep.equal(['nothing-asked', 'nothing-asked', 'nothing-asked', 'nothing-asked']);
        expect(await deliver()).to.deep.equal([]);
      });

      it('is bound to nothing while the alert has not left', async () => {
        await open([ASKS]);
        await home.commit(posted());
        await say('YES');
        expect(await outcomes()).to.deep.equal(['nothing-asked']);
      });

      it('in other words is not guessed, and the customer is told how to call while an alert waits', async () => {
        await open([ASKS]);
        await alerted();
        home.clock.now += MINUTE;
        for (const text of ['that was not me', 'YЕS', 'yes it was me']) await say(text);
        expect(await outcomes()).to.deep.equal(['not-understood', 'not-understood', 'not-understood']);
        expect(await webhooks()).to.deep.equal([]);
        expect((await deliver()).every((text) => text.includes('number on your card'))).to.equal(true);
        await say('NO');
        await say('thanks');
        expect(await deliver(), 'nothing waits any more').to.deep.equal([]);
      });

      it('from a number that was replaced meanwhile says so', async () => {
        await open([ASKS]);
        await alerted();
        home.clock.now += MINUTE;
        await home.inTransaction((trx) =>
          putCustomer(home.house.vault, trx, {
            entity: 'default',
            customerId: '1',
            document: { phone: '+12015550111' },
            at: home.clock.now,
          }),
        );
        home.clock.now += 20 * MINUTE;
        const alertId = await alerted();
        home.clock.now += MINUTE;
        await say('NO', { from: '+12015550111' });
        const [webhook] = await webhooks();
        expect(webhook?.data).to.include({ alertId, phone: 'current' });
        home.clock.now += 20 * MINUTE;
        await say('NO');
        expect((await webhooks()).map(({ data }) => data.phone)).to.include('previous');
      });
    });
  });
}
