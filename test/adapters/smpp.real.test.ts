/** The SMPP adapter with an SMSC made of another implementation of the protocol, Perl's Net::SMPP: each reads what the other wrote. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { SmppConfig } from '../../adapters/sms/smpp/index.js';
import { ensurePrograms, findProgram } from '../../scripts/debian-package.mjs';
import { freePort } from '../../scripts/free-port.mjs';
import type { SmsMessage } from '../../src/contracts/adapter.js';
import { waitFor } from '../support/wait-for.js';
import { Adapters } from './smpp-operator.js';
import { MESSAGE, NOW } from './sms-contract.js';

const SCRIPT = fileURLToPath(new URL('smpp-smsc.pl', import.meta.url));
/** Looked for beside the folder of programs. */
const MODULE = '../share/perl5/Net/SMPP.pm';

type Line = Record<string, Record<string, string> | number>;

describe('the SMPP adapter with the SMSC of another implementation', () => {
  const adapters = new Adapters();
  let smsc: ChildProcess | undefined;
  let port: number;
  let written = '';

  before(async function () {
    const unavailable = ensurePrograms(['perl', MODULE], ['perl', 'libnet-smpp-perl']);
    if (unavailable) {
      console.log(`    skipped: ${unavailable}`);
      this.skip();
    }
    port = await freePort();
    const setpriv = findProgram('setpriv');
    const perl = [findProgram('perl') as string, SCRIPT, String(port)];
    // It must not outlive a test run that was killed.
    const [program, ...words] = setpriv ? [setpriv, '--pdeathsig', 'KILL', ...perl] : perl;
    smsc = spawn(program as string, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    smsc.stdout?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
    await waitFor(() => lines('ready').length > 0, { what: 'the SMSC' });
  });
  beforeEach(() => {
    written = '';
  });
  afterEach(() => adapters.close());
  after(() => smsc?.kill('SIGKILL'));

  const lines = (kind: string) =>
    written
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => (JSON.parse(line) as Line)[kind])
      .filter((found) => found !== undefined);
  const submits = () =>
    lines('submit').map((fields) =>
      Object.fromEntries(Object.entries(fields).map(([name, hex]) => [name, Buffer.from(hex, 'hex')])),
    );
  const text = (name: string, at = 0) => submits()[at]?.[name]?.toString('latin1');
  /** Returns when the SMSC has told of all the parts, which may be after it answered. */
  const send = async (message: Partial<SmsMessage> = {}, config: Partial<SmppConfig> = {}, parts = 1) => {
    const messageIds = { response: 'hexadecimal', receiptText: 'decimal' } as const;
    const adapter = adapters.create({ port, responseMs: 5000, waitMs: 5000, messageIds, ...config });
    const outcome = await adapter.send({ ...MESSAGE, ...message });
    await waitFor(() => lines('submit').length === parts, { what: 'the words of the SMSC' });
    return outcome;
  };

  it('binds, is understood in every field, and takes leave', async () => {
    const outcome = await send({ expiresAt: NOW + 90_500 }, { messageReference: true });
    expect(outcome.status).to.equal('accepted');
    expect(text('source_addr')).to.equal('BANK');
    expect(text('destination_addr')).to.equal('12015550123');
    expect(text('short_message')).to.equal(MESSAGE.text);
    expect(text('validity_period')).to.match(/^000000000130000R/);
    const numbers = [
      'source_addr_ton',
      'source_addr_npi',
      'dest_addr_ton',
      'dest_addr_npi',
      'esm_class',
      'priority_flag',
    ];
    expect([...numbers, 'registered_delivery', 'data_coding'].map((name) => text(name))).to.deep.equal([
      '5',
      '0',
      '1',
      '1',
      '0',
      '2',
      '1',
      '0',
    ]);
    expect(submits()[0]?.user_message_reference).to.have.length(2);
    await adapters.close();
    await waitFor(() => lines('unbound').length > 0, { what: 'the unbind' });
  });

  it('takes its receipt, whose text and parameters write the id in two ways', async () => {
    const outcome = await send();
    await waitFor(() => adapters.received.receipts.length > 0, { what: 'the receipt' });
    expect(adapters.received.receipts).to.deep.equal([
      {
        alertId: MESSAGE.alertId,
        providerId: (outcome as { providerId: string }).providerId,
        state: 'delivered',
        code: 'smpp-delivrd',
      },
    ]);
    expect(Number((outcome as { providerId: string }).providerId)).to.be.at.least(10);
    await waitFor(() => lines('acknowledged').length > 0, { what: 'the acknowledgement' });
    expect(lines('acknowledged')).to.deep.equal([0]);
  });

  it('brings the characters of the GSM alphabet as the bytes of 3GPP TS 23.038', async () => {
    await send({ text: '@£$¥_€[]{}~^|\\äöñüà' });
    const bytes = '0001020311' + '1b65' + '1b3c1b3e' + '1b281b29' + '1b3d1b141b401b2f' + '7b7c7d7e7f';
    expect(submits()[0]?.short_message?.toString('hex')).to.equal(bytes);
  });

  for (const longMessages of ['udh', 'sar', 'payload'] as const) {
    it(`brings a long text as ${longMessages}`, async () => {
      const long = 'Makse õnnestus. '.repeat(10);
      const parts = longMessages === 'payload' ? 1 : 3;
      const outcome = await send({ text: long, encoding: 'ucs-2' }, { longMessages }, parts);
      expect(outcome.status).to.equal('accepted');
      const bodies = submits().map((fields) => {
        const body = fields.message_payload?.length ? fields.message_payload : fields.short_message;
        return (body as Buffer).subarray(longMessages === 'udh' ? 6 : 0);
      });
      expect(new TextDecoder('utf-16be').decode(Buffer.concat(bodies))).to.equal(long);
      expect(bodies).to.have.length(parts);
      if (longMessages === 'sar') expect(submits().map((one) => one.sar_segment_seqnum?.[0])).to.deep.equal([1, 2, 3]);
      if (longMessages === 'udh') expect(text('esm_class', 2)).to.equal('64');
    });
  }

  it('takes a reply', async () => {
    await send({ text: 'reply' });
    await waitFor(() => adapters.received.inbound.length > 0, { what: 'the reply' });
    expect(adapters.received.inbound).to.deep.equal([{ from: '+12015550123', to: 'BANK', text: 'ok €' }]);
  });
});
