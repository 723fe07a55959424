/** What the SMSC sends by itself to the SMPP adapter: receipts and customers' messages. */
import { expect } from 'chai';
import type { SmppConfig } from '../../adapters/sms/smpp/index.js';
import { createReassembly, type IncomingPart } from '../../adapters/sms/smpp/reassembly.js';
import type { Receipt, SmsAdapter } from '../../src/contracts/adapter.js';
import { waitFor } from '../support/wait-for.js';
import { Adapters, type Operator, startOperator } from './smpp-operator.js';
import { MESSAGE } from './sms-contract.js';

const RECEIPT = 0x04;
const INTERMEDIATE = 0x20;
const [TAKEN, LATER, NEVER] = [0x00, 0x64, 0x65];

describe('the SMPP adapter takes', () => {
  const adapters = new Adapters();
  let operator: Operator;

  beforeEach(async () => {
    operator = await startOperator();
  });
  afterEach(async () => {
    await adapters.close();
    await operator.stop();
  });

  const open = async (config: Partial<SmppConfig> = {}): Promise<SmsAdapter> => {
    const adapter = adapters.create({ port: operator.port, ...config });
    await adapter.open?.();
    return adapter;
  };
  const NUMBERS = { source_addr: '12015550123', source_addr_ton: 1, destination_addr: 'BANK' };
  const text = (id: string, stat: string, err = '000') =>
    `id:${id} sub:001 dlvrd:001 submit date:2601151200 done date:2601151201 stat:${stat} err:${err} text:Your code is 1`;
  const receipt = (written: string, fields: object = {}): Promise<number> =>
    operator.deliver({ ...NUMBERS, esm_class: RECEIPT, short_message: Buffer.from(written), ...fields });

  describe('a receipt', () => {
    const states: [string, Receipt['state']][] = [
      ['DELIVRD', 'delivered'],
      ['EXPIRED', 'failed'],
      ['DELETED', 'failed'],
      ['UNDELIV', 'failed'],
      ['REJECTD', 'failed'],
      ['ACCEPTD', 'accepted'],
      ['ENROUTE', 'accepted'],
      ['UNKNOWN', 'unknown'],
      ['WHATEVR', 'unknown'],
    ];
    for (const [stat, state] of states) {
      it(`with stat:${stat} as ${state}`, async () => {
        await open();
        expect(await receipt(text('7_a', stat))).to.equal(TAKEN);
        expect(adapters.received.receipts).to.deep.equal([
          { providerId: '7_a', state, code: `smpp-${stat.toLowerCase()}` },
        ]);
      });
    }

    it('with its state and id in parameters only', async () => {
      await open();
      const fields = { receipted_message_id: 'abc', message_state: 5, network_error_code: Buffer.from([3, 0, 34]) };
      expect(await receipt('', fields)).to.equal(TAKEN);
      expect(adapters.received.receipts).to.deep.equal([
        { providerId: 'abc', state: 'failed', code: 'smpp-undeliv-034' },
      ]);
    });

    it('that is marked by its parameter alone', async () => {
      await open();
      await receipt('', { esm_class: 0, receipted_message_id: 'abc', message_state: 2 });
      expect(adapters.received.receipts).to.deep.equal([
        { providerId: 'abc', state: 'delivered', code: 'smpp-delivrd' },
      ]);
    });

    it('whose text came as a payload', async () => {
      await open();
      await receipt('', { message_payload: Buffer.from(text('9', 'DELIVRD')) });
      expect(adapters.received.receipts).to.deep.equal([{ providerId: '9', state: 'delivered', code: 'smpp-delivrd' }]);
    });

    it('with the error of the operator, and never the text of the message', async () => {
      await open();
      await receipt(text('9', 'UNDELIV', '0AB'));
      const [taken] = adapters.received.receipts;
      expect(taken).to.deep.equal({ providerId: '9', state: 'failed', code: 'smpp-undeliv-0ab' });
      expect(JSON.stringify(taken)).not.to.include('code is');
    });

    it('that says by a configured error that the number is gone', async () => {
      await open({ goneErrors: ['001'] });
      await receipt(text('9', 'UNDELIV', '001'));
      await receipt(text('9', 'UNDELIV', '002'));
      expect(adapters.received.receipts.map(({ numberGone }) => numberGone)).to.deep.equal([true, undefined]);
    });

    it('in between for no more than accepted: the next try may reach the phone', async () => {
      await open({ goneErrors: ['001'] });
      await receipt(text('9', 'UNDELIV', '001'), { esm_class: INTERMEDIATE });
      expect(adapters.received.receipts).to.deep.equal([
        { providerId: '9', state: 'accepted', code: 'smpp-undeliv-001' },
      ]);
    });

    const forms: [string, SmppConfig['messageIds'], string, string][] = [
      [
        'hexadecimal in the answer, decimal in the text',
        { response: 'hexadecimal', receiptText: 'decimal' },
        '0a1F',
        '2591',
      ],
      [
        'decimal in the answer, hexadecimal in the text',
        { response: 'decimal', receiptText: 'hexadecimal' },
        '2591',
        '00000A1F',
      ],
      ['leading zeros in the text only', { response: 'decimal' }, '2591', '0000002591'],
    ];
    for (const [what, messageIds, told, written] of forms) {
      it(`whose id is written otherwise than in the answer: ${what}`, async () => {
        operator.onSubmit = (pdu, session) => void session.send(pdu.response({ message_id: told }));
        const adapter = await open({ messageIds });
        expect(await adapter.send(MESSAGE)).to.deep.equal({ status: 'accepted', providerId: '2591' });
        await receipt(text(written, 'DELIVRD'));
        expect(adapters.received.receipts[0]).to.include({ providerId: '2591', alertId: MESSAGE.alertId });
      });
    }

    it('whose id is written one way in the text and another in the parameter, by the parameter', async () => {
      await open({ messageIds: { response: 'hexadecimal', receiptText: 'decimal' } });
      await receipt(text('2591', 'DELIVRD'), { receipted_message_id: 'A1F' });
      expect(adapters.received.receipts[0]?.providerId).to.equal('2591');
    });

    it('that comes before the answer to its own message, and knows its alert', async () => {
      let acknowledged: Promise<number> | undefined;
      operator.onSubmit = (pdu, session) => {
        acknowledged = receipt(text('early', 'DELIVRD'));
        setTimeout(() => session.send(pdu.response({ message_id: 'early' })), 50);
      };
      const adapter = await open();
      expect((await adapter.send(MESSAGE)).status).to.equal('accepted');
      expect(await acknowledged).to.equal(TAKEN);
      expect(adapters.received.receipts).to.deep.equal([
        { alertId: MESSAGE.alertId, providerId: 'early', state: 'delivered', code: 'smpp-delivrd' },
      ]);
    });

    it('of a message whose answer was lost, by our own reference', async () => {
      operator.onSubmit = (pdu) =>
        void setTimeout(
          () =>
            receipt(text('lost', 'DELIVRD'), {
              user_message_reference: pdu.user_message_reference,
            }),
          10,
        );
      const adapter = await open({ messageReference: true });
      expect((await adapter.send(MESSAGE)).status).to.equal('unknown');
      await waitFor(() => adapters.received.receipts.length > 0, { what: 'the receipt' });
      expect(adapters.received.receipts[0]).to.include({ alertId: MESSAGE.alertId, providerId: 'lost' });
    });

    it('with our reference for another number as not known', async () => {
      const adapter = await open({ messageReference: true });
      await adapter.send(MESSAGE);
      const reference = operator.submits[0]?.user_message_reference;
      await receipt(text('other', 'DELIVRD'), { user_message_reference: reference, source_addr: '12015550199' });
      expect(adapters.received.receipts[0]).to.deep.equal({
        providerId: 'other',
        state: 'delivered',
        code: 'smpp-delivrd',
      });
    });

    it('twice, and hands both over: what is a duplicate is decided where they are recorded', async () => {
      await open();
      expect([await receipt(text('9', 'DELIVRD')), await receipt(text('9', 'DELIVRD'))]).to.deep.equal([TAKEN, TAKEN]);
      expect(adapters.received.receipts).to.have.length(2);
    });

    it('and acknowledges it only when it is recorded', async () => {
      await open();
      let record: () => void = () => undefined;
      let isAnswered = false;
      adapters.record = () =>
        new Promise((resolve) => {
          record = resolve;
        });
      const answer = receipt(text('9', 'DELIVRD')).then((status) => {
        isAnswered = true;
        return status;
      });
      await new Promise<void>((resolve) => (operator.sessions[0] as unknown as Enquirer).enquire_link(() => resolve()));
      expect(isAnswered).to.equal(false);
      record();
      expect(await answer).to.equal(TAKEN);
    });

    it('and asks for it again where it could not be recorded', async () => {
      await open();
      adapters.record = () => Promise.reject(new Error('the database is away'));
      expect(await receipt(text('9', 'DELIVRD'))).to.equal(LATER);
      adapters.record = () => Promise.resolve();
      expect(await receipt(text('9', 'DELIVRD'))).to.equal(TAKEN);
      expect(adapters.received.receipts).to.have.length(1);
    });

    it('that says nothing for useless, and does not ask for it again', async () => {
      await open();
      expect(await receipt('hello')).to.equal(NEVER);
      expect(await receipt('stat:DELIVRD err:000')).to.equal(NEVER);
      expect(adapters.received.receipts).to.be.empty;
    });

    it('over the receiver, where there is one', async () => {
      await open({ bind: 'transmitter-receiver' });
      await waitFor(() => operator.sessions.length === 2, { what: 'two connections' });
      const at = operator.binds.findIndex(({ command }) => command === 'bind_receiver');
      await operator.deliver(
        { ...NUMBERS, esm_class: RECEIPT, short_message: Buffer.from(text('9', 'DELIVRD')) },
        operator.sessions[at],
      );
      expect(adapters.received.receipts).to.have.length(1);
    });
  });

  describe("a customer's message", () => {
    const inbound = (bytes: Buffer, fields: object = {}): Promise<number> =>
      operator.deliver({ ...NUMBERS, destination_addr: '1551', data_coding: 0, short_message: bytes, ...fields });

    const texts: [string, number, string, string][] = [
      ['GSM 7-bit', 0, '53544f50203c', 'STOP <'],
      ['GSM 7-bit with its extension', 0, '1b651b1400', '€^@'],
      ['ASCII', 1, '53544f505f40', 'STOP_@'],
      ['Latin 1', 3, 'f56be4', 'õkä'],
      ['Cyrillic', 6, 'c1e2deef', 'Сѓля'],
      ['UCS-2', 8, '00f5d83dde00', 'õ😀'],
      ['UCS-2 for the display', 0x18, '00f5', 'õ'],
      ['GSM 7-bit of a class', 0xf1, '00', '@'],
    ];
    for (const [what, dataCoding, hex, expected] of texts) {
      it(`in ${what} letter by letter`, async () => {
        await open();
        expect(await inbound(Buffer.from(hex, 'hex'), { data_coding: dataCoding })).to.equal(TAKEN);
        expect(adapters.received.inbound).to.have.length(1);
        if (what !== 'Cyrillic')
          expect(adapters.received.inbound[0]).to.deep.equal({ from: '+12015550123', to: '1551', text: expected });
        else
          expect(adapters.received.inbound[0]?.text).to.equal(
            new TextDecoder('iso-8859-5').decode(Buffer.from(hex, 'hex')),
          );
      });
    }

    it('from a number with plus, with 00, or of an unknown type as one in E.164', async () => {
      await open();
      for (const [source_addr, source_addr_ton] of [
        ['+37255501234', 0],
        ['0037255501234', 2],
        ['37255501234', 0],
      ])
        await inbound(Buffer.from('STOP'), { source_addr, source_addr_ton });
      expect(adapters.received.inbound.map(({ from }) => from)).to.deep.equal(Array(3).fill('+37255501234'));
    });

    it('for useless where its country is not known, or it is no text', async () => {
      await open();
      expect(await inbound(Buffer.from('STOP'), { source_addr: '55501234', source_addr_ton: 2 })).to.equal(NEVER);
      expect(await inbound(Buffer.from('STOP'), { source_addr: 'Shop', source_addr_ton: 5 })).to.equal(NEVER);
      expect(await inbound(Buffer.from([0, 1]), { data_coding: 4 })).to.equal(NEVER);
      expect(adapters.received.inbound).to.be.empty;
    });

    it('that reads like a receipt for what it is: a message', async () => {
      await open();
      await inbound(Buffer.from(text('9', 'DELIVRD')));
      expect(adapters.received.receipts).to.be.empty;
      expect(adapters.received.inbound).to.have.length(1);
    });

    it('and asks for it again where it could not be recorded', async () => {
      await open();
      adapters.record = () => Promise.reject(new Error('the database is away'));
      expect(await inbound(Buffer.from('STOP'))).to.equal(LATER);
    });

    it('in parts of any order as one text', async () => {
      await open();
      const part = (number: number, words: string) =>
        inbound(Buffer.concat([Buffer.from([5, 0, 3, 77, 3, number]), Buffer.from(words)]), { esm_class: 0x40 });
      expect([await part(3, ' all'), await part(1, 'STOP')]).to.deep.equal([TAKEN, TAKEN]);
      expect(adapters.received.inbound).to.be.empty;
      expect(await part(2, ' it')).to.equal(TAKEN);
      expect(adapters.received.inbound.map((one) => one.text)).to.deep.equal(['STOP it all']);
    });

    it('in parts with parameters, cut in the middle of a character', async () => {
      await open();
      const whole = Buffer.from('õ😀', 'utf16le').swap16();
      const part = (number: number, bytes: Buffer) =>
        inbound(bytes, { data_coding: 8, sar_msg_ref_num: 7, sar_total_segments: 2, sar_segment_seqnum: number });
      await part(1, whole.subarray(0, 4));
      await part(2, whole.subarray(4));
      expect(adapters.received.inbound.map((one) => one.text)).to.deep.equal(['õ😀']);
    });

    it('of which parts are missing, when it closes: they were acknowledged', async () => {
      const adapter = await open();
      const header = Buffer.from([6, 8, 4, 1, 2, 2, 2]);
      await inbound(Buffer.concat([header, Buffer.from('the end')]), { esm_class: 0x40 });
      await adapter.close?.();
      expect(adapters.received.inbound.map((one) => one.text)).to.deep.equal([' … the end']);
    });
  });

  it('nothing it does not know, and says so', async () => {
    await open();
    const [session] = operator.sessions as unknown as {
      submit_sm(fields: object, done: (pdu: { command: string; command_status: number }) => void): void;
    }[];
    const answer = await new Promise((resolve) => session?.submit_sm({ short_message: 'hello' }, resolve));
    expect(answer).to.include({ command: 'generic_nack', command_status: 3 });
  });
});

describe('the parts of a long incoming text', () => {
  const part = (number: number, words: string, reference = 1, total = 2): IncomingPart => ({
    from: '+12015550123',
    to: '1551',
    alphabet: 'ascii',
    text: Buffer.from(words),
    segment: { reference, total, number },
  });
  const gather = (own: { capacity?: number; patienceMs?: number } = {}) => {
    const texts: string[] = [];
    const fate = { fails: false };
    const reassembly = createReassembly({
      capacity: 10,
      patienceMs: 60_000,
      ...own,
      deliver: async (message) => {
        if (fate.fails) throw new Error('the database is away');
        texts.push(message.text);
      },
    });
    return { ...reassembly, texts, fate };
  };

  it('are handed over incomplete when the rest does not come', async () => {
    const { take, texts } = gather({ patienceMs: 20 });
    await take(part(1, 'one'));
    await waitFor(() => texts.length > 0, { what: 'the text' });
    expect(texts).to.deep.equal(['one … ']);
  });

  it('are tried again where they could not be handed over', async () => {
    const { take, texts, fate } = gather({ patienceMs: 20 });
    fate.fails = true;
    await take(part(1, 'one'));
    const failure = await take(part(2, ' two')).catch((error: Error) => error.message);
    expect(failure).to.equal('the database is away');
    fate.fails = false;
    await take(part(2, ' two'));
    expect(texts).to.deep.equal(['one two']);
  });

  it('find no room where too many texts are incomplete', async () => {
    const { take, texts, flush } = gather({ capacity: 2 });
    expect([await take(part(1, 'a', 1)), await take(part(1, 'b', 2)), await take(part(1, 'c', 3))]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(await take(part(2, 'A', 1))).to.equal(true);
    expect(await take(part(1, 'c', 3))).to.equal(true);
    expect(texts).to.deep.equal(['aA']);
    await flush();
    expect(texts).to.deep.equal(['aA', 'b … ', 'c … ']);
  });

  it('that come twice count once, and another text under the same reference is another', async () => {
    const { take, texts } = gather();
    await take(part(1, 'one'));
    await take(part(1, 'one'));
    await take(part(1, 'new'));
    await take(part(2, ' two'));
    expect(texts).to.deep.equal(['one … ', 'new two']);
  });
});

interface Enquirer {
  enquire_link(done: () => void): void;
}
