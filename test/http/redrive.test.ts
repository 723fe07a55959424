import { expect } from 'chai';
import { updateAlert } from '../../src/store/outbox-changes.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { databases } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

for (const kind of databases) {
  describe(`sending alerts again over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let operator: Ask;
    let ids: string[];

    beforeEach(async () => {
      service = await openService(kind, { only: ['large-withdrawal'] });
      operator = service.as('operator');
      await operator('PUT', '/customers/2', { phone: '+37251234567' });
      await operator('PUT', '/accounts/704', { holders: [{ customerId: '2', role: 'owner' }], currency: 'EUR' });
      ids = [];
      for (const id of ['a', 'b', 'c']) {
        const data = {
          accountId: '704',
          direction: 'debit',
          amount: '5000.00',
          currency: 'EUR',
          kind: 'cash-withdrawal',
        };
        const result = await service.commit({ id, source: 'core', type: 'transaction.posted', data });
        if (result.status === 'accepted') ids.push(result.alerts[0]?.id ?? '');
        service.clock.now += 3_600_000;
      }
      await withTransaction(service.database, async (trx) => {
        for (const id of ids.slice(0, 2)) {
          const change = { status: 'dead' as const, reason: 'attempts-exhausted', provider: 'gateway', code: 'busy' };
          await updateAlert(service.database, trx, id, ['queued'], change, service.clock.now);
        }
      });
    });
    afterEach(() => service.close());

    const reason = 'the provider is back';

    it('takes one, and says why another is none', async () => {
      const first = await operator('POST', `/alerts/${ids[0]}/redrive`, { reason });
      expect([first.status, first.body]).to.deep.equal([200, { redriven: 1 }]);
      expect((await operator('GET', `/alerts/${ids[0]}`)).body.alert).to.include({ status: 'queued', attempts: 0 });
      const again = await operator('POST', `/alerts/${ids[2]}/redrive`, { reason });
      expect([again.status, again.body.code]).to.deep.equal([409, 'alert-not-redrivable']);
      const none = await operator('POST', '/alerts/al_none/redrive', { reason });
      expect([none.status, none.body.code]).to.deep.equal([404, 'alert-unknown']);
    });

    it('takes all that match, as many as are asked for', async () => {
      const answer = await operator('POST', '/alerts/redrive', { status: 'dead', code: 'busy', limit: 1, reason });
      expect(answer.body).to.deep.equal({ redriven: 1, remaining: 1 });
      const rest = await operator('POST', '/alerts/redrive', { status: 'dead', provider: 'gateway', reason });
      expect(rest.body).to.deep.equal({ redriven: 1, remaining: 0 });
      expect((await operator('GET', '/alerts?status=queued')).body.items).to.have.length(3);
    });

    it('wants a reason and a status, and is not for everybody', async () => {
      expect((await operator('POST', '/alerts/redrive', { status: 'delivered', reason })).status).to.equal(422);
      expect((await operator('POST', '/alerts/redrive', { status: 'dead' })).status).to.equal(422);
      expect((await service.as('analyst')('POST', '/alerts/redrive', { status: 'dead', reason })).status).to.equal(403);
    });
  });
}
