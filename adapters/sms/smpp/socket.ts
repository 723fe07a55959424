/** A TCP or TLS socket to the SMSC, and in one stable word why there is none. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Settings } from './settings.js';

/** `code` has no prefix; `isRefusal` where the SMSC answered and will not have us. */
export class LinkFailed extends Error {
  readonly code: string;
  readonly isRefusal: boolean;
  constructor(code: string, isRefusal = false) {
    super(`no connection to the SMSC: ${code}`);
    this.name = 'LinkFailed';
    this.code = code;
    this.isRefusal = isRefusal;
  }
}

const CODES: Record<string, string | undefined> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'host-not-found',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ETIMEDOUT: 'connect-timeout',
};

/** @throws LinkFailed */
export function openSocket(settings: Settings, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = start(settings);
    const patience = setTimeout(() => fail('connect-timeout'), settings.responseMs);
    const abandon = () => fail('closed');
    function fail(code: string): void {
      done();
      socket.destroy();
      reject(new LinkFailed(code));
    }
    function done(): void {
      clearTimeout(patience);
      signal.removeEventListener('abort', abandon);
    }
    signal.addEventListener('abort', abandon);
    // It stays for the socket's life: an error without a listener would end the process; `close` follows and says the rest.
    socket.on('error', (error: NodeJS.ErrnoException) => fail(codeOf(error, settings)));
    socket.once('close', () => fail('connection-lost'));
    socket.once(settings.tls ? 'secureConnect' : 'connect', () => {
      done();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

function start({ host, port, tls }: Settings): Socket {
  if (tls === undefined) return connect({ host, port });
  return connectTls({
    host,
    port,
    servername: tls.serverName ?? (isIP(host) === 0 ? host : undefined),
    ca: tls.authority,
    cert: tls.certificate,
    key: tls.key,
    minVersion: 'TLSv1.2',
  });
}

function codeOf(error: NodeJS.ErrnoException, { tls }: Settings): string {
  return CODES[error.code ?? ''] ?? (tls ? 'tls-failed' : 'connection-failed');
}
