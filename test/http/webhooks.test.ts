import { expect } from 'chai';
import { deliverWebhooks } from '../../src/flows/webhooks/deliver-webhooks.js';
import { tellBank } from '../../src/flows/webhooks/tell-bank.js';
import { databases } from '../support/databases.js';
import { openService, type ServiceUnderTest } from './service-under-test.js';

for (const database of databases) {
  describe(`webhooks to the bank over HTTP on ${database.name}`, () => {
    let service: ServiceUnderTest;

    beforeEach(async () => {
      const webhooks = [{ name: 'bank', url: 'http://127.0.0.1:1/', keys: [Buffer.from('key')] }];
      service = await openService(database, { only: ['large-withdrawal'], house: { webhooks } });
      for (const occurrence of ['a', 'b', 'c']) {
        await service.inTransaction((trx) =>
          tellBank(service.house, trx, {
            type: 'customer.stopped',
            entity: 'default',
            occurrence,
            at: service.clock.now,
            data: { entity: 'default', customerId: occurrence },
          }),
        );
      }
    });
    afterEach(() => service.close());

    const giveUp = () => deliverWebhooks({ ...service.house, webhooks: [] });

    it('are listed by status, each once over the pages', async () => {
      const ask = service.as('auditor');
      const first = await ask('GET', '/webhooks?limit=2');
      const second = await ask('GET', `/webhooks?limit=2&after=${first.body.next}`);
      const customers = [...first.body.items, ...second.body.items].map(({ data }) => data.customerId);
      expect(customers.sort()).to.deep.equal(['a', 'b', 'c']);
      expect((await ask('GET', '/webhooks?status=dead')).body.items).to.deep.equal([]);
      await giveUp();
      const dead = (await ask('GET', '/webhooks?status=dead')).body.items;
      expect(dead).to.have.length(3);
      expect(dead[0]).to.include({ endpoint: 'bank', code: 'endpoint-unknown', attempts: 1 });
    });

    it('are redriven one by one or all at once, by those who may', async () => {
      const ask = service.as('operator');
      const [one] = (await ask('GET', '/webhooks')).body.items;
      expect((await ask('POST', `/webhooks/${one.id}/redrive`)).body).to.include({
        status: 409,
        code: 'webhook-not-dead',
      });
      await giveUp();
      expect((await ask('POST', `/webhooks/${one.id}/redrive`)).body).to.deep.equal({ redriven: 1 });
      expect((await ask('POST', '/webhooks/redrive')).body).to.deep.equal({ redriven: 2 });
      expect((await ask('POST', '/webhooks/wh_none/redrive')).body).to.include({
        status: 404,
        code: 'webhook-unknown',
      });
      expect((await service.as('auditor')('POST', '/webhooks/redrive')).status).to.equal(403);
      expect((await service.as('analyst')('GET', '/webhooks')).status).to.equal(403);
    });
  });
}
