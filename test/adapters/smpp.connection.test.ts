/** The SMPP adapter's connection: the window, silence, loss, coming back, and taking leave. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SmppConfig } from '../../adapters/sms/smpp/index.js';
import type { SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import { waitFor } from '../support/wait-for.js';
import { closedPort, startSocketServer } from './fake-provider.js';
import { Adapters, type AnyPdu, type Operator, refuse, startOperator } from './smpp-operator.js';
import { MESSAGE } from './sms-contract.js';

describe('the SMPP adapter keeps a connection', () => {
  const adapters = new Adapters();
  let operator: Operator;

  beforeEach(async () => {
    operator = await startOperator();
  });
  afterEach(async () => {
    await adapters.close();
    await operator.stop();
  });

  const create = (config: Partial<SmppConfig> = {}) => adapters.create({ port: operator.port, ...config });
  const message = (own: Partial<SmsMessage> = {}): SmsMessage => ({ ...MESSAGE, ...own });
  /** Keeps the answers back until they are asked for. */
  const hold = () => {
    const held: (() => void)[] = [];
    const answer = operator.onSubmit;
    operator.onSubmit = (pdu, session) => void held.push(() => answer(pdu, session));
    return held;
  };
  const texts = () => operator.submits.map(({ short_message }) => short_message.message);

  describe('with a window', () => {
    it('that leaves no more submits unanswered than it is wide', async () => {
      const held = hold();
      const adapter = create({ window: 3, waitMs: 2000, responseMs: 2000 });
      const sent = Array.from({ length: 10 }, () => adapter.send(message()));
      for (let answered = 0; answered < 10; answered += 1) {
        await operator.submitted(Math.min(10, answered + 3));
        expect(operator.submits).to.have.length(Math.min(10, answered + 3));
        held[answered]?.();
      }
      const outcomes = await Promise.all(sent);
      expect(outcomes.every(({ status }) => status === 'accepted')).to.equal(true);
    });

    it('in which a message waits only so long, and was then certainly not sent', async () => {
      hold();
      const adapter = create({ window: 1, waitMs: 100, responseMs: 1000 });
      const [first, second] = [adapter.send(message()), adapter.send(message())];
      expect(await second).to.deep.equal({ status: 'retryable', code: 'smpp-window-full' });
      expect((await first).status).to.equal('unknown');
      expect(operator.submits).to.have.length(1);
    });

    it('into which a confirmation code goes before marketing that came earlier', async () => {
      const held = hold();
      const adapter = create({ window: 1, waitMs: 2000, responseMs: 2000 });
      const sent = [adapter.send(message({ text: 'first' }))];
      await operator.submitted(1);
      for (const lane of ['marketing', 'service', 'otp'] as const)
        sent.push(adapter.send(message({ lane, text: lane })));
      for (let answered = 0; answered < 4; answered += 1) {
        await operator.submitted(answered + 1);
        held[answered]?.();
      }
      await Promise.all(sent);
      expect(texts()).to.deep.equal(['first', 'otp', 'service', 'marketing']);
    });

    it('whose answers may come in any order', async () => {
      const held: { pdu: AnyPdu; answer(): void }[] = [];
      operator.onSubmit = (pdu, session) =>
        void held.push({
          pdu,
          answer: () => session.send(pdu.response({ message_id: `id-${pdu.short_message.message}` })),
        });
      const adapter = create();
      const sent = ['a', 'b', 'c'].map((text) => adapter.send(message({ text })));
      await operator.submitted(3);
      for (const { answer } of held.reverse()) answer();
      const ids = (await Promise.all(sent)).map((outcome) => 'providerId' in outcome && outcome.providerId);
      expect(ids).to.deep.equal(['id-a', 'id-b', 'id-c']);
    });

    it('that a message never answered leaves again', async () => {
      operator.onSubmit = (pdu, session) => {
        if (operator.submits.length > 1) session.send(pdu.response({ message_id: '2' }));
      };
      const adapter = create({ window: 1, waitMs: 1000 });
      const outcomes = await Promise.all([adapter.send(message()), adapter.send(message())]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['unknown', 'accepted']);
    });
  });

  it('settles a message whose answer came too late', async () => {
    const held = hold();
    const adapter = create();
    expect((await adapter.send(message())).status).to.equal('unknown');
    held[0]?.();
    await waitFor(() => adapters.received.receipts.length > 0, { what: 'the late answer' });
    expect(adapters.received.receipts).to.deep.equal([
      { alertId: MESSAGE.alertId, providerId: '1', state: 'accepted', code: 'smpp-late-response' },
    ]);
  });

  it('settles a message whose refusal came too late', async () => {
    const held: (() => void)[] = [];
    operator.onSubmit = (pdu, session) => void held.push(() => refuse('ESME_RINVDSTADR')(pdu, session));
    expect((await create().send(message())).status).to.equal('unknown');
    held[0]?.();
    await waitFor(() => adapters.received.receipts.length > 0, { what: 'the late answer' });
    expect(adapters.received.receipts).to.deep.equal([
      { alertId: MESSAGE.alertId, state: 'failed', code: 'smpp-rinvdstadr' },
    ]);
  });

  it('shows that it lives, and asks whether the SMSC does', async () => {
    await create({ enquireLinkMs: 100 }).open?.();
    await waitFor(() => operator.enquiries >= 3, { what: 'three enquiries' });
    let answered = false;
    (operator.sessions[0] as unknown as { enquire_link(done: () => void): void }).enquire_link(() => {
      answered = true;
    });
    await waitFor(() => answered, { what: 'our answer' });
    expect(operator.binds).to.have.length(1);
  });

  it('gives up an SMSC that is silent, and connects again', async () => {
    operator.onEnquiry = () => {};
    await create({ enquireLinkMs: 100 }).open?.();
    await waitFor(() => operator.binds.length >= 2, { what: 'a second bind' });
  });

  it('writes nothing more to an SMSC that has fallen silent: few messages become unknown', async () => {
    operator.onEnquiry = () => {};
    operator.onSubmit = () => {};
    const adapter = create({ window: 2, waitMs: 500 });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => adapter.send(message())));
    expect(operator.submits).to.have.length(2);
    expect(outcomes.filter(({ status }) => status === 'unknown')).to.have.length(2);
    expect(outcomes.filter(({ status }) => status === 'retryable')).to.have.length(18);
  });

  it('goes on with an SMSC that leaves one message unanswered but lives', async () => {
    const answer = operator.onSubmit;
    operator.onSubmit = (pdu, session) => {
      if (operator.submits.length > 1) answer(pdu, session);
    };
    const adapter = create();
    expect((await adapter.send(message())).status).to.equal('unknown');
    expect((await adapter.send(message())).status).to.equal('accepted');
    expect(operator.binds).to.have.length(1);
  });

  it('comes back after the SMSC was away, without being asked', async () => {
    const adapter = create();
    expect((await adapter.send(message())).status).to.equal('accepted');
    await operator.stop();
    // Until the loss is noticed, a message may still be written.
    await waitFor(async () => (await adapter.send(message())).status === 'retryable', { what: 'the loss' });
    operator = await startOperator({ port: operator.port });
    await waitFor(() => operator.binds.length > 0, { what: 'a new bind' });
    expect((await adapter.send(message())).status).to.equal('accepted');
  });

  it('binds anew where the SMSC has forgotten that it is bound', async () => {
    const accept = operator.onSubmit;
    operator.onSubmit = refuse('ESME_RINVBNDSTS');
    const adapter = create();
    expect(await adapter.send(message())).to.deep.equal({ status: 'retryable', code: 'smpp-rinvbndsts' });
    operator.onSubmit = accept;
    expect((await adapter.send(message())).status).to.equal('accepted');
    expect(operator.binds).to.have.length(2);
  });

  it('comes back after the SMSC unbinds', async () => {
    await create().open?.();
    const [session] = operator.sessions as unknown as { unbind(done: () => void): void }[];
    let answered = false;
    session?.unbind(() => {
      answered = true;
    });
    await waitFor(() => operator.binds.length === 2, { what: 'a new bind' });
    expect(answered).to.equal(true);
  });

  it('fails to open where the SMSC is away, says why, and goes on trying', async () => {
    const port = await closedPort();
    const adapter = adapters.create({ port });
    const failure = await adapter.open?.().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'connection-refused' });
    await operator.stop();
    operator = await startOperator({ port });
    await waitFor(() => operator.binds.length > 0, { what: 'a bind' });
  });

  it('waits long before it binds again where the SMSC refused', async () => {
    operator.onBind = (pdu, session) => void session.send(pdu.response({ command_status: 0x0e }));
    const adapter = create({ reconnectMs: 10, reconnectMaxMs: 60_000 });
    await adapter.open?.().catch(() => undefined);
    expect((await adapter.send(message())).status).to.equal('retryable');
    expect(operator.binds).to.have.length(1);
  });

  it('takes leave of the SMSC, after what is under way', async () => {
    const held = hold();
    const adapter = create({ responseMs: 2000 });
    const sent = adapter.send(message());
    await operator.submitted(1);
    const closed = adapter.close?.();
    expect(operator.unbinds).to.equal(0);
    held[0]?.();
    expect((await sent).status).to.equal('accepted');
    await closed;
    expect(operator.unbinds).to.equal(1);
    await waitFor(() => operator.sessions.length === 0, { what: 'the end of the connection' });
    expect(await adapter.send(message())).to.deep.equal({ status: 'retryable', code: 'smpp-closed' });
  });

  it('closes while it connects, and while it waits to connect', async () => {
    const silent = await startSocketServer(() => {});
    const connecting = adapters.create({ port: silent.port, responseMs: 60_000 });
    const waiting = adapters.create({ port: await closedPort(), reconnectMs: 60_000, reconnectMaxMs: 60_000 });
    const opened = [connecting.open?.(), waiting.open?.()].map((one) => one?.catch((error) => error.code));
    await opened[1];
    await Promise.all([connecting.close?.(), waiting.close?.()]);
    expect(await opened[0]).to.equal('closed');
    await silent.stop();
  });

  it('uses two connections where the SMSC wants one for each direction', async () => {
    const adapter = create({ bind: 'transmitter-receiver' });
    expect((await adapter.send(message())).status).to.equal('accepted');
    await waitFor(() => operator.binds.length === 2, { what: 'two binds' });
    expect(operator.binds.map(({ command }) => command).sort()).to.deep.equal(['bind_receiver', 'bind_transmitter']);
    await adapter.close?.();
    expect(operator.unbinds).to.equal(2);
  });

  it('drops a connection on which something else than SMPP is spoken', async () => {
    let connections = 0;
    const server = await startSocketServer((socket) => {
      connections += 1;
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const outcome = await adapters.create({ port: server.port }).send(message());
    expect(outcome).to.include({ status: 'retryable' });
    expect(connections).to.be.greaterThan(1);
    await server.stop();
  });

  it('reads packets however the network cuts them', async () => {
    const chunks: Buffer[] = [];
    const server = await startSocketServer((socket) => {
      socket.setNoDelay(true);
      socket.on('data', (bytes) => {
        chunks.push(bytes);
        const answer = Buffer.from('00000015800000090000000000000001736d736300', 'hex');
        const submitted = Buffer.from('00000013800000040000000000000002373700', 'hex');
        const whole = chunks.length === 1 ? answer : submitted;
        for (const byte of whole) socket.write(Buffer.from([byte]));
      });
    });
    const outcome = await adapters.create({ port: server.port }).send(message());
    expect(outcome).to.deep.equal({ status: 'accepted', providerId: '77' });
    await server.stop();
  });

  describe('with TLS', () => {
    let folder: string;
    let key: string;
    let cert: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'ledgerbell-smpp-'));
      const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=smsc.example', '-addext', 'subjectAltName=DNS:smsc.example'];
      execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
        stdio: 'ignore',
      });
      key = readFileSync(join(folder, 'key.pem'), 'utf8');
      cert = readFileSync(join(folder, 'cert.pem'), 'utf8');
    });
    after(() => rmSync(folder, { recursive: true }));

    const sendTo = async (tls: SmppConfig['tls']): Promise<SendOutcome> => {
      const secure = await startOperator({ key, cert });
      try {
        return await adapters.create({ port: secure.port, tls }).send(message());
      } finally {
        await adapters.close();
        await secure.stop();
      }
    };

    it('sends where the certificate is trusted and names the SMSC', async () => {
      expect((await sendTo({ authority: cert, serverName: 'smsc.example' })).status).to.equal('accepted');
    });

    it('sends nothing where the certificate is not trusted', async () => {
      expect(await sendTo({ serverName: 'smsc.example' })).to.deep.equal({
        status: 'retryable',
        code: 'smpp-tls-failed',
      });
      expect(await sendTo(true)).to.deep.equal({ status: 'retryable', code: 'smpp-tls-failed' });
    });

    it('sends nothing where the certificate names another', async () => {
      const outcome = await sendTo({ authority: cert, serverName: 'other.example' });
      expect(outcome).to.deep.equal({ status: 'retryable', code: 'smpp-tls-failed' });
    });
  });
});
