/**
 * A simulated operator: an SMPP server that records what arrives and misbehaves on demand. It stands where the world
 * outside begins, so that a real Kannel can be tested in front of it.
 */
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';
import { waitFor } from './wait-for.js';

export interface SmscMessage {
  /** The operator's id of the message (of its last part). */
  id: string;
  from: string;
  to: string;
  /** Decoded, with all the parts of a long message joined. */
  text: string;
  parts: number;
  /** As sent: 0 is the GSM-7 default alphabet, 8 is UCS-2. */
  dataCoding: number;
  receiptWanted: boolean;
  /** SMPP's own way to write a moment, when the message has an end of validity. */
  validityPeriod: unknown;
  session: Session;
}

/** What the operator answers to a message: accepted, an SMPP error, or nothing at all. */
export type SmscAnswer = 'accept' | 'ESME_RTHROTTLED' | 'ESME_RINVDSTADR' | 'ESME_RSYSERR' | 'hang' | 'disconnect';
export type ReceiptState = 'DELIVRD' | 'UNDELIV' | 'EXPIRED' | 'REJECTD' | 'ACCEPTD' | 'UNKNOWN';

export class Smsc {
  /** Complete messages that were accepted, in the order of arrival. */
  readonly messages: SmscMessage[] = [];
  /** Every submit_sm, refused ones too. */
  submitted = 0;
  /** Decides for each part; replace it to refuse, hang or cut the line. */
  answer: (to: string, text: string) => SmscAnswer = () => 'accept';
  delayMs = 0;
  /** The receipt that follows each accepted message for which one was asked; undefined sends none. */
  receipt: ReceiptState | undefined = 'DELIVRD';

  #server = smpp.createServer((session) => this.#greet(session));
  #parts = new Map<string, string[]>();
  #nextId = 1;

  static async start(): Promise<Smsc> {
    const smsc = new Smsc();
    await new Promise<void>((resolve) => smsc.#server.listen(0, '127.0.0.1', resolve));
    return smsc;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves with the first message that fits, now or later. */
  waitFor(fits: (message: SmscMessage) => boolean, timeoutMs = 10_000): Promise<SmscMessage> {
    return waitFor(() => this.messages.find(fits), { what: 'a message at the SMSC', timeoutMs });
  }

  /** Cuts every line; a gateway connects again by itself. */
  disconnect(): void {
    for (const session of [...this.#server.sessions]) session.destroy();
  }

  sendReceipt({ id, from, to, session }: SmscMessage, state: ReceiptState): void {
    const done = state === 'DELIVRD';
    const fields = [`id:${id}`, 'sub:001', `dlvrd:00${done ? 1 : 0}`, 'submit date:2611220900', 'done date:2611220901'];
    session.deliver_sm({
      source_addr: to,
      destination_addr: from,
      esm_class: 0x04,
      short_message: Buffer.from([...fields, `stat:${state}`, `err:${done ? '000' : '001'}`, 'text:'].join(' ')),
    });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.disconnect();
    await closed;
  }

  #greet(session: Session): void {
    for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver', 'enquire_link', 'unbind']) {
      session.on(command, (pdu: Pdu) => session.send(pdu.response()));
    }
    session.on('submit_sm', (pdu: Pdu) => {
      if (this.delayMs > 0) setTimeout(() => this.#take(session, pdu), this.delayMs);
      else this.#take(session, pdu);
    });
    session.on('error', () => session.destroy());
  }

  #take(session: Session, pdu: Pdu): void {
    this.submitted += 1;
    const text = textOf(pdu);
    const answer = this.answer(pdu.destination_addr, text);
    if (answer === 'hang') return;
    if (answer === 'disconnect') {
      session.destroy();
      return;
    }
    if (answer !== 'accept') {
      session.send(pdu.response({ command_status: smpp.errors[answer] }));
      return;
    }
    const id = String(this.#nextId++);
    session.send(pdu.response({ message_id: id }));
    this.#keep(session, pdu, id, text);
  }

  #keep(session: Session, pdu: Pdu, id: string, text: string): void {
    const whole = this.#join(pdu, text);
    const message: SmscMessage = {
      id,
      from: pdu.source_addr,
      to: pdu.destination_addr,
      text: whole?.join('') ?? text,
      parts: whole?.length ?? 1,
      dataCoding: pdu.data_coding,
      receiptWanted: (pdu.registered_delivery & 1) === 1,
      validityPeriod: pdu.validity_period || undefined,
      session,
    };
    if (whole) this.messages.push(message);
    if (message.receiptWanted && this.receipt) this.sendReceipt(message, this.receipt);
  }

  /** The parts of a long message in their order, once the last of them has come. */
  #join(pdu: Pdu, text: string): string[] | undefined {
    const header = longMessageHeader(pdu);
    if (!header) return [text];
    const key = `${pdu.source_addr} ${pdu.destination_addr} ${header.reference}`;
    const parts = this.#parts.get(key) ?? [];
    parts[header.number - 1] = text;
    this.#parts.set(key, parts);
    if (Object.keys(parts).length < header.total) return undefined;
    this.#parts.delete(key);
    return parts;
  }
}

function textOf(pdu: Pdu): string {
  const body = pdu.message_payload ?? pdu.short_message;
  return typeof body.message === 'string' ? body.message : body.message.toString('latin1');
}

/** 3GPP TS 23.040, 9.2.3.24: element 00 has an 8-bit reference, element 08 a 16-bit one; then total and number. */
function longMessageHeader(pdu: Pdu): { reference: number; total: number; number: number } | undefined {
  for (const element of pdu.short_message.udh ?? []) {
    if (element[0] === 0x00)
      return { reference: element.readUInt8(2), total: element[3] ?? 1, number: element[4] ?? 1 };
    if (element[0] === 0x08)
      return { reference: element.readUInt16BE(2), total: element[4] ?? 1, number: element[5] ?? 1 };
  }
  return undefined;
}
