import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { callbackAddresses } from '../../src/flows/receipt-address.js';
import { type AppUnderTest, openApp, PHONE } from '../bad-input/app-under-test.js';
import { databases } from '../support/databases.js';
import { debitFrom } from '../support/rules.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = `whsec_${Buffer.from('what the desk verifies us with').toString('base64')}`;
const PUBLIC = 'https://alerts.bank.example/v1';

/** A provider of the bank's own: it says what it sent on a connection of its own, and reads JSON. */
const ADAPTER = `
export default {
  name: 'desk',
  configSchema: { type: 'object', additionalProperties: false, properties: {} },
  processesIn: () => [],
  create: (config, tools) => ({
    async send(message) {
      globalThis.sentByDesk.push(message);
      if (message.text.includes('echo')) await tools.receive({ inbound: [{ from: message.to, to: '8000', text: 'HELP' }] });
      return { status: 'accepted', providerId: message.alertId };
    },
    receipts: (request) => JSON.parse(request.body.toString()),
    inbound: (request) => JSON.parse(request.body.toString()),
  }),
};
`;

for (const database of databases) {
  describe(`a reply, from the phone to the bank, on ${database.name}`, () => {
    let service: AppUnderTest;
    let desk: Server;
    let told: { type: string; data: Record<string, unknown> }[];
    let folder: string;
    const sent: { to: string; text: string; alertId: string }[] = [];

    before(async () => {
      (globalThis as { sentByDesk?: unknown }).sentByDesk = sent;
      told = [];
      desk = createServer(async (req, res) => {
        let body = '';
        for await (const chunk of req) body += chunk;
        told.push(new Webhook(SECRET).verify(body, req.headers as Record<string, string>) as (typeof told)[number]);
        res.writeHead(204).end();
      });
      await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
      folder = mkdtempSync(join(tmpdir(), 'ledgerbell-replies-'));
      const rule = (name: string, text: string, other: object) => {
        mkdirSync(join(folder, 'rules', name), { recursive: true });
        const event = { type: 'sms', params: { message: name } };
        const base = {
          name,
          description: name,
          on: ['transaction.posted'],
          topic: name,
          lane: 'security',
          fires: 'each',
        };
        writeFileSync(join(folder, 'rules', name, 'rule.json'), JSON.stringify({ ...base, event, ...other }));
        writeFileSync(
          join(folder, 'rules', name, 'messages.json'),
          JSON.stringify({ en: { [name]: { text, discreet: text } } }),
        );
      };
      rule('asks', 'A large payment was made. Was it you? Reply YES or NO.', {
        conditions: debitFrom('100'),
        reply: { window: 'PT24H' },
      });
      const tiny = { all: [{ fact: 'transaction', path: '$.kind', operator: 'equal', value: 'fee' }] };
      rule('echo', 'A fee was taken, echo.', { conditions: tiny });
      writeFileSync(
        join(folder, 'rules', 'topics.json'),
        JSON.stringify({ asks: { consent: 'opt-out' }, echo: { consent: 'opt-out' } }),
      );
      writeFileSync(join(folder, 'desk.mjs'), ADAPTER);
      service = await openApp(database, {
        config: {
          http: { host: '127.0.0.1', port: 0, publicUrl: PUBLIC },
          rules: [join(folder, 'rules')],
          sms: { senders: { default: '8000' }, adapters: [{ use: join(folder, 'desk.mjs') }] },
          webhooks: {
            endpoints: [
              { name: 'desk', url: `http://127.0.0.1:${(desk.address() as AddressInfo).port}/`, secrets: [SECRET] },
            ],
          },
          replies: { name: 'Test Bank', contact: { en: 'Write to us in the app.' } },
        },
      });
      await service.register('7');
    });

    after(async () => {
      await service.close();
      desk.closeAllConnections();
      await new Promise((resolve) => desk.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    });

    const event = (id: string, kind: string, amount: string) => ({
      specversion: '1.0',
      id,
      source: 'core',
      type: 'transaction.posted',
      time: new Date().toISOString(),
      data: { accountId: '7', direction: 'debit', amount, currency: 'EUR', kind },
    });
    const inbound = async (messages: object[]): Promise<number> => {
      const [addresses] = callbackAddresses(service.app.house, PUBLIC);
      const address = `${service.url}/v1${addresses?.inbound?.slice(PUBLIC.length)}`;
      return (await fetch(address, { method: 'POST', body: JSON.stringify(messages) })).status;
    };

    it('goes by the address of the provider, onto the trace, and signed to the desk', async () => {
      const { body } = await service.send(event('pay-1', 'transfer', '500.00'));
      const alertId = body.results[0].alerts[0].id;
      await service.settled(alertId, 'accepted');
      expect(await inbound([{ providerId: 'm-1', from: PHONE, to: '8000', text: 'No.' }])).to.equal(200);
      const webhook = await waitFor(() => told.find(({ type }) => type === 'alert.reply'), { what: 'the webhook' });
      expect(webhook.data).to.include({ alertId, answer: 'no', standing: 'first', customerId: '7' });
      const { replies } = (await service.ask('GET', `/alerts/${alertId}`)).body;
      expect(replies).to.have.length(1);
      await waitFor(async () => (await service.ask('GET', '/webhooks?status=delivered')).body.items.length === 1);
    });

    it('over a connection of the adapter is answered as well', async () => {
      await service.send(event('fee-1', 'fee', '1.00'));
      const help = await waitFor(() => sent.find(({ text }) => text.includes('Write to us')), { what: 'the answer' });
      expect(help).to.include({
        to: PHONE,
        text: 'Test Bank: Write to us in the app. STOP ends messages that you may end.',
      });
    });

    it('STOP is told to the desk, and what comes later stays here', async () => {
      expect(await inbound([{ providerId: 'm-2', from: PHONE, to: '8000', text: 'Unsubscribe' }])).to.equal(200);
      await waitFor(() => told.some(({ type }) => type === 'customer.stopped'), { what: 'the webhook' });
      const { body } = await service.send(event('pay-2', 'transfer', '500.00'), { id: 'm2' });
      expect(body.results[0].alerts[0]).to.include({ status: 'suppressed', reason: 'stopped' });
    });

    it('with a secret of the configuration in it is not shown', async () => {
      const { body } = await service.ask('GET', '/config');
      expect(JSON.stringify(body)).not.to.contain(SECRET);
      expect(body.webhooks.endpoints[0]).to.include({ name: 'desk' });
      expect(body.webhooks.endpoints[0].secrets).to.deep.equal(['***']);
    });
  });
}
