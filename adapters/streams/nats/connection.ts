/** One connection for all partitions: made in the background, tried again for as long as it takes, with longer waits. */
import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { StreamTools } from '../../../src/contracts/stream.js';
import type { Libraries } from './libraries.js';
import { LONGEST_WAIT_MS, type NatsConfig, reconnectMs } from './settings.js';

export interface Connected {
  connection: NatsConnection;
  client: JetStreamClient;
  manager: JetStreamManager;
}

export interface Link {
  /** Resolves with the connection once there is one; rejects after `close`. */
  ready: Promise<Connected>;
  isUp(): boolean;
  close(): Promise<void>;
}

export function openLink(config: NatsConfig, { core, jetstream }: Libraries, { log, name }: StreamTools): Link {
  const closing = new AbortController();
  let connection: NatsConnection | undefined;
  let isUp = false;
  /** Monotonic milliseconds. */
  let brokeAt = performance.now();

  async function open(): Promise<Connected> {
    for (let waitMs = reconnectMs(config); ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        connection = await core.connect(connectionOptions(config, core, name, () => performance.now() - brokeAt));
        break;
      } catch (error) {
        log.warn({ stream: name, error: codeOf(error), waitMs }, 'NATS cannot be reached; trying again');
        await pause(waitMs, undefined, { signal: closing.signal });
      }
    }
    if (closing.signal.aborted) await connection.close();
    closing.signal.throwIfAborted();
    isUp = true;
    log.info({ stream: name }, 'connected to NATS');
    void watch(connection);
    const options = config.domain === undefined ? {} : { domain: config.domain };
    const client = jetstream.jetstream(connection, options);
    // Whether JetStream answers is found out by whoever asks it, again and again.
    const manager = await jetstream.jetstreamManager(connection, { ...options, checkAPI: false });
    return { connection, client, manager };
  }

  async function watch(watched: NatsConnection): Promise<void> {
    for await (const { type } of watched.status()) {
      if (type === 'disconnect') brokeAt = performance.now();
      if (type === 'disconnect' || type === 'staleConnection') isUp = false;
      if (type === 'reconnect') isUp = true;
      if (type === 'disconnect') log.warn({ stream: name }, 'the connection to NATS broke; trying again');
      if (type === 'reconnect') log.info({ stream: name }, 'connected to NATS again');
    }
    isUp = false;
  }

  const ready = open();
  // Whoever waits for it hears of it; nobody may be waiting when it is given up.
  ready.catch(() => undefined);
  return {
    ready,
    isUp: () => isUp,
    async close() {
      closing.abort();
      await connection?.close();
    },
  };
}

/** @param away for how long there has been no connection, milliseconds */
function connectionOptions(
  config: NatsConfig,
  core: Libraries['core'],
  name: string,
  away: () => number,
): ConnectionOptions {
  const { servers, user, password, token, nkeySeed, credentials, tls } = config;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const authenticators = [
    ...(user === undefined ? [] : [core.usernamePasswordAuthenticator(user, password)]),
    ...(token === undefined ? [] : [core.tokenAuthenticator(token)]),
    ...(nkeySeed === undefined ? [] : [core.nkeyAuthenticator(bytes(nkeySeed))]),
    ...(credentials === undefined ? [] : [core.credsAuthenticator(bytes(credentials))]),
  ];
  return {
    servers,
    name: `ledgerbell ${name}`,
    ...(authenticators.length === 0 ? {} : { authenticator: authenticators }),
    ...(tls === undefined ? {} : { tls: { ca: tls.authority, cert: tls.certificate, key: tls.key } }),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    pingInterval: 10_000,
    // Half as long again as it has been away, so that the waits grow; asked for more than once an attempt.
    reconnectDelayHandler: () => {
      const waitMs = Math.min(Math.max(away() / 2, reconnectMs(config)), LONGEST_WAIT_MS);
      return waitMs / 2 + Math.random() * (waitMs / 2);
    },
  };
}

/** A word for the log, never a text: it could quote an address with a password. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && /^[\w-]{1,40}$/.test(code)) return code;
  return typeof name === 'string' ? name : 'unknown';
}
