/** The load generator, a process of its own. It makes its requests beforehand, and then sends them as fast as asked. */
import { quantile } from '../harness/statistics.js';
import { postings } from '../world/ingestion.js';
import { type Connection, openConnection } from './connection.js';
import { eventsIn, type Mode, signedRequest } from './requests.js';

export interface LoadOrder {
  port: number;
  mode: Mode;
  /** Unique for each order. */
  prefix: string;
  seed: number;
  accounts: number;
  /** Requests made beforehand; the round ends when they are used up, if not before. */
  requests: number;
  milliseconds: number;
  /** Requests a second, sent when they are due whether or not earlier ones were answered; as fast as possible where absent. */
  rate?: number;
  connections: number;
}

export interface LoadResult {
  requests: number;
  events: number;
  /** Requests that were not answered with every event accepted. */
  refused: number;
  milliseconds: number;
  /** Milliseconds from when a request was due to the end of its answer. */
  latency: { p50: number; p99: number; p999: number };
  /** CPU of this process, milliseconds. */
  cpu: number;
}

export async function load(order: LoadOrder, started: () => void): Promise<LoadResult> {
  const now = Date.now();
  const events = postings(order.prefix, order.seed, order.accounts, now);
  const requests = Array.from({ length: order.requests }, () => signedRequest(order.mode, events, now));
  const connections = await Promise.all(Array.from({ length: order.connections }, () => openConnection(order.port)));
  const accepted = `"accepted":${eventsIn(order.mode)}`;
  const latencies: number[] = [];
  let refused = 0;
  let next = 0;
  const cpuBefore = process.cpuUsage();
  started();
  const began = performance.now();
  const end = began + order.milliseconds;

  async function sendAll(connection: Connection): Promise<void> {
    while (next < requests.length) {
      const at = next++;
      const due = order.rate === undefined ? performance.now() : began + (at * 1000) / order.rate;
      if (due > end) return;
      if (due > performance.now()) await sleepUntil(due);
      const { status, body } = await connection.send(requests[at] as Buffer);
      latencies.push(performance.now() - due);
      if (status !== 200 || !body.includes(accepted)) refused += 1;
      if (performance.now() > end) return;
    }
  }

  await Promise.all(connections.map(sendAll));
  const milliseconds = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  for (const connection of connections) connection.close();
  return {
    requests: latencies.length,
    events: (latencies.length - refused) * eventsIn(order.mode),
    refused,
    milliseconds,
    latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), p999: quantile(latencies, 0.999) },
    cpu: (user + system) / 1000,
  };
}

function sleepUntil(due: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
}
