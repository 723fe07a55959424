import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { webhookKey } from '../../src/http/signature/webhook-secret.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';

const SECRET = `whsec_${Buffer.from('the secret the bank verifies us with').toString('base64')}`;

for (const database of databases) {
  describe(`telling the bank on ${database.name}`, () => {
    let home: HouseUnderTest;
    let bank: Server;
    let received: { headers: IncomingMessage['headers']; body: string }[];
    let status: number;

    beforeEach(async () => {
      received = [];
      status = 204;
      bank = createServer(async (req, res) => {
        let body = '';
        for await (const chunk of req) body += chunk;
        received.push({ headers: req.headers, body });
        res.writeHead(status).end();
      });
      await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(bank.address() as AddressInfo).port}/alerts`;
      home = await openHouse(database, {
        // The official verifier reads the real clock.
        now: Date.now(),
        source: ruleSet({ name: 'laundering', notify: 'bank', conditions: debitFrom('100') }),
        house: {
          webhooks: [{ name: 'bank', url, keys: [webhookKey(SECRET)] }],
        },
      });
    });

    afterEach(async () => {
      await home.close();
      bank.closeAllConnections();
      await new Promise((resolve) => bank.close(resolve));
    });

    async function deliver(): Promise<void> {
      const { leaving } = await claimAlerts(home.house, 'test', 10);
      await settleAttempts(home.house, await Promise.all(leaving.map((one) => sendAlert(home.house, one))));
    }

    it('semantics line twenty-five: a rule for the bank posts a signed webhook, and tells no customer', async () => {
      await home.commit(posted());
      await deliver();
      const [one] = received;
      if (one === undefined) throw new Error('the bank was not told');
      const verified = new Webhook(SECRET).verify(one.body, one.headers as Record<string, string>) as {
        type: string;
        data: { rule: string; subject: string };
      };
      expect(verified.type).to.equal('alert.raised');
      expect(verified.data).to.include({ rule: 'laundering', subject: 'account:7' });
      expect(one.body).not.to.contain('150');
      const [alert] = await listAlerts(home.database, home.database.knex, { limit: 1 });
      expect(alert).to.include({ status: 'accepted', notify: 'bank' });
      expect(alert?.customerId).to.equal(undefined);
    });

    it('comes again with the same id until the bank takes it', async () => {
      status = 503;
      await home.commit(posted());
      await deliver();
      status = 204;
      home.clock.now += 3_600_000;
      await deliver();
      expect(received).to.have.length(2);
      expect(received[0]?.headers['webhook-id']).to.equal(received[1]?.headers['webhook-id']);
    });
  });
}
