import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Kannel, startKannel } from './kannel.js';
import { waitFor } from './wait-for.js';

describe('a real Kannel in front of a simulated operator', () => {
  let kannel: Kannel;
  let receipts: Server;
  const receiptPaths: string[] = [];

  before(async function () {
    const started = await startKannel();
    if ('unavailable' in started) {
      console.log(`    skipped: ${started.unavailable}`);
      this.skip();
    }
    kannel = started;
    receipts = createServer((request, response) => {
      receiptPaths.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => receipts.listen(0, '127.0.0.1', resolve));
  });

  after(async () => {
    await kannel?.stop();
    receipts?.close();
  });

  async function send(parameters: Record<string, string>): Promise<string> {
    const { url, username, password } = kannel.sendsms;
    const query = new URLSearchParams({ username, password, from: 'BANK', ...parameters });
    const answer = await fetch(`${url}?${query}`);
    return `${answer.status} ${await answer.text()}`;
  }

  it('brings a GSM-7 text to the operator as it was written', async () => {
    const text = 'Balance {low}: 200.00 € ~ @£$ [x]';
    const answer = await send({ to: '+37255500001', text, charset: 'UTF-8', coding: '0' });
    expect(answer).to.equal('202 0: Accepted for delivery');
    const message = await kannel.smsc.waitFor(({ to }) => to.endsWith('37255500001'));
    expect(message).to.include({ text, dataCoding: 0, from: 'BANK', parts: 1 });
  });

  it('brings other letters as UCS-2 when asked for coding 2', async () => {
    await send({ to: '+37255500002', text: 'Makse õnnestus 👍', charset: 'UTF-8', coding: '2' });
    const message = await kannel.smsc.waitFor(({ to }) => to.endsWith('37255500002'));
    expect(message).to.include({ text: 'Makse õnnestus 👍', dataCoding: 8 });
  });

  it('joins the parts of a long text', async () => {
    const text = `${'0123456789'.repeat(20)} õ end`;
    await send({ to: '+37255500003', text, charset: 'UTF-8', coding: '2' });
    const message = await kannel.smsc.waitFor(({ to }) => to.endsWith('37255500003'));
    expect(message).to.include({ text, parts: 4 });
  });

  it('calls the receipt address when the operator reports delivery', async () => {
    const { port } = receipts.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/receipt?type=%d&id=%F`;
    await send({ to: '+37255500004', text: 'hello', 'dlr-mask': '31', 'dlr-url': address });
    const path = await waitFor(() => receiptPaths.find((one) => one.includes('type=1&')), { what: 'a receipt' });
    const message = await kannel.smsc.waitFor(({ to }) => to.endsWith('37255500004'));
    expect(path).to.equal(`/receipt?type=1&id=${message.id}`);
  });

  it('calls the receipt address when the operator refuses the number', async () => {
    kannel.smsc.answer = (to) => (to.endsWith('5') ? 'ESME_RINVDSTADR' : 'accept');
    const { port } = receipts.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/refused?type=%d`;
    await send({ to: '+37255500005', text: 'hello', 'dlr-mask': '31', 'dlr-url': address });
    await waitFor(() => receiptPaths.includes('/refused?type=16'), { what: 'a refusal' });
    expect(kannel.smsc.messages.some(({ to }) => to.endsWith('37255500005'))).to.equal(false);
  });

  it('connects again after the operator cut the line', async () => {
    kannel.smsc.disconnect();
    const answer = await send({ to: '+37255500006', text: 'after the cut' });
    expect(answer).to.match(/^202 (0: Accepted|3: Queued)/);
    await kannel.smsc.waitFor(({ text }) => text === 'after the cut', 20_000);
  });
});
