import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import type { WebhookType } from '../../src/contracts/webhook.js';
import { WEBHOOK_ATTEMPTS } from '../../src/core/webhooks/retry.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { reportUndelivered } from '../../src/flows/deliver/report-undelivered.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import type { House } from '../../src/flows/house.js';
import { deliverWebhooks, purgeWebhooks } from '../../src/flows/webhooks/deliver-webhooks.js';
import { readWebhooks, redriveWebhooks } from '../../src/flows/webhooks/redrive.js';
import { tellBank } from '../../src/flows/webhooks/tell-bank.js';
import { webhookKey } from '../../src/http/signature/webhook-secret.js';
import { startWebhookPoster } from '../../src/jobs/webhook-poster.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { waitFor } from '../support/wait-for.js';

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;
const OLD = secretOf('the secret of last year');
const NEW = secretOf('the secret of this year');
const DAY = 86_400_000;

for (const database of databases) {
  describe(`webhooks to the bank on ${database.name}`, () => {
    let home: HouseUnderTest;
    let bank: Server;
    let url: string;
    let received: { headers: IncomingMessage['headers']; body: string; path: string }[];
    let answer: { status: number; headers?: Record<string, string> };
    let errors: object[];

    async function open(options: { types?: WebhookType[]; house?: Partial<House> } = {}): Promise<void> {
      home = await openHouse(database, {
        // The official verifier reads the real clock.
        now: Date.now(),
        source: ruleSet({ name: 'large', conditions: debitFrom('100') }),
        house: {
          webhooks: [
            { name: 'bank', url: `${url}/hooks`, keys: [webhookKey(NEW), webhookKey(OLD)], types: options.types },
          ],
          log: { debug() {}, info() {}, warn() {}, error: (fields) => errors.push(fields) },
          ...options.house,
        },
      });
    }

    beforeEach(async () => {
      received = [];
      errors = [];
      answer = { status: 204 };
      bank = createServer(async (req, res) => {
        let body = '';
        for await (const chunk of req) body += chunk;
        received.push({ headers: req.headers, body, path: req.url ?? '' });
        res.writeHead(answer.status, answer.headers).end();
      });
      await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(bank.address() as AddressInfo).port}`;
    });

    afterEach(async () => {
      await home.close();
      bank.closeAllConnections();
      await new Promise((resolve) => bank.close(resolve));
    });

    const tell = (occurrence: string, type: WebhookType = 'customer.stopped') =>
      home.inTransaction((trx) =>
        tellBank(home.house, trx, {
          type,
          entity: 'default',
          occurrence,
          at: home.clock.now,
          data: { entity: 'default', customerId: '1', covers: 'marketing' },
        }),
      );
    const all = () => readWebhooks(home.house, { limit: 50 });

    it('are signed so that the official library verifies them with each of the secrets', async () => {
      await open();
      await tell('a');
      expect(await deliverWebhooks(home.house)).to.equal(1);
      const [one] = received;
      for (const secret of [OLD, NEW]) {
        const verified = new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>);
        expect(verified).to.deep.include({ type: 'customer.stopped' });
      }
      const other = new Webhook(secretOf('another'));
      expect(() => other.verify(one?.body ?? '', one?.headers as Record<string, string>)).to.throw();
      expect((await all())[0]).to.include({ status: 'delivered', attempts: 1 });
      expect(await deliverWebhooks(home.house)).to.equal(0);
    });

    it('are made once for one occurrence, one for each endpoint that takes the type', async () => {
      await open({
        house: {
          webhooks: [
            { name: 'a', url, keys: [webhookKey(NEW)] },
            { name: 'b', url, keys: [webhookKey(NEW)], types: ['customer.stopped'] },
            { name: 'c', url, keys: [webhookKey(NEW)], types: ['alert.reply'] },
          ],
        },
      });
      await tell('x');
      await tell('x');
      expect((await all()).map(({ endpoint }) => endpoint).sort()).to.deep.equal(['a', 'b']);
      await deliverWebhooks(home.house);
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).to.equal(2);
    });

    it('are not made where what they tell is rolled back', async () => {
      await open();
      const failing = home.inTransaction(async (trx) => {
        const data = { entity: 'default', customerId: '1' };
        await tellBank(home.house, trx, { type: 'customer.started', entity: 'default', occurrence: 'x', at: 1, data });
        throw new Error('rolled back');
      });
      await failing.catch(() => undefined);
      expect(await all()).to.deep.equal([]);
    });

    it('come again under the same id, later and later for about a day, and then are dead until they are redriven', async () => {
      await open();
      answer = { status: 500 };
      await tell('a');
      const start = home.clock.now;
      for (let round = 0; round < 3 * 24 * 60 && received.length < WEBHOOK_ATTEMPTS; round++) {
        await deliverWebhooks(home.house);
        const [one] = await all();
        if (one?.status === 'pending') home.clock.now = Math.max(home.clock.now, one.notBefore);
      }
      expect(received).to.have.length(WEBHOOK_ATTEMPTS);
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).to.equal(1);
      expect((home.clock.now - start) / DAY).to.be.within(0.8, 1.2);
      const [dead] = await all();
      expect(dead).to.include({ status: 'dead', code: 'http-500' });
      expect(errors).to.have.length(1);
      expect(JSON.stringify(errors)).not.to.contain('127.0.0.1');
      answer = { status: 200 };
      expect(await redriveWebhooks(home.house, { webhookId: dead?.webhookId, actor: 'ops' })).to.equal(1);
      await deliverWebhooks(home.house);
      expect((await all())[0]).to.include({ status: 'delivered', attempts: 1 });
      const audit = await home.database.knex('lb_audit').where({ action: 'webhook-redriven' });
      expect(audit).to.have.length(1);
    });

    it('wait as long as the receiver asks', async () => {
      await open();
      answer = { status: 503, headers: { 'retry-after': '3600' } };
      await tell('a');
      await deliverWebhooks(home.house);
      const [one] = await all();
      expect(one?.notBefore).to.be.at.least(home.clock.now + 3_600_000);
    });

    it('follow no redirect', async () => {
      await open();
      answer = { status: 302, headers: { location: `${url}/elsewhere` } };
      await tell('a');
      await deliverWebhooks(home.house);
      expect(received.map(({ path }) => path)).to.deep.equal(['/hooks']);
      expect((await all())[0]).to.include({ status: 'pending', code: 'http-302' });
    });

    it('are taken by one of two replicas, and come again where that one died', async () => {
      await open();
      await tell('a');
      const tried = await Promise.all([deliverWebhooks(home.house), deliverWebhooks(home.house)]);
      expect(tried.sort()).to.deep.equal([0, 1]);
      await tell('b');
      await home.database
        .knex('lb_webhooks')
        .where({ status: 'pending' })
        .update({ attempts: 1, not_before: home.clock.now + 1_000 });
      expect(await deliverWebhooks(home.house), 'its lease runs').to.equal(0);
      home.clock.now += 1_000;
      expect(await deliverWebhooks(home.house)).to.equal(1);
    });

    it('of an endpoint that is gone are dead at once', async () => {
      await open();
      await tell('a');
      const house = { ...home.house, webhooks: [] };
      await deliverWebhooks(house);
      expect((await all())[0]).to.include({ status: 'dead', code: 'endpoint-unknown' });
      const code = await redriveWebhooks(home.house, { webhookId: 'wh_none', actor: 'x' }).catch((error) => error.code);
      expect(code).to.equal('webhook-unknown');
    });

    it('are kept for a month once they were taken, and dead ones for good', async () => {
      await open();
      await tell('a');
      await deliverWebhooks(home.house);
      await tell('b');
      await deliverWebhooks({ ...home.house, webhooks: [] });
      home.clock.now += 29 * DAY;
      expect(await purgeWebhooks(home.house)).to.equal(0);
      home.clock.now += 2 * DAY;
      expect(await purgeWebhooks(home.house)).to.equal(1);
      expect((await all()).map(({ status }) => status)).to.deep.equal(['dead']);
    });

    it('tell of alerts that reached no phone, once', async () => {
      const refusing = {
        name: 'gateway',
        adapter: { send: async () => ({ status: 'rejected' as const, code: 'barred' }) },
        processesIn: [],
      };
      await open({ house: { adapters: [refusing] } });
      await register(home);
      await home.commit(posted());
      const { leaving } = await claimAlerts(home.house, 'test', 10);
      await settleAttempts(home.house, await Promise.all(leaving.map((one) => sendAlert(home.house, one))));
      await reportUndelivered(home.house);
      await reportUndelivered(home.house);
      const made = await all();
      expect(made).to.have.length(1);
      const { type, data } = JSON.parse(made[0]?.body ?? '{}');
      expect(type).to.equal('alert.undelivered');
      expect(data).to.include({ rule: 'large', customerId: '1', status: 'failed', code: 'barred' });
      expect(made[0]?.body).not.to.contain('5550100');
    });

    it('are posted by the running service, until it stops', async () => {
      await open();
      const poster = startWebhookPoster(home.house, 10);
      try {
        await tell('a');
        await waitFor(() => received.length === 1, { what: 'the webhook' });
        await waitFor(async () => (await all())[0]?.status === 'delivered');
      } finally {
        await poster.stop();
      }
      await tell('b');
      expect((await all()).filter(({ status }) => status === 'pending')).to.have.length(1);
    });
  });
}
