import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { releaseForgotten } from '../../src/flows/hold.js';
import { databases } from '../support/databases.js';
import { openService, type ServiceUnderTest, WEBHOOK_SECRET } from './service-under-test.js';

for (const kind of databases) {
  describe(`what needs no key, held to the document, on ${kind.name}`, () => {
    let service: ServiceUnderTest;

    beforeEach(async () => {
      service = await openService(kind, { only: ['large-withdrawal'] });
      await service.as('admin')('PUT', '/customers/2', { phone: '+37251234567' });
      await service.as('admin')('PUT', '/accounts/704', { holders: [{ customerId: '2', role: 'owner' }] });
    });
    afterEach(() => service.close());

    const event = (id: string, data: object = {}) => ({
      specversion: '1.0',
      id,
      source: 'core',
      type: 'transaction.posted',
      time: new Date(service.clock.now).toISOString(),
      data: { accountId: '704', direction: 'debit', amount: '5000.00', currency: 'EUR', kind: 'transfer', ...data },
    });
    const post = (body: unknown, type = 'application/cloudevents+json', secret = WEBHOOK_SECRET, query = '') => {
      const text = JSON.stringify(body);
      const at = new Date(service.clock.now);
      const headers = {
        'content-type': type,
        'webhook-id': 'm-1',
        'webhook-timestamp': String(Math.floor(service.clock.now / 1000)),
        'webhook-signature': new Webhook(secret).sign('m-1', at, text),
      };
      return service.anonymous('POST', `/events${query}`, text, headers);
    };

    it('answers whether it lives and can work', async () => {
      expect((await service.anonymous('GET', '/healthz')).body).to.deep.equal({ status: 'ok' });
      expect((await service.anonymous('GET', '/readyz')).body).to.include({ ready: true });
      expect((await service.anonymous('GET', '/metrics')).status).to.equal(200);
    });

    it('takes events, one, many, wrong and unsigned', async () => {
      expect((await post(event('a'))).body.results[0].alerts[0]).to.include({ status: 'queued', recipient: '2' });
      const batch = [event('a'), event('b', { amount: '12abc' }), event('c', { amount: '1.00' })];
      const answer = await post(batch, 'application/cloudevents-batch+json');
      expect(answer.body).to.include({ accepted: 1, duplicates: 1, rejected: 1 });
      const wrong = await post(event('d', { currency: 'XYZ' }));
      expect(wrong.status).to.equal(422);
      expect(wrong.body).to.include({ code: 'currency-unknown', path: '/data/currency' });
      const other = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
      expect((await post(event('e'), undefined, other)).status).to.equal(401);
      expect((await post(event('f'), 'text/plain')).status).to.equal(415);
    });

    it('only learns from events that the address asks it to learn from', async () => {
      const send = (id: string, query: string) => post(event(id), undefined, undefined, query);
      const alertsOf = async (id: string, query: string) => (await send(id, query)).body.results[0].alerts ?? [];
      expect(await alertsOf('a', '?learn=true')).to.have.length(0);
      expect(await alertsOf('b', '?learn=false')).to.have.length(1);
      expect(await alertsOf('c', '')).to.have.length(1);
    });

    it('refuses receipts of nobody', async () => {
      expect((await service.anonymous('GET', '/receipts/kannel?alert=a&token=b')).status).to.equal(404);
    });

    it('semantics line ten: nothing stays held that no hold holds', async () => {
      const result = await post(event('a'));
      const { id } = result.body.results[0].alerts[0];
      // As a batch leaves it that read the holds just before the resume.
      await service.database.knex('lb_alerts').where({ alert_id: id }).update({ status: 'held' });
      await service.as('admin')('POST', '/hold', { scope: 'all', reason: 'x' });
      expect(await releaseForgotten(service.house)).to.equal(0);
      await service.database.knex('lb_holds').delete();
      expect(await releaseForgotten(service.house)).to.equal(1);
      const { body } = await service.as('admin')('GET', `/alerts/${id}`);
      expect(body.alert).to.include({ status: 'queued', delayed: true });
    });
  });
}
