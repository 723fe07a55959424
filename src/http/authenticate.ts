/**
 * Who is asking, and may they? API keys as bearer tokens, or the host's own sessions. Without configured keys only this
 * machine itself is answered.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LedgerbellError } from '../contracts/errors.js';

/** `application`: the bank's own online bank, which sends codes and keeps customers and their choices. */
export type Role = 'admin' | 'operator' | 'analyst' | 'auditor' | 'application';

export interface Caller {
  /** As the audit calls them. */
  subject: string;
  roles: readonly Role[];
}

/** A host's own answer to who is asking; undefined where it does not know them. */
export type Authorize = (req: IncomingMessage) => Caller | undefined | Promise<Caller | undefined>;

export interface ApiKey {
  name: string;
  role: Role;
  key: string;
}

/** What a request may need, and the roles that have it. */
export const SCOPES = {
  'customers:read': ['admin', 'operator', 'analyst', 'application'],
  'customers:write': ['admin', 'operator', 'application'],
  'customers:export': ['admin'],
  'customers:erase': ['admin'],
  'legal-holds:read': ['admin', 'auditor'],
  'legal-holds:write': ['admin'],
  'alerts:read': ['admin', 'operator', 'analyst', 'auditor'],
  'alerts:redrive': ['admin', 'operator'],
  'personal:read': ['admin', 'analyst'],
  'events:explain': ['admin', 'analyst'],
  challenges: ['admin', 'application'],
  'campaigns:read': ['admin', 'operator', 'analyst', 'auditor'],
  'campaigns:write': ['admin', 'analyst'],
  'campaigns:start': ['admin', 'analyst'],
  'campaigns:stop': ['admin', 'operator', 'analyst'],
  hold: ['admin', 'operator'],
  'rules:read': ['admin', 'operator', 'analyst', 'auditor'],
  'rules:approve': ['admin', 'analyst'],
  'config:read': ['admin', 'operator', 'auditor'],
  'quarantine:read': ['admin', 'operator'],
  'statements:take': ['admin', 'operator', 'application'],
  'statements:read': ['admin', 'operator', 'auditor', 'application'],
  'webhooks:read': ['admin', 'operator', 'auditor'],
  'webhooks:redrive': ['admin', 'operator'],
  'audit:read': ['admin', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Scope = keyof typeof SCOPES;

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const LOCAL_HOST = /^(?:localhost|[\w.-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
/** A proxy on this machine connects from loopback for everybody, and says so. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Answers who is asking. @throws LedgerbellError `unauthenticated`, `keys-not-configured` */
export type Authenticate = (req: IncomingMessage) => Promise<Caller>;

export function createAuthenticate(options: { apiKeys: readonly ApiKey[]; authorize?: Authorize }): Authenticate {
  const keys = options.apiKeys.map(({ name, role, key }) => ({ name, role, digest: digest(key) }));
  return async (req) => {
    if (options.authorize !== undefined) return (await options.authorize(req)) ?? unauthenticated();
    if (keys.length === 0) return local(req);
    const token = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined) return unauthenticated();
    const given = digest(token);
    const known = keys.find((key) => timingSafeEqual(key.digest, given));
    return known === undefined ? unauthenticated() : { subject: known.name, roles: [known.role] };
  };
}

/** @throws LedgerbellError `forbidden` */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!hasScope(caller, scope)) throw new LedgerbellError('forbidden', `This needs the scope ${scope}`);
}

export function hasScope({ roles }: Caller, scope: Scope): boolean {
  const allowed: readonly Role[] = SCOPES[scope];
  return roles.some((role) => allowed.includes(role));
}

/** The name asked for must be local too: a web page whose name was made to point here must not give orders. */
function local(req: IncomingMessage): Caller {
  const isDirect = PROXY_HEADERS.every((header) => req.headers[header] === undefined);
  const isLocal = LOOPBACK.test(req.socket.remoteAddress ?? '') && LOCAL_HOST.test(req.headers.host ?? '');
  if (isLocal && isDirect) return { subject: 'local', roles: ['admin'] };
  throw new LedgerbellError(
    'keys-not-configured',
    'No API keys are configured, so only this machine itself is answered',
  );
}

function unauthenticated(): never {
  throw new LedgerbellError('unauthenticated', 'Send a valid key as: Authorization: Bearer KEY');
}

/** Digests have one length, so that the comparison tells nothing. */
function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
