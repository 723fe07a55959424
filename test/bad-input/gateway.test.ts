/** A gateway that is slow, refuses, answers nonsense or hangs: events are answered all the same, and no alert is lost or sent twice. */
import { createServer } from 'node:http';
import { expect } from 'chai';
import { closedPort, type FakeProvider, startFakeProvider, startSocketServer } from '../adapters/fake-provider.js';
import { databases } from '../support/databases.js';
import { waitFor } from '../support/wait-for.js';
import { type AppUnderTest, event, GATEWAY_PASSWORD, openApp } from './app-under-test.js';

const ACCEPTED = { status: 202, body: '0: Accepted for delivery' };
const MINUTE = 60_000;

/** What the gateway does, and what the alert becomes by it. */
const ANSWERS: [what: string, status: number, body: string, becomes: string, code: string][] = [
  [
    'refuses the number',
    403,
    'Number(s) has/have been denied by white- and/or black-lists.',
    'failed',
    'kannel-403-number-denied',
  ],
  ['refuses the login', 403, 'Authorization failed for sendsms', 'failed', 'kannel-403-authorization-failed'],
  ['answers a web page', 200, '<html>Welcome to the hotel</html>', 'unknown', 'kannel-200-unreadable'],
  ['answers nonsense with a 202', 202, '\u0000\u0001 7: ???', 'unknown', 'kannel-202-unreadable'],
  ['answers an error of its own', 500, 'Internal Server Error', 'unknown', 'kannel-500-unreadable'],
  ['sends us elsewhere', 302, '', 'unknown', 'kannel-302-unreadable'],
];

for (const database of databases) {
  describe(`a gateway that misbehaves on ${database.name}`, () => {
    let gateway: FakeProvider;
    let home: AppUnderTest;
    let account = 0;

    before(async () => {
      gateway = await startFakeProvider();
      home = await open(gateway.baseUrl);
    });
    after(async () => {
      await home?.close();
      await gateway?.stop();
    });

    function open(baseUrl: string): Promise<AppUnderTest> {
      const kannel = { use: 'kannel', baseUrl, username: 'u', password: GATEWAY_PASSWORD };
      const sms = { senders: { default: 'BANK' }, adapters: [kannel] };
      return openApp(database, { config: { sms, delivery: { attemptSeconds: 0.4 } } });
    }

    /** One alert of an account of its own; the answer does not wait for the gateway. */
    async function alert(at: AppUnderTest = home): Promise<string> {
      account += 1;
      await at.register(`a${account}`);
      const time = new Date(at.clock.now()).toISOString();
      const { status, body } = await at.send(event({ time, data: { accountId: `a${account}` } }));
      expect([status, body.results[0].alerts.length]).to.deep.equal([200, 1]);
      expect(body.results[0].alerts[0].status).to.equal('queued');
      return body.results[0].alerts[0].id;
    }

    /** Lets every retry come due, and the outbox be looked at. */
    async function later(at: AppUnderTest): Promise<void> {
      at.clock.ahead += 20 * MINUTE;
      const id = await alert(at);
      await at.settled(id, 'accepted');
    }

    for (const [what, status, body, becomes, code] of ANSWERS) {
      it(`${what}: the alert is ${becomes}, says ${code}, and is not sent again`, async () => {
        gateway.behave({ status, body });
        const id = await alert();
        const trace = await home.settled(id, becomes);
        expect(trace.alert.code).to.equal(code);
        const asked = gateway.asked.length;
        gateway.behave(ACCEPTED);
        await later(home);
        expect(gateway.asked, 'asked once more, for the other alert').to.have.length(asked + 1);
        expect((await home.settled(id, becomes)).alert.attempts).to.equal(1);
      });
    }

    it('is slow: alerts are accepted, and events are answered meanwhile', async () => {
      const waiting: (() => void)[] = [];
      gateway.behave((response) => {
        waiting.push(() => response.writeHead(202).end(ACCEPTED.body));
      });
      const ids = [await alert(), await alert()];
      await waitFor(() => waiting.length === 2, { what: 'both requests' });
      expect((await home.send(event())).status).to.equal(200);
      for (const answer of waiting) answer();
      for (const id of ids) await home.settled(id, 'accepted');
    });

    it('hangs: the alert is unknown, and is not sent again', async () => {
      gateway.behave(() => {});
      const id = await alert();
      const trace = await home.settled(id, 'unknown');
      expect(trace.alert.code).to.equal('kannel-timeout');
      const asked = gateway.asked.length;
      gateway.behave(ACCEPTED);
      await later(home);
      expect(gateway.asked).to.have.length(asked + 1);
      await home.settled(id, 'unknown');
    });

    it('hangs up in the middle of its answer: the alert is unknown', async () => {
      gateway.behave((response) => {
        response.writeHead(202, { 'content-length': '1000' });
        response.write('0: Accep');
        setImmediate(() => response.destroy());
      });
      expect((await home.settled(await alert(), 'unknown')).alert.code).to.match(
        /^kannel-(truncated|connection-reset)$/,
      );
    });

    it('is overloaded and says when to come back: the alert stays queued, and leaves then', async () => {
      gateway.behave({ status: 503, body: 'Temporal failure', headers: { 'retry-after': '600' } });
      const id = await alert();
      const trace = await waitFor(async () => {
        const { body } = await home.ask('GET', `/alerts/${id}`);
        return body.alert.attempts === 1 && body.alert.status === 'queued' && body;
      });
      expect(trace.alert.code).to.equal('kannel-503-temporary-failure');
      expect(Date.parse(trace.alert.notBefore) - home.clock.now()).to.be.within(9 * MINUTE, 11 * MINUTE);
      gateway.behave(ACCEPTED);
      await later(home);
      expect((await home.settled(id, 'accepted')).alert.attempts).to.equal(2);
    });

    it('refuses connections: the alert stays queued, and leaves once somebody answers', async () => {
      const port = await closedPort();
      const away = await open(`http://127.0.0.1:${port}`);
      try {
        const id = await alert(away);
        const trace = await waitFor(async () => {
          const { body } = await away.ask('GET', `/alerts/${id}`);
          return body.alert.attempts > 0 && body.alert.status === 'queued' && body;
        });
        expect(trace.alert.code).to.equal('kannel-connection-refused');
        const opened = createServer((_request, response) => response.writeHead(202).end(ACCEPTED.body));
        await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
        away.clock.ahead += 30 * MINUTE;
        await away.settled(id, 'accepted');
        opened.close();
      } finally {
        await away.close();
      }
    });

    it('speaks no HTTP: the alert is unknown, since the request left', async () => {
      const server = await startSocketServer((socket) => socket.end('220 mail.example ESMTP\r\n'));
      const odd = await open(`http://127.0.0.1:${server.port}`);
      try {
        const trace = await odd.settled(await alert(odd), 'unknown');
        expect(trace.alert.code).to.equal('kannel-answer-malformed');
      } finally {
        await odd.close();
        await server.stop();
      }
    });
  });
}
