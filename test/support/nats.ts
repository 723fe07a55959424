/** Real NATS servers with JetStream on free ports, alone or as a cluster, each with a store of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JetStreamManager, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { ensurePrograms, findProgram } from '../../scripts/debian-package.mjs';
import { freePort } from '../../scripts/free-port.mjs';
import { waitFor } from './wait-for.js';

export interface NatsServer {
  name: string;
  url: string;
  start(): Promise<void>;
  /** SIGKILL; its store stays. */
  kill(): Promise<void>;
}

export interface Nats {
  servers: readonly NatsServer[];
  urls: string[];
  /** A connection for the test itself. Close it. */
  connect(): Promise<{ connection: NatsConnection; manager: JetStreamManager }>;
  remove(): Promise<void>;
}

export interface NatsOptions {
  /** How many servers form a cluster; 1 unless set. */
  servers?: number;
  /** More of the server's configuration. */
  configuration?: string;
  /** Who the test itself is, where the configuration names users. */
  user?: { user: string; pass: string };
}

/** Installs the Debian package where it is missing and that is possible; otherwise says why there is no NATS. */
export function natsUnavailable(): string | undefined {
  return ensurePrograms(['nats-server'], ['nats-server']);
}

export async function startNats({
  servers: count = 1,
  configuration = '',
  user = undefined,
}: NatsOptions = {}): Promise<Nats> {
  const home = mkdtempSync(join(tmpdir(), 'ledgerbell-nats-'));
  const ports = await Promise.all(
    Array.from({ length: count }, async () => ({ client: await freePort(), cluster: await freePort() })),
  );
  const routes = ports.map(({ cluster }) => `nats://127.0.0.1:${cluster}`);
  const servers = ports.map(({ client, cluster }, index) => {
    const name = `n${index + 1}`;
    const file = join(home, `${name}.conf`);
    const clustered = `cluster { name: test, listen: "127.0.0.1:${cluster}", routes: ${JSON.stringify(routes)} }\n`;
    writeFileSync(
      file,
      `server_name: ${name}\nlisten: "127.0.0.1:${client}"\njetstream { store_dir: "${join(home, name)}" }\n` +
        `${count > 1 ? clustered : ''}${configuration}\n`,
    );
    return serverOf(name, `nats://127.0.0.1:${client}`, file, join(home, `${name}.log`));
  });
  const urls = servers.map(({ url }) => url);
  const nats: Nats = {
    servers,
    urls,
    async connect() {
      const connection = await connect({ servers: urls, maxReconnectAttempts: -1, reconnectTimeWait: 100, ...user });
      return { connection, manager: await jetstreamManager(connection, { checkAPI: false }) };
    },
    async remove() {
      await Promise.all(servers.map((server) => server.kill()));
      rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    await Promise.all(servers.map((server) => server.start()));
    await ready(nats);
    return nats;
  } catch (error) {
    const logs = servers.map(({ name }) => readFileSync(join(home, `${name}.log`), 'utf8').slice(-1500));
    await nats.remove();
    throw new Error(`NATS did not start\n${logs.join('\n')}`, { cause: error });
  }
}

/** A cluster has JetStream once its servers chose a leader among them. */
async function ready(nats: Nats): Promise<void> {
  const { connection, manager } = await waitFor(() => nats.connect(), { what: 'NATS to answer' });
  try {
    const replicas = nats.servers.length;
    await waitFor(
      () =>
        manager.streams.add({ name: 'probe', subjects: ['probe'], num_replicas: replicas, storage: StorageType.File }),
      { what: 'JetStream to choose a leader', timeoutMs: 120_000, everyMs: 100 },
    );
    // An answer that is lost leaves a stream that disturbs nobody.
    await manager.streams.delete('probe').catch(() => undefined);
  } finally {
    await connection.close();
  }
}

function serverOf(name: string, url: string, file: string, log: string): NatsServer {
  let child: ChildProcess | undefined;
  return {
    name,
    url,
    async start() {
      const output = openSync(log, 'a');
      const program = findProgram('nats-server') as string;
      const setpriv = findProgram('setpriv');
      // A server must not outlive a test run that was killed.
      const [command, first] = setpriv ? [setpriv, ['--pdeathsig', 'KILL', program]] : [program, []];
      child = spawn(command, [...first, '-c', file], { stdio: ['ignore', output, output] });
      closeSync(output);
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
