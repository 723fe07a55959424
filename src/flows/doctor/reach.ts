/** How far one gets towards an address: its name, a connection, a certificate that is trusted. Sends nothing. */
import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type Found, fail, ok, warn } from './finding.js';

const LIMIT_MS = 5_000;
const DAY = 86_400_000;
const RENEW_BEFORE_DAYS = 14;

export interface Target {
  host: string;
  port: number;
  secure: boolean;
}

/** @throws TypeError where it is no address */
export function targetOf(address: string, usualPort = 0): Target {
  const url = new URL(address.includes('://') ? address : `tcp://${address}`);
  const secure = url.protocol === 'https:' || url.protocol === 'tls:';
  const port = Number(url.port) || { 'https:': 443, 'http:': 80 }[url.protocol] || usualPort;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, secure };
}

export async function reach(subject: string, { host, port, secure }: Target, now: number): Promise<Found> {
  const place = `${host}:${port}`;
  try {
    await lookup(host);
  } catch {
    return fail(
      subject,
      `the name ${host} is not known`,
      'Look for a spelling mistake, and at the DNS of this machine',
    );
  }
  try {
    const socket = await connected(
      secure ? connectTls({ host, port, servername: host }) : connect({ host, port }),
      secure,
    );
    const left = secure ? daysLeft(socket as TLSSocket, now) : undefined;
    socket.destroy();
    if (left !== undefined && left < RENEW_BEFORE_DAYS) {
      return warn(subject, `the certificate of ${place} ends in ${left} days`, 'Have it renewed');
    }
    return ok(subject, `${place} can be reached${secure ? ', and its certificate is trusted' : ''}`);
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? 'unknown');
    if (/CERT|SIGNED|ALTNAME|VERIFY|ISSUER|SSL|TLS/.test(code)) {
      return fail(
        subject,
        `the certificate of ${place} is not trusted (${code})`,
        'NODE_EXTRA_CA_CERTS names a file with the authority, where it is your own',
      );
    }
    return fail(
      subject,
      `${place} does not take connections (${code})`,
      'Look at the address, and at the firewall between here and there',
    );
  }
}

function connected(socket: Socket, secure: boolean): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(LIMIT_MS, () => end(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })));
    socket.once('error', end);
    socket.once(secure ? 'secureConnect' : 'connect', () => resolve(socket));
  });
}

function daysLeft(socket: TLSSocket, now: number): number | undefined {
  const ends = Date.parse(socket.getPeerCertificate().valid_to ?? '');
  return Number.isFinite(ends) ? Math.floor((ends - now) / DAY) : undefined;
}
