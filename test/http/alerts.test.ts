import { expect } from 'chai';
import { insertAttempts } from '../../src/store/attempts.js';
import { updateAlert } from '../../src/store/outbox-changes.js';
import { insertReceipt } from '../../src/store/receipts.js';
import { databases } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

for (const kind of databases) {
  describe(`alerts over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let admin: Ask;

    beforeEach(async () => {
      service = await openService(kind, { only: ['large-withdrawal', 'transfer-made'] });
      admin = service.as('admin');
      await admin('PUT', '/customers/2', { phone: '+37251234567', name: 'Ester Tamm' });
      await admin('PUT', '/accounts/704', { holders: [{ customerId: '2', role: 'owner' }], currency: 'EUR' });
    });
    afterEach(() => service.close());

    const post = (id: string, amount = '5000.00', kindOf = 'cash-withdrawal') =>
      service.commit({
        id,
        source: 'core/eu',
        type: 'transaction.posted',
        data: { accountId: '704', direction: 'debit', amount, currency: 'EUR', kind: kindOf },
      });
    const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);
    const alertOf = (result: Awaited<ReturnType<typeof post>>) =>
      (result.status === 'rejected' ? undefined : result.alerts[0]?.id) ?? 'none';

    it('are listed newest first, filtered, and paged each once', async () => {
      const made: string[] = [];
      for (const id of ['a', 'b', 'c']) {
        made.unshift(alertOf(await post(id)));
        service.clock.now += 3_600_000;
      }
      expect(ids(await admin('GET', '/alerts'))).to.deep.equal(made);
      const first = await admin('GET', '/alerts?limit=2');
      const second = await admin('GET', `/alerts?limit=2&after=${first.body.next}`);
      expect([...ids(first), ...ids(second)]).to.deep.equal(made);
      expect(second.body).to.not.have.property('next');
      const matching = '?status=queued&rule=large-withdrawal&topic=large-withdrawal&lane=security&customer=2';
      expect(ids(await admin('GET', `/alerts${matching}`))).to.deep.equal(made);
      for (const other of ['status=held', 'rule=x', 'topic=x', 'lane=otp', 'customer=3', 'entity=north']) {
        expect(ids(await admin('GET', `/alerts?${other}`)), other).to.deep.equal([]);
      }
      expect((await admin('GET', '/alerts?status=lost')).body.detail).to.include('must be one of queued, held');
    });

    it('made in the same millisecond are paged each once', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        await service.as('admin')('PUT', `/accounts/n${index}`, { holders: [{ customerId: '2', role: 'owner' }] });
        const data = { accountId: `n${index}`, direction: 'debit', amount: '5000.00', currency: 'EUR', kind: 'fee' };
        await service.commit({ id, source: 'core', type: 'transaction.posted', data });
      }
      const found: string[] = [];
      let after = '';
      for (;;) {
        const page = await admin('GET', `/alerts?limit=2${after}`);
        found.push(...ids(page));
        if (page.body.next === undefined) break;
        after = `&after=${page.body.next}`;
      }
      expect(new Set(found).size).to.equal(5);
      expect(found).to.have.length(5);
    });

    it('are traced from the event to the last receipt', async () => {
      const id = alertOf(await post('t/1'));
      const at = service.clock.now + 1_000;
      const attempt = { alertId: id, number: 1, at, adapter: 'kannel', outcome: 'accepted', milliseconds: 12 };
      await service.inTransaction(async (trx) => {
        await insertAttempts(service.database, trx, [{ ...attempt, providerId: 'p-1' }]);
        await updateAlert(service.database, trx, id, ['queued'], { status: 'delivered', attempts: 1 }, at + 2_000);
        const receipt = { providerId: 'p-1', state: 'delivered' as const, code: '000' };
        const entry = { key: Buffer.alloc(32), alertId: id, adapter: 'kannel', receipt, at: at + 1_000 };
        await insertReceipt(service.database, trx, entry);
      });
      const { body } = await admin('GET', `/alerts/${id}`);
      expect(body).to.include({ id, entity: 'default', rule: 'large-withdrawal', recipient: '2' });
      expect(body.event).to.deep.include({ source: 'core/eu', id: 't/1', type: 'transaction.posted' });
      expect(body.event.profile).to.equal('account:704');
      expect(body.event.counts).to.include({ held: 1 });
      expect(body.decision).to.deep.include({ outcome: 'alert' });
      expect(body.decision.context).to.include({ 'account:704': 1, 'customer:2': 1 });
      expect(body.message).to.include({ masked: false });
      expect(body.message.text).to.include('5,000.00');
      expect(body.attempts).to.have.length(1);
      expect(body.receipts[0]).to.include({ adapter: 'kannel', state: 'delivered', code: '000' });
      expect(body.history.map(({ what }: { what: string }) => what)).to.deep.equal([
        'made',
        'attempt-accepted',
        'receipt-delivered',
        'delivered',
      ]);
      const explained = await admin('GET', body.event.explain.slice('/v1'.length));
      expect(explained.body.event).to.include({ source: 'core/eu', id: 't/1' });
      expect(explained.body.rules[0]).to.include({ rule: 'large-withdrawal', outcome: 'alert', alertId: id });
    });

    it('say how often they were sent again on doubt', async () => {
      const id = alertOf(await post('a'));
      const again = (await admin('GET', `/alerts/${id}`)).body.alert;
      expect(again).to.include({ id, resends: 0 });
      await service.inTransaction((trx) =>
        updateAlert(service.database, trx, id, ['queued'], { resends: 1 }, service.clock.now),
      );
      expect((await admin('GET', `/alerts/${id}`)).body.alert).to.include({ id, resends: 1 });
      expect((await admin('GET', '/alerts')).body.items[0]).to.include({ id, resends: 1 });
    });

    it('that a rule did not make are traced too, with the reason', async () => {
      await post('a');
      service.clock.now += 60_000;
      const result = await post('b');
      expect(result.status === 'accepted' && result.alerts[0]?.reason).to.equal('cooldown');
      const { body } = await admin('GET', `/alerts/${alertOf(result)}`);
      expect(body.decision).to.include({ outcome: 'suppressed', reason: 'cooldown' });
      expect(body).to.not.have.any.keys('alert', 'message');
      expect(body.history).to.deep.equal([]);
    });

    it('semantics line twenty-seven: show their text to those who may read it, and say so in the audit', async () => {
      const id = alertOf(await post('a'));
      for (const role of ['operator', 'auditor'] as const) {
        const { body } = await service.as(role)('GET', `/alerts/${id}`);
        expect(body.message, role).to.include({ text: '***', masked: true });
      }
      const read = () => service.database.knex('lb_audit').where({ action: 'alert-text-read' });
      expect(await read()).to.have.length(0);
      expect((await service.as('analyst')('GET', `/alerts/${id}`)).body.message.text).to.include('5,000.00');
      const [row] = await read();
      expect(row).to.include({ actor: 'analyst', subject: `alert:${id}` });
    });

    it('that nobody decided are unknown', async () => {
      expect((await admin('GET', '/alerts/al_0')).body).to.include({ status: 404, code: 'alert-unknown' });
      expect((await admin('GET', '/events/core/none/explain')).body).to.include({ status: 404, code: 'event-unknown' });
    });

    it('semantics line ten: wait while a hold is placed, and go on, delayed, when it is released', async () => {
      await post('a');
      const held = await admin('POST', '/hold', { scope: 'rule', value: 'large-withdrawal', reason: 'wrong limits' });
      expect(held.body).to.deep.equal({ scope: 'rule', value: 'large-withdrawal', changed: true, alerts: 1 });
      service.clock.now += 3_600_000;
      const next = await post('b');
      expect(next.status === 'accepted' && next.alerts[0]?.status).to.equal('held');
      expect((await admin('GET', '/alerts?status=held')).body.items).to.have.length(2);
      const [hold] = (await admin('GET', '/holds')).body.items;
      expect(hold).to.include({ scope: 'rule', value: 'large-withdrawal', placedBy: 'admin', reason: 'wrong limits' });
      const again = { scope: 'rule', value: 'large-withdrawal', reason: 'again' };
      expect((await admin('POST', '/hold', again)).body).to.include({ changed: false, alerts: 0 });
      expect((await admin('POST', '/resume', again)).body).to.include({ changed: true, alerts: 2 });
      expect((await admin('POST', '/resume', again)).body).to.include({ changed: false, alerts: 0 });
      const { items } = (await admin('GET', '/alerts?status=queued')).body;
      expect(items.map(({ delayed }: { delayed: boolean }) => delayed)).to.deep.equal([true, true]);
      const actions = await service.database.knex('lb_audit').whereIn('action', ['hold', 'resume']).pluck('subject');
      expect(actions).to.deep.equal(['rule:large-withdrawal', 'rule:large-withdrawal']);
    });

    it('semantics line ten: stay held while another hold holds them', async () => {
      await post('a');
      const reason = 'storm';
      await admin('POST', '/hold', { scope: 'lane', value: 'security', reason });
      await admin('POST', '/hold', { scope: 'topic', value: 'large-withdrawal', reason });
      await admin('POST', '/hold', { scope: 'all', reason });
      const release = (scope: string, value?: string) => admin('POST', '/resume', { scope, value, reason });
      expect((await release('lane', 'security')).body.alerts).to.equal(0);
      expect((await release('all')).body.alerts).to.equal(0);
      expect((await release('topic', 'large-withdrawal')).body.alerts).to.equal(1);
      expect((await admin('GET', '/holds')).body.items).to.deep.equal([]);
    });

    it('semantics line ten: refuse a brake that would stop nothing', async () => {
      const hold = async (scope: string, value?: string) =>
        (await admin('POST', '/hold', { scope, value, reason: 'x' })).body;
      expect(await hold('rule', 'large-withdrawals')).to.include({ code: 'hold-target-unknown', path: '/value' });
      expect(await hold('lane', 'urgent')).to.include({ code: 'hold-target-unknown' });
      expect(await hold('provider', 'kannel')).to.include({ code: 'hold-target-unknown' });
      expect(await hold('rule')).to.include({ code: 'request-invalid', path: '/value' });
      expect(await hold('all', 'rule')).to.include({ code: 'request-invalid', path: '/value' });
      expect((await admin('POST', '/hold', { scope: 'all' })).body.detail).to.include('`reason` is required');
      expect((await admin('GET', '/holds')).body.items).to.deep.equal([]);
    });
  });
}
