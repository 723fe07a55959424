/** A real flow of events, attempts, receipts and look-ups, and every figure of it to the last one. */
import { expect } from 'chai';
import type { Knex } from 'knex';
import { Registry } from 'prom-client';
import type { LookupOutcome } from '../../src/contracts/adapter.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { settleUnknown } from '../../src/flows/deliver/settle-unknown.js';
import { commitWithin } from '../../src/flows/enqueue.js';
import { holdAlerts } from '../../src/flows/hold.js';
import type { NamedAdapter } from '../../src/flows/house.js';
import { receiveEvents } from '../../src/flows/receive.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { takeDelivery } from '../../src/flows/sources/take-delivery.js';
import { createMetrics, type Metrics } from '../../src/metrics/metrics.js';
import { saveProvider } from '../../src/store/providers.js';
import { listIgnored } from '../../src/store/source-ignored.js';
import { insertWebhooks } from '../../src/store/webhooks.js';
import { type FakeProvider, fakeProvider } from '../flows/delivery-world.js';
import { mappingOf, sourceOf } from '../http/sources-under-test.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { waitFor } from '../support/wait-for.js';
import { figuresOf, readExposition } from './exposition.js';

const LARGE = { name: 'large', lane: 'security' as const, conditions: debitFrom('100.00'), text: 'Paid' };
const SECOND = 1_000;

interface OpenOptions extends Partial<NamedAdapter> {
  found?: LookupOutcome;
  cacheMs?: number;
  host?: Registry;
}

for (const database of databases) {
  describe(`figures on ${database.name}`, () => {
    let home: HouseUnderTest;
    let metrics: Metrics;
    let provider: FakeProvider;

    async function open(options: OpenOptions = {}): Promise<void> {
      const { cacheMs = 0, host, ...named } = options;
      provider = fakeProvider('gateway', { found: { status: 'absent' }, ...named });
      const source = {
        ...ruleSet(LARGE),
        texts: { prices: { currency: 'EUR', perPart: { default: '0.09', US: '0.0075' } } },
      };
      home = await openHouse(database, {
        source,
        house: { adapters: [provider.named] },
        onCommitted: (summary) => metrics.committed(summary, 7),
      });
      metrics = createMetrics({
        database: home.database,
        version: '1.2.3',
        now: () => home.clock.now,
        cacheMs,
        host,
        sources: {
          waiting: () => home.house.pipeline.waiting(),
          adapters: () => home.house.adapters,
          prices: () => home.house.ruleSet().source.texts?.prices,
          ruleSetId: () => home.house.ruleSet().id,
          rulesBroken: () => false,
          streams: () => [],
        },
      });
      home.house.watch = metrics.watch;
      await register(home);
    }

    /** One round of the courier. */
    async function deliver(): Promise<void> {
      const { leaving, ended } = await claimAlerts(home.house, 'test', 10);
      metrics.ended(ended);
      const results = await Promise.all(leaving.map((claimed) => sendAlert(home.house, claimed)));
      if (results.length > 0) metrics.settled(await settleAttempts(home.house, results), results);
    }

    const text = () => metrics.registry.metrics();
    const figures = async (...names: string[]) => figuresOf(await text(), ...names.map((name) => `ledgerbell_${name}`));

    afterEach(async () => {
      metrics.stop();
      await home.close();
    });

    it('count events, what the rules said, commits, and what was refused and why', async () => {
      await open();
      const event = { specversion: '1.0', time: new Date(home.clock.now).toISOString(), ...posted({ id: 'once' }) };
      const receive = (...events: object[]) => receiveEvents(home.house, { events, origin: 'events' });
      await receive(event);
      await receive(event, { ...event, type: 'account.opened', data: { accountId: '7' } });
      await receive(
        { specversion: '1.0' },
        { ...event, id: 'twice', data: { ...(posted().data as object), amount: '1.00' } },
      );
      expect(
        await figures(
          'events_total',
          'decisions_total',
          'commit_events_sum',
          'commit_events_count',
          'commit_seconds_sum',
        ),
      ).to.deep.equal({
        'ledgerbell_events_total{status="accepted"}': 2,
        'ledgerbell_events_total{status="duplicate"}': 1,
        'ledgerbell_events_total{status="rejected"}': 2,
        'ledgerbell_decisions_total{outcome="alert",rule="large"}': 1,
        ledgerbell_commit_events_sum: 4,
        ledgerbell_commit_events_count: 3,
        ledgerbell_commit_seconds_sum: 0.021,
      });
      const rejected = await figures('events_rejected_total', 'quarantine_open');
      expect(rejected['ledgerbell_events_rejected_total{code="id-reused"}']).to.equal(1);
      expect(Object.values(rejected).sort()).to.deep.equal([1, 1, 2]);
    });

    it("count what a mapping ignored, by the mapping's own word, once it is kept", async () => {
      await open();
      const source = sourceOf(
        mappingOf({
          each: 'to_array(@)',
          cases: [
            { name: 'ping', when: "kind == 'PING'", ignore: 'test-delivery', because: 'it moves no money' },
            { name: 'note', when: "kind == 'NOTE'", ignore: 'no-money', because: 'it moves no money' },
          ],
        }),
      );
      const take = (...kinds: string[]) => {
        const body = Buffer.from(JSON.stringify(kinds.map((kind) => ({ kind }))));
        const delivery = { contentType: 'application/json', headers: {}, query: {}, receivedAt: home.clock.now };
        return takeDelivery(home.house, source, { ...delivery, body }, {});
      };
      await take('PING', 'PING', 'NOTE');
      await take('PING');
      expect(await figures('source_ignored_total')).to.deep.equal({
        'ledgerbell_source_ignored_total{reason="no-money",source="core"}': 1,
        'ledgerbell_source_ignored_total{reason="test-delivery",source="core"}': 3,
      });
      const { knex } = home.database;
      expect((await listIgnored(home.database, knex)).map(({ reason, count }) => [reason, count])).to.deep.equal([
        ['test-delivery', 3],
        ['no-money', 1],
      ]);
    });

    it("count what is decided in somebody else's transaction once it is kept, and not where it is rolled back", async () => {
      await open();
      const decide = async (amount: string, trx: Knex.Transaction) => {
        const original = {
          specversion: '1.0',
          time: new Date(home.clock.now).toISOString(),
          ...posted({ data: { amount } }),
        };
        const event = parseEvent(original, { now: home.clock.now, futureToleranceMs: 0, origin: 'inside' });
        await commitWithin(home.house, trx, { event, original });
      };
      const lost = await home.database.knex.transaction();
      await decide('1.00', lost);
      await lost.rollback();
      await home.inTransaction((trx) => decide('150.00', trx));
      const counted = await waitFor(async () => {
        const found = await figures('events_total', 'decisions_total');
        return 'ledgerbell_decisions_total{outcome="alert",rule="large"}' in found && found;
      });
      expect(counted).to.deep.equal({
        'ledgerbell_events_total{status="accepted"}': 1,
        'ledgerbell_decisions_total{outcome="alert",rule="large"}': 1,
      });
    });

    it('count attempts, retries, parts, cost, receipts and ends, and how long it took', async () => {
      await open();
      await home.commit(posted({ time: new Date(home.clock.now - 3 * SECOND).toISOString() }));
      provider.answer = { status: 'retryable', code: 'Busy' };
      await deliver();
      home.clock.now += 60 * SECOND;
      provider.answer = { status: 'accepted', providerId: 'g1' };
      await deliver();
      home.clock.now += 9 * SECOND;
      const alertId = provider.sent[0]?.alertId;
      const delivered = { alertId, state: 'delivered', code: 'DELIVRD' } as const;
      await receiveReceipts(home.house, 'gateway', [delivered, delivered, { providerId: 'x', state: 'failed' }]);
      expect(
        await figures('attempts_total', 'retries_total', 'sms_parts_total', 'sms_cost_total', 'attempt_seconds_count'),
      ).to.deep.equal({
        'ledgerbell_attempts_total{code="busy",outcome="retryable",provider="gateway"}': 1,
        'ledgerbell_attempts_total{code="none",outcome="accepted",provider="gateway"}': 1,
        'ledgerbell_retries_total{provider="gateway"}': 1,
        'ledgerbell_sms_parts_total{country="US",provider="gateway"}': 1,
        'ledgerbell_sms_cost_total{country="US",currency="EUR",provider="gateway"}': 0.0075,
        'ledgerbell_attempt_seconds_count{provider="gateway"}': 2,
      });
      expect(
        await figures(
          'receipts_total',
          'alerts_ended_total',
          'acceptance_seconds_sum',
          'handset_seconds_sum',
          'alerts',
        ),
      ).to.deep.equal({
        'ledgerbell_receipts_total{code="delivrd",provider="gateway",result="recorded",state="delivered"}': 1,
        'ledgerbell_receipts_total{code="delivrd",provider="gateway",result="duplicate",state="delivered"}': 1,
        'ledgerbell_receipts_total{code="none",provider="gateway",result="unmatched",state="failed"}': 1,
        'ledgerbell_alerts_ended_total{lane="security",reason="receipt",status="delivered"}': 1,
        'ledgerbell_acceptance_seconds_sum{lane="security"}': 63,
        'ledgerbell_handset_seconds_sum{lane="security"}': 72,
      });
      expect(await figures('acceptance_seconds_count'), 'asked twice, counted once').to.deep.equal({
        'ledgerbell_acceptance_seconds_count{lane="security"}': 1,
      });
    });

    it('count look-ups and what deadlines decide about messages that may have been sent', async () => {
      await open({ found: { status: 'unclear', code: 'timeout' } });
      home.house.delivery = { ...home.house.delivery, unknown: { security: 'resend' } };
      await home.commit(posted());
      provider.answer = { status: 'unknown', code: 'timeout' };
      await deliver();
      home.clock.now += 6 * SECOND;
      await settleUnknown(home.house);
      home.clock.now += 900 * SECOND;
      await settleUnknown(home.house);
      expect(await figures('doubts_total', 'resends_total', 'alerts', 'oldest_waiting_seconds')).to.deep.equal({
        'ledgerbell_doubts_total{outcome="lookup-unclear",provider="gateway"}': 2,
        'ledgerbell_doubts_total{outcome="deadline-resend",provider="gateway"}': 1,
        'ledgerbell_resends_total{lane="security"}': 1,
        'ledgerbell_alerts{lane="security",status="queued"}': 1,
      });
      provider.answer = { status: 'rejected', code: 'no-credit' };
      home.clock.now += SECOND;
      await deliver();
      expect(await figures('alerts_ended_total')).to.deep.equal({
        'ledgerbell_alerts_ended_total{lane="security",reason="rejected",status="failed"}': 1,
      });
    });

    it('say since when the first alert could have left, and not for those that are held or abandoned', async () => {
      await open();
      await home.commit(posted());
      home.clock.now += 42 * SECOND;
      await home.commit(posted());
      const waiting = () => figures('oldest_waiting_seconds', 'alerts', 'hold_seconds');
      expect(await waiting()).to.deep.equal({
        'ledgerbell_oldest_waiting_seconds{lane="security"}': 42,
        'ledgerbell_alerts{lane="security",status="queued"}': 2,
      });
      await claimAlerts(home.house, 'died', 1);
      home.clock.now += 60 * SECOND;
      await markAbandoned(home.house);
      await holdAlerts(home.house, { scope: 'rule', value: 'large', reason: 'a test', actor: 'test' });
      home.clock.now += 5 * SECOND;
      expect(await waiting()).to.deep.equal({
        'ledgerbell_alerts{lane="security",status="unknown"}': 1,
        'ledgerbell_alerts{lane="security",status="held"}': 1,
        'ledgerbell_hold_seconds{scope="rule",value="large"}': 5,
      });
    });

    it('show breakers, what is left of rates, webhooks, and what runs', async () => {
      await open({ limits: { perSecond: 2, burst: 10 } });
      const breaker = {
        state: 'open',
        failures: 5,
        openedAt: home.clock.now,
        retryAt: home.clock.now + 60_000,
      } as const;
      const bucket = { tokens: 1_500, refilledAt: home.clock.now - SECOND };
      const webhook = { webhookId: 'w1', endpoint: 'core', type: 'alert.undelivered', entity: 'default', body: '{}' };
      await home.inTransaction(async (trx) => {
        await saveProvider(home.database, trx, { name: 'gateway', breaker, bucket, version: 0 });
        await insertWebhooks(home.database, trx, [webhook], home.clock.now);
      });
      expect(
        await figures('provider_breaker', 'provider_tokens', 'webhooks', 'build_info', 'database_up'),
      ).to.deep.equal({
        'ledgerbell_provider_breaker{provider="gateway",state="open"}': 1,
        'ledgerbell_provider_tokens{provider="gateway"}': 3,
        'ledgerbell_webhooks{status="pending"}': 1,
        [`ledgerbell_build_info{node="${process.version}",version="1.2.3"}`]: 1,
        ledgerbell_database_up: 1,
      });
      const [info] = Object.keys(await figures('database_info'));
      expect(info).to.match(/dialect="(sqlite|mysql)",schema="00\d\d-/);
    });

    it('come without those of the database while it is away, and say so', async () => {
      await open();
      await home.commit(posted());
      await home.house.pipeline.stop();
      const isThere = /^ledgerbell_(?:quarantine_open|alerts\{|database_info)/m;
      expect(await text()).to.match(isThere);
      await home.database.knex.destroy();
      const before = await text();
      expect(before).not.to.match(isThere);
      expect(await figures('events_total', 'database_up')).to.deep.equal({
        'ledgerbell_events_total{status="accepted"}': 1,
      });
      const errors = await figures('scrape_errors_total');
      expect(errors['ledgerbell_scrape_errors_total{figure="alerts"}']).to.be.greaterThan(0);
      expect(readExposition(await text()).samples.get('ledgerbell_database_up')).to.equal(0);
    });

    it('cost one query each however many scrape at once', async () => {
      await open({ cacheMs: 60_000 });
      const queries: string[] = [];
      home.database.knex.on('query', ({ sql }: { sql: string }) => queries.push(sql));
      await Promise.all(Array.from({ length: 50 }, text));
      await text();
      expect(queries).to.have.length(7);
    });

    it("are in a host's own registry from start to stop, and not the process's own", async () => {
      const host = new Registry();
      await open({ host });
      metrics.start();
      expect(figuresOf(await host.metrics(), 'ledgerbell_database_up')).to.deep.equal({ ledgerbell_database_up: 1 });
      expect(await host.metrics()).not.to.include('process_cpu');
      const [mine, theirs] = [metrics.registry, host].map((registry) => registry.getMetricsAsArray().length);
      expect(theirs).to.equal(mine);
      metrics.stop();
      expect(host.getMetricsAsArray()).to.deep.equal([]);
      host.registerMetric(metrics.registry.getSingleMetric('ledgerbell_alerts') as never);
      expect(() => metrics.start()).to.throw('ledgerbell_alerts already');
      expect(host.getMetricsAsArray()).to.have.length(1);
    });
  });
}
