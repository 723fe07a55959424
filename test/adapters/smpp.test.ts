/** The SMPP adapter's submits: what travels, and what each answer means. */
import { expect } from 'chai';
import type { SmppConfig } from '../../adapters/sms/smpp/index.js';
import { validityPeriod } from '../../adapters/sms/smpp/submit.js';
import type { SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import { closedPort } from './fake-provider.js';
import { Adapters, type AnyPdu, type Operator, refuse, startOperator } from './smpp-operator.js';
import { MESSAGE, NOW } from './sms-contract.js';

describe('the SMPP adapter sends', () => {
  const adapters = new Adapters();
  let operator: Operator;

  beforeEach(async () => {
    operator = await startOperator();
  });
  afterEach(async () => {
    await adapters.close();
    await operator.stop();
  });

  const send = (message: Partial<SmsMessage> = {}, config: Partial<SmppConfig> = {}): Promise<SendOutcome> =>
    adapters.create({ port: operator.port, ...config }).send({ ...MESSAGE, ...message });
  const submitted = async (message: Partial<SmsMessage> = {}, config: Partial<SmppConfig> = {}) => {
    const outcome = await send(message, config);
    expect(outcome.status).to.equal('accepted');
    return operator.submits.at(-1) as AnyPdu;
  };

  it('binds with its name and password as version 3.4', async () => {
    await send({}, { systemType: 'VMA' });
    expect(operator.binds[0]).to.include({ command: 'bind_transceiver', system_id: 'bank', password: 's3cr3t' });
    expect(operator.binds[0]).to.include({ system_type: 'VMA', interface_version: 0x34 });
  });

  it('sends recipient, sender and text as they are, once, and keeps the id it is given', async () => {
    expect(await send()).to.deep.equal({ status: 'accepted', providerId: '1' });
    expect(operator.submits).to.have.length(1);
    const [pdu] = operator.submits;
    expect(pdu).to.include({
      destination_addr: '12015550123',
      dest_addr_ton: 1,
      dest_addr_npi: 1,
      source_addr: 'BANK',
    });
    expect(pdu).to.include({ source_addr_ton: 5, source_addr_npi: 0, data_coding: 0, esm_class: 0 });
    expect(pdu).to.include({ registered_delivery: 1, validity_period: '', service_type: '', priority_flag: 2 });
    expect(pdu?.short_message.message).to.equal(MESSAGE.text);
  });

  it('takes an answer without an id for accepted', async () => {
    operator.onSubmit = (pdu, session) => void session.send(pdu.response());
    expect(await send()).to.deep.equal({ status: 'accepted' });
  });

  const senders: [string, string, number, number][] = [
    ['+37255501234', '37255501234', 1, 1],
    ['37255501234', '37255501234', 1, 1],
    ['1551', '1551', 3, 0],
    ['My Bank', 'My Bank', 5, 0],
  ];
  for (const [from, address, ton, npi] of senders) {
    it(`tells the SMSC what kind of sender ${from} is (${ton}, ${npi})`, async () => {
      const pdu = await submitted({ from });
      expect(pdu).to.include({ source_addr: address, source_addr_ton: ton, source_addr_npi: npi });
    });
  }

  it('writes kinds of numbers, priorities and the service type as configured', async () => {
    const pdu = await submitted(
      { from: '1551', lane: 'otp' },
      {
        serviceType: 'BNK',
        priority: { otp: 1 },
        addressing: { shortCode: { ton: 6, npi: 9 }, destination: { ton: 0, npi: 1 } },
      },
    );
    expect(pdu).to.include({ service_type: 'BNK', priority_flag: 1, source_addr_ton: 6, source_addr_npi: 9 });
    expect(pdu).to.include({ dest_addr_ton: 0, dest_addr_npi: 1 });
  });

  for (const [lane, flag] of Object.entries({ otp: 3, security: 2, service: 1, marketing: 0 })) {
    it(`gives the ${lane} lane priority ${flag}`, async () => {
      expect((await submitted({ lane: lane as SmsMessage['lane'] })).priority_flag).to.equal(flag);
    });
  }

  const SECOND = 1000;
  const validities: [number, string][] = [
    [5 * SECOND, '000000000005000R'],
    [6 * SECOND - 1, '000000000005000R'],
    [1, '000000000001000R'],
    [(26 * 3600 + 3 * 60 + 7) * SECOND, '000001020307000R'],
    [400 * 86_400 * SECOND, '000030000000000R'],
  ];
  for (const [left, written] of validities) {
    it(`writes ${left} ms of validity as ${written}`, () => {
      expect(validityPeriod(NOW + left, NOW)).to.equal(written);
    });
  }

  it('tells the SMSC how long it may try', async () => {
    const { validity_period: until } = await submitted({ expiresAt: NOW + 90_500 });
    // The package makes a moment of the seconds it was told.
    expect((until as Date).getTime() - Date.now()).to.be.within(30_000, 90_000);
  });

  it('says nothing of validity where a message never expires, and asks for no receipt where none is wanted', async () => {
    expect(await submitted({}, { receipts: false })).to.include({ validity_period: '', registered_delivery: 0 });
  });

  it('lets our own id travel in the parameter that is configured, and a reference in the one of the protocol', async () => {
    const pdu = await submitted({}, { alertIdTag: '0x1401', messageReference: true });
    expect(String(pdu[0x1401])).to.equal(`${MESSAGE.alertId}\0`);
    expect(pdu.user_message_reference).to.be.a('number');
  });

  it('sends UCS-2 where the text needs it', async () => {
    const text = 'Makse õnnestus 😀';
    const pdu = await submitted({ text, encoding: 'ucs-2' });
    expect(pdu.data_coding).to.equal(8);
    expect(pdu.short_message.message).to.equal(text);
  });

  for (const [encoding, text] of [
    ['gsm-7', `${'x'.repeat(152)}€${'y'.repeat(152)}€z`],
    ['ucs-2', `${'õ'.repeat(66)}😀${'š'.repeat(66)}`],
  ] as const) {
    it(`cuts a long ${encoding} text into parts with a header, and no character in two`, async () => {
      await submitted({ text, encoding }, { longMessages: 'udh' });
      const headers = operator.submits.map(({ short_message }) => [...(short_message.udh?.[0] ?? [])]);
      const reference = headers[0]?.[2];
      expect(headers).to.deep.equal([1, 2, 3].map((number) => [0, 3, reference, 3, number]));
      expect(operator.submits.map(({ short_message }) => short_message.message).join('')).to.equal(text);
      expect(operator.submits.map(({ registered_delivery }) => registered_delivery)).to.deep.equal([0, 0, 1]);
      expect(operator.submits.every(({ esm_class }) => esm_class === 0x40)).to.equal(true);
    });

    it(`cuts a long ${encoding} text into parts with parameters`, async () => {
      await submitted({ text, encoding }, { longMessages: 'sar' });
      expect(operator.submits.map((pdu) => pdu.sar_segment_seqnum)).to.deep.equal([1, 2, 3]);
      expect(operator.submits.every((pdu) => pdu.sar_total_segments === 3 && pdu.esm_class === 0)).to.equal(true);
      expect(new Set(operator.submits.map((pdu) => pdu.sar_msg_ref_num)).size).to.equal(1);
      expect(operator.submits.map(({ short_message }) => short_message.message).join('')).to.equal(text);
    });

    it(`sends a long ${encoding} text whole as a payload`, async () => {
      const pdu = await submitted({ text, encoding }, { longMessages: 'payload' });
      expect(operator.submits).to.have.length(1);
      expect(pdu.message_payload?.message).to.equal(text);
    });
  }

  it('gives each long text a reference of its own', async () => {
    const adapter = adapters.create({ port: operator.port });
    for (const text of ['x'.repeat(200), 'y'.repeat(200)]) await adapter.send({ ...MESSAGE, text });
    expect(new Set(operator.submits.map(({ short_message }) => short_message.udh?.[0]?.[2])).size).to.equal(2);
  });

  const answers: [string, SendOutcome['status'], string][] = [
    ['ESME_RTHROTTLED', 'retryable', 'smpp-rthrottled'],
    ['ESME_RMSGQFUL', 'retryable', 'smpp-rmsgqful'],
    ['ESME_RSYSERR', 'retryable', 'smpp-rsyserr'],
    ['ESME_RX_T_APPN', 'retryable', 'smpp-rx-t-appn'],
    ['ESME_RINVDSTADR', 'rejected', 'smpp-rinvdstadr'],
    ['ESME_RINVSRCADR', 'rejected', 'smpp-rinvsrcadr'],
    ['ESME_RSUBMITFAIL', 'rejected', 'smpp-rsubmitfail'],
    ['ESME_RUNKNOWNERR', 'unknown', 'smpp-runknownerr'],
  ];
  for (const [name, status, code] of answers) {
    it(`takes ${name} for ${status}, ${code}`, async () => {
      operator.onSubmit = refuse(name);
      expect(await send()).to.deep.equal({ status, code });
    });
  }

  it("takes the SMSC's own statuses for rejected, but for those configured as passing", async () => {
    operator.onSubmit = (pdu, session) => void session.send(pdu.response({ command_status: 0x0400 }));
    expect(await send()).to.deep.equal({ status: 'rejected', code: 'smpp-0x0400' });
    expect(await send({}, { retryStatuses: [0x0400] })).to.deep.equal({ status: 'retryable', code: 'smpp-0x0400' });
  });

  it('takes a message that was never answered for unknown', async () => {
    operator.onSubmit = () => {};
    expect(await send()).to.deep.equal({ status: 'unknown', code: 'smpp-no-response' });
  });

  it('takes a line cut before the answer for unknown', async () => {
    operator.onSubmit = (_pdu, session) => session.destroy();
    expect(await send()).to.deep.equal({ status: 'unknown', code: 'smpp-connection-lost' });
  });

  it('takes an answer of another kind for unknown', async () => {
    const other = (pdu: AnyPdu) =>
      Object.assign(pdu.response(), { command: 'enquire_link_resp', command_id: 0x80000015 });
    operator.onSubmit = (pdu, session) => void session.send(other(pdu));
    expect(await send()).to.deep.equal({ status: 'unknown', code: 'smpp-unreadable' });
  });

  it('takes an SMSC that is away for retryable', async () => {
    const outcome = await send({}, { port: await closedPort() });
    expect(outcome).to.deep.equal({ status: 'retryable', code: 'smpp-connection-refused' });
  });

  it('takes a refused bind for retryable, and says which refusal it was', async () => {
    operator.onBind = (pdu, session) => void session.send(pdu.response({ command_status: 0x0e }));
    expect(await send()).to.deep.equal({ status: 'retryable', code: 'smpp-bind-rinvpaswd' });
    expect(operator.submits).to.be.empty;
  });

  it('refuses what cannot travel before it sends anything', async () => {
    const codes = [
      await send({ text: 'õ' }),
      await send({ from: 'Pänk' }),
      await send({ to: '12015550123' }),
      await send({ text: 'x'.repeat(153 * 255 + 1) }),
    ].map((outcome) => ('code' in outcome ? `${outcome.status} ${outcome.code}` : outcome.status));
    expect(codes).to.deep.equal([
      'rejected smpp-text-unencodable',
      'rejected smpp-sender-unusable',
      'rejected smpp-recipient-unusable',
      'rejected smpp-text-too-long',
    ]);
    expect(operator.submits).to.be.empty;
  });

  it('does not send a message that expired while it waited', async () => {
    expect(await send({ expiresAt: NOW })).to.deep.equal({ status: 'retryable', code: 'smpp-expired' });
    expect(operator.submits).to.be.empty;
  });

  it('gives only stable, lower-case codes, and shows no secret, number or text anywhere', async () => {
    const seen: string[] = [];
    const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const originals = names.map((name) => console[name]);
    for (const name of names) console[name] = (...words: unknown[]) => void seen.push(words.map(String).join(' '));
    try {
      for (const answer of [refuse('ESME_RINVDSTADR'), refuse('ESME_RTHROTTLED'), () => {}]) {
        operator.onSubmit = answer;
        seen.push(JSON.stringify(await send()));
      }
      seen.push(JSON.stringify(await send({}, { port: await closedPort() })));
      operator.onBind = (pdu, session) => void session.send(pdu.response({ command_status: 0x0e }));
      const failure = await adapters
        .create({ port: operator.port })
        .open?.()
        .catch((error: Error) => error);
      seen.push(`${(failure as Error).stack} ${JSON.stringify(failure)}`);
    } finally {
      for (const [index, name] of names.entries()) console[name] = originals[index] as () => void;
    }
    expect(seen).to.have.length(5);
    for (const line of seen) {
      for (const secret of ['s3cr3t', MESSAGE.to.slice(1), MESSAGE.text]) expect(line).not.to.include(secret);
      const { code } = line.startsWith('{') ? (JSON.parse(line) as { code: string }) : { code: 'smpp-x' };
      expect(code).to.match(/^smpp(-[a-z0-9]+)+$/);
    }
  });

  describe('of a text of several parts', () => {
    const text = 'x'.repeat(400);

    it('sends no second part where the first is refused: nothing was sent', async () => {
      operator.onSubmit = refuse('ESME_RTHROTTLED');
      expect(await send({ text })).to.deep.equal({ status: 'retryable', code: 'smpp-rthrottled' });
      expect(operator.submits).to.have.length(1);
    });

    it('takes it for unknown where a later part is refused, and sends no more of it', async () => {
      const accept = operator.onSubmit;
      operator.onSubmit = (pdu, session) =>
        (operator.submits.length === 2 ? refuse('ESME_RTHROTTLED') : accept)(pdu, session);
      expect(await send({ text })).to.deep.equal({ status: 'unknown', code: 'smpp-part-rthrottled' });
      expect(operator.submits).to.have.length(2);
    });

    it('takes it for unknown where the line is cut between the parts', async () => {
      const accept = operator.onSubmit;
      operator.onSubmit = (pdu, session) => {
        if (operator.submits.length === 1) accept(pdu, session);
        else session.destroy();
      };
      expect(await send({ text })).to.deep.equal({ status: 'unknown', code: 'smpp-part-connection-lost' });
    });

    it('keeps the id of the last part, whose receipt it asks for', async () => {
      expect(await send({ text })).to.deep.equal({ status: 'accepted', providerId: '3' });
    });
  });
});
