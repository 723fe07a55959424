import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { expect } from 'chai';
import {
  CallbackRefused,
  type CallbackRequest,
  type SmsAdapter,
  type SmsMessage,
} from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { adapterToken, callbackAddresses, receiptToken, receiptUrl } from '../../src/flows/receipt-address.js';
import { listAlerts } from '../../src/store/outbox.js';
import { databases } from '../support/databases.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { openService, type ServiceUnderTest } from './service-under-test.js';

const SIGNING_KEY = 'what the provider signs with';
const send = async (message: SmsMessage) => ({ status: 'accepted' as const, providerId: `p-${message.alertId}` });

/** Reads `{ "receipts": [...], "inbound": [...] }`: a provider of our own making. */
const read = (request: CallbackRequest) => {
  try {
    return JSON.parse(request.body.toString());
  } catch {
    throw new CallbackRefused('callback-malformed', 'the body is no JSON');
  }
};
const open: SmsAdapter = {
  send,
  receipts: (request) => (request.method === 'GET' ? [{ state: 'delivered' }] : read(request).receipts),
  inbound: (request) => read(request).inbound,
};
const verify = (request: CallbackRequest): void => {
  const expected = createHmac('sha256', SIGNING_KEY).update(request.publicUrl).update(request.body).digest('hex');
  if (request.headers['x-signature'] !== expected)
    throw new CallbackRefused('callback-unverified', 'the signature is wrong');
};
const signed: SmsAdapter = {
  send,
  callbacks: 'signature',
  receipts: (request) => {
    verify(request);
    return read(request).receipts;
  },
  inbound: (request) => {
    verify(request);
    return read(request).inbound;
  },
  callbackAnswer: { status: 200, contentType: 'text/xml', body: '<Response/>' },
};
const broken: SmsAdapter = {
  send,
  receipts: () => {
    throw new TypeError('cannot read +12015550100 of undefined');
  },
};
const PUBLIC = 'https://alerts.bank.example/v1';

for (const database of databases) {
  describe(`callbacks of providers on ${database.name}`, () => {
    let service: ServiceUnderTest;
    let alertIds: string[];
    let logged: unknown[];

    beforeEach(async () => {
      logged = [];
      const note = (...said: unknown[]) => logged.push(said);
      const adapters = Object.entries({ open, signed, broken }).map(([name, adapter]) => ({
        name,
        adapter,
        processesIn: [],
      }));
      service = await openService(database, {
        source: ruleSet({ name: 'large', conditions: debitFrom('100') }),
        house: { adapters, publicUrl: PUBLIC, log: { debug: note, info: note, warn: note, error: note } },
      });
      await register(service);
      alertIds = [];
      for (let times = 0; times < 2; times++) {
        const result = await service.commit(posted());
        if (result.status === 'accepted') alertIds.push(result.alerts[0]?.id ?? '');
        const { leaving } = await claimAlerts(service.house, 'test', 10);
        await settleAttempts(service.house, await Promise.all(leaving.map((one) => sendAlert(service.house, one))));
      }
    });
    afterEach(() => service.close());

    const call = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const init =
        text === undefined
          ? {}
          : { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } };
      // Not held to the document: providers send parameters of their own.
      const response = await fetch(service.url + path, { redirect: 'manual', ...init });
      const answered = await response.text();
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: answered,
        body: answered.startsWith('{') ? JSON.parse(answered) : {},
      };
    };
    const sign = (path: string, body: unknown) => ({
      'x-signature': createHmac('sha256', SIGNING_KEY)
        .update(PUBLIC + path)
        .update(JSON.stringify(body))
        .digest('hex'),
    });
    const statuses = async () => {
      const alerts = await listAlerts(service.database, service.database.knex, { limit: 10 });
      return alertIds.map((id) => alerts.find(({ alertId }) => alertId === id)?.status);
    };
    const rows = (table: string) => service.database.knex(service.database.table(table));
    const perAlert = (id: string, adapter = 'open') =>
      `/receipts/${adapter}${new URL(receiptUrl(service.house.vault, PUBLIC, adapter, id)).search}`;
    const perAdapter = (kind: 'receipts' | 'inbound', adapter = 'open') =>
      `/${kind}/${adapter}?token=${adapterToken(service.house.vault, adapter, kind)}`;

    describe('with the token of one alert', () => {
      it('bring its receipt, by GET and by POST, once', async () => {
        const first = await call(perAlert(alertIds[0] as string));
        expect(first.body).to.deep.equal({ recorded: 1, duplicates: 0, unmatched: 0, ignored: 0 });
        expect((await call(perAlert(alertIds[0] as string))).body).to.include({ recorded: 0, duplicates: 1 });
        expect(await statuses()).to.deep.equal(['delivered', 'accepted']);
      });

      it('bring nothing of another alert, however many come in the call', async () => {
        const receipts = [
          { alertId: alertIds[1], state: 'failed' },
          { alertId: alertIds[0], state: 'delivered' },
          { alertId: 'al_other', state: 'failed' },
          { providerId: `p-${alertIds[0]}`, state: 'accepted' },
        ];
        const { body } = await call(perAlert(alertIds[0] as string), { receipts });
        expect(body).to.deep.equal({ recorded: 2, duplicates: 0, unmatched: 0, ignored: 2 });
        expect(await statuses()).to.deep.equal(['delivered', 'accepted']);
      });

      it('are refused where the alert, the adapter or the token was swapped', async () => {
        const token = receiptToken(service.house.vault, 'open', alertIds[0] as string);
        for (const path of [
          `/receipts/open?alert=${alertIds[1]}&token=${token}`,
          `/receipts/open?token=${token}`,
          `/receipts/open?alert=${alertIds[0]}`,
          `/receipts/open?alert=${alertIds[0]}&token=`,
          `/receipts/open?alert=${alertIds[0]}&alert=${alertIds[1]}&token=${token}`,
          `/receipts/open?alert=${alertIds[0]}&token=${token}&token=${token}`,
          `/receipts/signed?alert=${alertIds[0]}&token=${token}`,
          `/inbound/open?alert=${alertIds[0]}&token=${token}`,
          '/receipts/open',
          '/inbound/open',
        ]) {
          const answer = await call(path, { receipts: [{ alertId: alertIds[0], state: 'failed' }], inbound: [] });
          expect(answer.status, path).to.equal(401);
          expect(answer.body.code, path).to.equal('callback-unverified');
        }
        expect(await statuses()).to.deep.equal(['accepted', 'accepted']);
        expect(await rows('receipts')).to.deep.equal([]);
      });
    });

    describe('with the token of the adapter', () => {
      it('bring receipts by the ids that they name themselves', async () => {
        const receipts = [
          { alertId: alertIds[0], state: 'delivered' },
          { providerId: `p-${alertIds[1]}`, state: 'failed', code: 'absent' },
          { providerId: 'p-nobody', state: 'failed' },
        ];
        const { body } = await call(perAdapter('receipts'), { receipts });
        expect(body).to.deep.equal({ recorded: 3, duplicates: 0, unmatched: 1, ignored: 0 });
        expect(await statuses()).to.deep.equal(['delivered', 'failed']);
      });

      it('bring nothing of another kind, nor for another adapter', async () => {
        const token = adapterToken(service.house.vault, 'open', 'receipts');
        for (const path of [
          `/inbound/open?token=${token}`,
          `/receipts/signed?token=${token}`,
          `/receipts/broken?token=${token}`,
        ]) {
          expect((await call(path, { receipts: [], inbound: [] })).status, path).to.equal(401);
        }
      });

      it('bring what customers sent', async () => {
        const inbound = [{ providerId: 'i-1', from: '+12015550100', to: '8000', text: 'STOP' }];
        expect((await call(perAdapter('inbound'), { inbound })).body).to.deep.equal({ recorded: 1, duplicates: 0 });
        expect((await call(perAdapter('inbound'), { inbound })).body).to.deep.equal({ recorded: 0, duplicates: 1 });
        expect(await rows('stops')).to.have.length(1);
      });
    });

    describe('that the provider signs', () => {
      const receipts = () => ({ receipts: [{ alertId: alertIds[0], state: 'delivered' }] });

      it('need no token, and are answered in the provider’s own terms', async () => {
        const answer = await call('/receipts/signed', receipts(), sign('/receipts/signed', receipts()));
        expect(answer).to.include({ status: 200, type: 'text/xml', text: '<Response/>' });
        expect(await statuses()).to.deep.equal(['delivered', 'accepted']);
        const body = { inbound: [{ from: '+12015550100', to: '8000', text: 'hello' }] };
        expect((await call('/inbound/signed', body, sign('/inbound/signed', body))).status).to.equal(200);
        expect(await rows('inbound')).to.have.length(1);
      });

      it('are refused where the signature is wrong, and nothing of them is kept', async () => {
        const before = sign('/receipts/signed', receipts());
        const other = { receipts: [{ alertId: alertIds[1], state: 'failed' }] };
        for (const [path, body, headers] of [
          ['/receipts/signed', receipts(), {}],
          ['/receipts/signed', other, before],
          ['/receipts/signed?x=1', receipts(), before],
          ['/inbound/signed', receipts(), before],
        ] as [string, object, Record<string, string>][]) {
          const answer = await call(path, body, headers);
          expect(answer.status, path).to.equal(401);
          expect(answer.body.code).to.equal('callback-unverified');
        }
        for (const table of ['receipts', 'inbound', 'quarantine']) expect(await rows(table), table).to.deep.equal([]);
      });

      it('are refused with a wrong token beside a right signature, and with an alert that no token covers', async () => {
        for (const search of ['?token=wrong', `?alert=${alertIds[1]}`, `?alert=${alertIds[1]}&token=wrong`]) {
          const path = `/receipts/signed${search}`;
          expect((await call(path, receipts(), sign(path, receipts()))).status, search).to.equal(401);
        }
        const path = perAlert(alertIds[0] as string, 'signed');
        expect((await call(path, receipts(), sign(path, receipts()))).status).to.equal(200);
        expect((await call(path, receipts(), {})).status, 'the token alone is not enough').to.equal(401);
      });
    });

    it('that cannot be read are answered 400, and the next one is taken', async () => {
      const answer = await call(perAdapter('receipts'), 'not json');
      expect(answer.status).to.equal(400);
      expect(answer.body).to.include({ code: 'callback-malformed' });
      const receipts = [{ alertId: alertIds[0], state: 'delivered' }];
      expect((await call(perAdapter('receipts'), { receipts })).body.recorded).to.equal(1);
    });

    it('leave no secret, number or text in the log, also where an adapter fails', async () => {
      const token = adapterToken(service.house.vault, 'broken', 'receipts');
      const answer = await call(`/receipts/broken?token=${token}&msisdn=12015550100`, { receipts: [] });
      expect(answer.status).to.equal(500);
      expect(answer.text).not.to.contain('5550100');
      await call('/receipts/open?token=guessed-token', { receipts: [] });
      await call(perAdapter('inbound'), { inbound: [{ from: '+12015550100', to: '8000', text: 'very private' }] });
      expect(logged).to.have.length.above(0);
      const all = JSON.stringify(logged);
      for (const secret of [token, 'guessed-token', '5550100', 'very private', 'msisdn'])
        expect(all).not.to.contain(secret);
    });

    it('are answered 404 for adapters that read none, 405 for other methods, and 413 where they are too long', async () => {
      expect((await call('/inbound/broken')).status).to.equal(404);
      expect((await call('/receipts/nobody')).status).to.equal(404);
      const put = await service.fetch('/receipts/open', { method: 'PUT' });
      expect(put.status).to.equal(405);
      expect(put.headers.get('allow')).to.equal('GET, POST');
      const long = await call(perAdapter('receipts'), `"${'x'.repeat(300_000)}"`);
      expect(long.status).to.equal(413);
    });

    it('are held to the document', async () => {
      const answer = await service.fetch(perAdapter('inbound'), {
        method: 'POST',
        body: JSON.stringify({ inbound: [] }),
      });
      expect(answer.status).to.equal(200);
      expect((await service.fetch('/inbound/open?token=x')).status).to.equal(401);
    });

    it('that break off in the middle leave nothing', async () => {
      const { port } = new URL(service.url);
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(
            `POST /v1${perAdapter('receipts')} HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"receipts":[`,
          );
          socket.end(() => resolve());
        });
        socket.on('error', () => resolve());
      });
      const receipts = [{ alertId: alertIds[0], state: 'delivered' }];
      expect((await call(perAdapter('receipts'), { receipts })).body.recorded).to.equal(1);
      expect(await rows('receipts')).to.have.length(1);
    });

    it('have addresses that are printed for the provider, and work', async () => {
      const [first, , third] = callbackAddresses(service.house, PUBLIC);
      expect(third).to.have.keys('adapter', 'receipts');
      for (const address of [first?.receipts, first?.inbound]) {
        const path = String(address).slice(PUBLIC.length);
        expect((await call(path, { receipts: [], inbound: [] })).status, path).to.equal(200);
      }
    });
  });
}
