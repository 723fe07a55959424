/** The Kannel adapter against a real Kannel: what leaves at its far side, and the receipts it really sends. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import kannel, { type KannelConfig } from '../../adapters/sms/kannel/index.js';
import type { Receipt, SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import { createHttp } from '../../src/flows/http-client.js';
import { type Kannel, startKannel } from '../support/kannel.js';
import type { SmscMessage } from '../support/smsc.js';
import { waitFor } from '../support/wait-for.js';
import { MESSAGE, toolsFor } from './sms-contract.js';

/** A token with every kind of percent escape that Kannel would misread if it were not doubled. */
const TOKEN = 'a/b%D0 %d%A&õ=';

describe('the Kannel adapter with a real Kannel', () => {
  let gateway: Kannel;
  let callbacks: Server;
  let receipts: Receipt[];
  let tokens: (string | null)[];

  before(async function () {
    const started = await startKannel();
    if ('unavailable' in started) {
      console.log(`    skipped: ${started.unavailable}`);
      this.skip();
    }
    gateway = started;
    callbacks = createServer((request, response) => {
      const { method = '', url = '', headers } = request;
      const query = new URL(url, 'http://localhost').searchParams;
      tokens.push(query.get('token'));
      receipts.push(
        ...(adapter().receipts?.({ method, url, publicUrl: url, query, headers, body: Buffer.alloc(0) }) ?? []),
      );
      response.end();
    });
    await new Promise<void>((resolve) => callbacks.listen(0, '127.0.0.1', resolve));
  });
  after(async () => {
    await gateway?.stop();
    callbacks?.close();
  });
  beforeEach(() => {
    receipts = [];
    tokens = [];
    gateway.smsc.messages.length = 0;
    gateway.smsc.answer = () => 'accept';
    gateway.smsc.receipt = 'DELIVRD';
  });

  const adapter = (own: Partial<KannelConfig> = {}) => {
    const { host, port, username, password } = gateway.sendsms;
    const config = { baseUrl: `http://${host}:${port}`, username, password, ...own };
    const query = (alert: string) => new URLSearchParams({ alert, token: TOKEN });
    const receiptUrl = (alertId: string) =>
      `http://127.0.0.1:${(callbacks.address() as AddressInfo).port}/v1/receipts/kannel?${query(alertId)}`;
    return kannel.create(config, toolsFor({ http: createHttp(), now: Date.now, receiptUrl }));
  };
  const send = (message: Partial<SmsMessage>): Promise<SendOutcome> => adapter().send({ ...MESSAGE, ...message });
  const arrived = async (message: Partial<SmsMessage>): Promise<SmscMessage> => {
    expect(await send(message)).to.deep.equal({ status: 'accepted' });
    return gateway.smsc.waitFor(({ to }) => to.endsWith(MESSAGE.to.slice(1)));
  };
  const receiptOf = (state: Receipt['state'], alertId = MESSAGE.alertId) =>
    waitFor(() => receipts.find((one) => one.state === state && one.alertId === alertId), {
      what: `a ${state} receipt`,
    });

  const texts: [string, string, SmsMessage['encoding'], number][] = [
    ['an English text', 'Withdrawal of 1000.00 EUR + 5% fee & more = "gone" #1 @home', 'gsm-7', 1],
    ['an Estonian text', 'Makse õnnestus: 20,00 € läks šampooni eest žürii kontole', 'ucs-2', 1],
    ['160 characters', 'x'.repeat(160), 'gsm-7', 1],
    ['161 characters', 'x'.repeat(161), 'gsm-7', 2],
    ['80 euro signs', '€'.repeat(80), 'gsm-7', 1],
    ['81 euro signs', '€'.repeat(81), 'gsm-7', 2],
    ['70 Estonian characters', 'õ'.repeat(70), 'ucs-2', 1],
    ['71 Estonian characters', 'õ'.repeat(71), 'ucs-2', 2],
    ['braces, backslash and tilde', '{[~|\\^]}', 'gsm-7', 1],
  ];
  for (const [what, text, encoding, parts] of texts) {
    it(`brings ${what} to the operator letter by letter, in ${parts} part(s)`, async () => {
      const message = await arrived({ text, encoding });
      expect(message).to.include({ text, parts, from: 'BANK', dataCoding: encoding === 'gsm-7' ? 0 : 8 });
    });
  }

  it('is told of the delivery at an address that comes back unharmed, with the id the operator gave', async () => {
    const message = await arrived({ alertId: 'alert-delivered' });
    const receipt = await receiptOf('delivered', 'alert-delivered');
    expect(receipt).to.deep.equal({
      alertId: 'alert-delivered',
      providerId: message.id,
      state: 'delivered',
      code: 'delivrd',
    });
    expect(new Set(tokens)).to.deep.equal(new Set([TOKEN]));
  });

  it('is told once of a text of several parts: Kannel asks for the receipt of one part only', async () => {
    gateway.smsc.receipt = undefined;
    const sent = await arrived({ text: 'x'.repeat(400), alertId: 'alert-long' });
    expect(sent.parts).to.equal(3);
    const receipt = await receiptOf('accepted', 'alert-long');
    gateway.smsc.sendReceipt({ ...sent, id: receipt.providerId as string }, 'DELIVRD');
    expect((await receiptOf('delivered', 'alert-long')).providerId).to.equal(receipt.providerId);
    expect(receipts.filter(({ alertId }) => alertId === 'alert-long')).to.have.length(2);
  });

  it('is told when the operator took it over', async () => {
    gateway.smsc.receipt = undefined;
    await arrived({});
    expect(await receiptOf('accepted')).to.include({ code: 'smsc-accepted' });
  });

  it('is told of a failure after delivery was tried, with the code of the operator', async () => {
    gateway.smsc.receipt = 'UNDELIV';
    await arrived({});
    expect(await receiptOf('failed')).to.include({ code: 'undeliv-001' });
  });

  it('is told seconds after a 202 that the operator refuses the number', async () => {
    gateway.smsc.answer = () => 'ESME_RINVDSTADR';
    expect(await send({})).to.deep.equal({ status: 'accepted' });
    const receipt = await receiptOf('failed');
    expect(receipt.code).to.equal('nack-0x0000000b');
    expect(gateway.smsc.messages).to.be.empty;
  });

  it('gives the operator an end of validity that is the deadline, in whole minutes', async () => {
    const left = 10.5 * 60_000;
    const before = Date.now();
    const message = await arrived({ expiresAt: before + left });
    expect(message.validityPeriod).to.be.instanceOf(Date);
    const until = (message.validityPeriod as Date).getTime();
    expect(until).to.be.within(before + 10 * 60_000 - 1_000, before + left);
  });

  it('gives no end of validity to a message that never expires', async () => {
    expect((await arrived({})).validityPeriod).to.equal(undefined);
  });

  it('is refused with a wrong password', async () => {
    const outcome = await adapter({ password: 'wrong' }).send(MESSAGE);
    expect(outcome).to.deep.equal({ status: 'rejected', code: 'kannel-403-authorization-failed' });
  });

  it('is refused where the number has letters', async () => {
    const outcome = await send({ to: '+1201555o1o1' });
    expect(outcome).to.deep.equal({ status: 'rejected', code: 'kannel-400-number-denied' });
  });
});
