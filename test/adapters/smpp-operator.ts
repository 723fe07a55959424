/** An SMSC in the test's hands: the `smpp` package's server, which keeps every packet and answers as it is told. */
import type { AddressInfo } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';
import smppAdapter, { type SmppConfig } from '../../adapters/sms/smpp/index.js';
import type { AdapterTools, InboundMessage, Receipt, SmsAdapter } from '../../src/contracts/adapter.js';
import { waitFor } from '../support/wait-for.js';
import { toolsFor } from './sms-contract.js';

/** A packet with all its fields, as the package reads them. */
export type AnyPdu = Pdu & Record<string, unknown>;
export type OnSubmit = (pdu: AnyPdu, session: Session) => void;

export interface Operator {
  port: number;
  /** Every submit_sm, in order. */
  submits: AnyPdu[];
  binds: AnyPdu[];
  unbinds: number;
  enquiries: number;
  sessions: Session[];
  onSubmit: OnSubmit;
  onBind(pdu: AnyPdu, session: Session): void;
  onEnquiry(pdu: AnyPdu, session: Session): void;
  /** Sends something by itself; resolves with the status it was answered with. */
  deliver(fields: Record<string, unknown>, session?: Session): Promise<number>;
  submitted(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface ServerMaker {
  createServer(options: object, onSession: (session: Session) => void): ReturnType<typeof smpp.createServer>;
}

export async function startOperator(options: { port?: number; key?: string; cert?: string } = {}): Promise<Operator> {
  const { port = 0, ...tls } = options;
  const server = (smpp as unknown as ServerMaker).createServer(tls, (session) => greet(session));
  let nextId = 1;
  const operator: Operator = {
    port: 0,
    submits: [],
    binds: [],
    unbinds: 0,
    enquiries: 0,
    sessions: [],
    onSubmit: (pdu, session) => void session.send(pdu.response({ message_id: String(nextId++) })),
    onBind: (pdu, session) => void session.send(pdu.response({ system_id: 'operator' })),
    onEnquiry: (pdu, session) => void session.send(pdu.response()),
    deliver: (fields, session = operator.sessions.at(-1)) =>
      new Promise((resolve) => session?.deliver_sm(fields, ({ command_status }) => resolve(command_status))),
    submitted: async (count) => void (await waitFor(() => operator.submits.length >= count, { what: 'submits' })),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const session of [...operator.sessions]) session.destroy();
      }),
  };

  function greet(session: Session): void {
    operator.sessions.push(session);
    session.on('close', () => operator.sessions.splice(operator.sessions.indexOf(session), 1));
    session.on('error', () => session.destroy());
    for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
      session.on(command, (pdu: AnyPdu) => {
        operator.binds.push(pdu);
        operator.onBind(pdu, session);
      });
    }
    session.on('enquire_link', (pdu: AnyPdu) => {
      operator.enquiries += 1;
      operator.onEnquiry(pdu, session);
    });
    session.on('unbind', (pdu: AnyPdu) => {
      operator.unbinds += 1;
      session.send(pdu.response());
      session.close();
    });
    session.on('submit_sm', (pdu: AnyPdu) => {
      operator.submits.push(pdu);
      operator.onSubmit(pdu, session);
    });
  }

  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  operator.port = (server.address() as AddressInfo).port;
  return operator;
}

/** Refuses with a status by its name. */
export function refuse(name: string): OnSubmit {
  return (pdu, session) => void session.send(pdu.response({ command_status: smpp.errors[name] }));
}

/** What adapters handed over. */
export interface Received {
  receipts: Receipt[];
  inbound: InboundMessage[];
}

/** Adapters that are closed after each test. */
export class Adapters {
  readonly received: Received = { receipts: [], inbound: [] };
  /** Takes the place of the database; replace it to fail or to wait. */
  record: () => Promise<void> = () => Promise.resolve();
  #open: SmsAdapter[] = [];

  create(config: Partial<SmppConfig> & { port: number }, tools: Partial<AdapterTools> = {}): SmsAdapter {
    const receive: AdapterTools['receive'] = async ({ receipts = [], inbound = [] }) => {
      await this.record();
      this.received.receipts.push(...receipts);
      this.received.inbound.push(...inbound);
    };
    const whole = { host: '127.0.0.1', systemId: 'bank', password: 's3cr3t', ...QUICK, ...config };
    const adapter = smppAdapter.create(whole, toolsFor({ receive, ...tools }));
    this.#open.push(adapter);
    return adapter;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((adapter) => adapter.close?.()));
    this.received.receipts.length = 0;
    this.received.inbound.length = 0;
    this.record = () => Promise.resolve();
  }
}

const QUICK: Partial<SmppConfig> = { waitMs: 600, responseMs: 600, reconnectMs: 20, reconnectMaxMs: 100 };
