/** The part of the `smpp` package that only the simulated SMSC uses; the rest is described beside the adapter. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer } from 'node:net';

  export interface Pdu {
    command: string;
    command_status: number;
    system_id?: string;
    source_addr: string;
    destination_addr: string;
    data_coding: number;
    registered_delivery: number;
    validity_period?: unknown;
    short_message: { message: string | Buffer; udh?: Buffer[] };
    message_payload?: { message: string | Buffer; udh?: Buffer[] };
    response(fields?: Record<string, unknown>): Pdu;
  }

  export interface Session extends EventEmitter {
    send(pdu: Pdu): boolean;
    deliver_sm(fields: Record<string, unknown>, answered?: (pdu: Pdu) => void): boolean;
    close(): void;
    destroy(): void;
  }

  export interface Server extends NetServer {
    sessions: Session[];
  }

  export interface Smpp {
    createServer(onSession: (session: Session) => void): Server;
  }
}
