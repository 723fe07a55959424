/**
 * One connection to the SMSC, from the bind to its end: requests and their answers, and proof of life. It is never repaired;
 * `keeper.ts` opens the next. Sockets and time-outs are ours because the `smpp` package's sessions leave a request whose
 * connection is lost without an answer for ever.
 */
import { createFramer, encodePdu, type FieldValue, type Pdu } from './pdu.js';
import type { Settings } from './settings.js';
import { LinkFailed, openSocket } from './socket.js';
import { statusCode } from './status.js';

export type Bind = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';

export type Answer =
  | { kind: 'response'; pdu: Pdu }
  /** It was written, and nothing came back in time, or at all. */
  | { kind: 'no-answer'; code: 'no-response' | 'connection-lost' }
  | { kind: 'not-written' };

export interface LinkEvents {
  /** What the SMSC sends by itself; resolves with the status it is answered with. */
  deliver(pdu: Pdu): Promise<number>;
  /** `isUsable` may have changed. */
  changed(): void;
}

export interface LinkRequest {
  fields?: Record<string, FieldValue>;
  parameters?: readonly [number, Buffer][];
  timeoutMs?: number;
  /** Hears an answer that came after the time-out. */
  late?(pdu: Pdu): void;
}

export interface Link {
  request(command: string, request?: LinkRequest): Promise<Answer>;
  /** Whether more may be written: bound, alive as far as is known, and not stuffed. */
  isUsable(): boolean;
  /** Takes leave of the SMSC and closes. */
  unbind(): Promise<void>;
  closed: Promise<void>;
}

interface Pending {
  settle(answer: Answer): void;
  late?(pdu: Pdu): void;
}

const DELIVERIES = ['deliver_sm', 'data_sm'];
const VERSION = 0x34;
const LAST_SEQUENCE = 0x7fff_ffff;
const MOST_LATE = 1000;
const INVALID_COMMAND = 0x03;

/** @throws LinkFailed where the SMSC cannot be reached or refuses the bind */
export async function openLink(settings: Settings, bind: Bind, events: LinkEvents, signal: AbortSignal): Promise<Link> {
  const socket = await openSocket(settings, signal);
  const pending = new Map<number, Pending>();
  const late = new Map<number, (pdu: Pdu) => void>();
  let sequence = 0;
  let isBound = false;
  let isDoubtful = false;
  let heard = 0;

  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const idle = setTimeout(prove, settings.enquireLinkMs);
  const frame = createFramer(take);
  socket.on('data', (chunk: Buffer) => {
    try {
      frame(chunk);
    } catch {
      socket.destroy();
    }
  });
  socket.on('drain', () => events.changed());
  signal.addEventListener('abort', abandon);
  socket.once('close', () => {
    clearTimeout(idle);
    signal.removeEventListener('abort', abandon);
    for (const { settle } of [...pending.values()]) settle({ kind: 'no-answer', code: 'connection-lost' });
    events.changed();
  });

  function abandon(): void {
    socket.destroy();
  }

  function request(command: string, options: LinkRequest = {}): Promise<Answer> {
    if (!socket.writable) return Promise.resolve({ kind: 'not-written' });
    sequence = sequence === LAST_SEQUENCE ? 1 : sequence + 1;
    const own = sequence;
    const heardBefore = heard;
    const bytes = encodePdu(command, { sequence: own }, options.fields, options.parameters);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        if (options.late !== undefined) rememberLate(own, options.late);
        settle({ kind: 'no-answer', code: 'no-response' });
        if (heard === heardBefore) prove();
      }, options.timeoutMs ?? settings.responseMs);
      function settle(answer: Answer): void {
        clearTimeout(timer);
        pending.delete(own);
        resolve(answer);
      }
      pending.set(own, { settle });
      socket.write(bytes);
    });
  }

  function rememberLate(own: number, hear: (pdu: Pdu) => void): void {
    late.set(own, hear);
    const [oldest] = late.keys();
    if (late.size > MOST_LATE && oldest !== undefined) late.delete(oldest);
  }

  function take(pdu: Pdu): void {
    heard += 1;
    idle.refresh();
    doubt(false);
    if (pdu.isResponse) takeAnswer(pdu);
    else takeRequest(pdu);
  }

  function takeAnswer(pdu: Pdu): void {
    pending.get(pdu.sequence)?.settle({ kind: 'response', pdu });
    late.get(pdu.sequence)?.(pdu);
    late.delete(pdu.sequence);
  }

  function takeRequest(pdu: Pdu): void {
    if (DELIVERIES.includes(pdu.command)) {
      events.deliver(pdu).then((status) => answer(pdu, `${pdu.command}_resp`, status));
    } else if (pdu.command === 'enquire_link') {
      answer(pdu, 'enquire_link_resp');
    } else if (pdu.command === 'unbind') {
      isBound = false;
      answer(pdu, 'unbind_resp');
      socket.end();
      events.changed();
    } else if (pdu.command !== 'alert_notification') {
      answer(pdu, 'generic_nack', INVALID_COMMAND);
    }
  }

  function answer({ sequence: theirs }: Pdu, command: string, status = 0): void {
    if (socket.writable) socket.write(encodePdu(command, { sequence: theirs, status }));
  }

  /** Nothing more is written until the SMSC is heard again: what is written to a dead one may have been sent, for all we know. */
  async function prove(): Promise<void> {
    if (!isBound || isDoubtful || !socket.writable) return;
    doubt(true);
    const heardBefore = heard;
    await request('enquire_link');
    if (heard === heardBefore) socket.destroy();
  }

  function doubt(now: boolean): void {
    if (isDoubtful === now) return;
    isDoubtful = now;
    events.changed();
  }

  async function unbind(): Promise<void> {
    const wasBound = isBound;
    isBound = false;
    if (wasBound) await request('unbind');
    socket.end();
    // Where the SMSC does not close its side, nobody waits for it.
    const patience = setTimeout(() => socket.destroy(), settings.responseMs);
    await closed;
    clearTimeout(patience);
  }

  const bound = await request(bind, {
    fields: {
      system_id: settings.systemId,
      password: settings.password,
      system_type: settings.systemType,
      interface_version: VERSION,
    },
  });
  if (bound.kind !== 'response' || bound.pdu.status !== 0) {
    socket.destroy();
    throw bound.kind === 'response'
      ? new LinkFailed(statusCode(bound.pdu.status).replace(/^smpp-/, 'bind-'), true)
      : new LinkFailed(bound.kind === 'not-written' ? 'connection-lost' : `bind-${bound.code}`);
  }
  isBound = true;
  return {
    request,
    isUsable: () => isBound && !isDoubtful && socket.writable && !socket.writableNeedDrain,
    unbind,
    closed,
  };
}
