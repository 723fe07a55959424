/** A provider that speaks as Kannel does, takes everything after a moment, and knows when a number was sent to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../harness/worker.js';

export interface Arrivals {
  /** How many messages came in all. */
  messages: number;
  /** Epoch milliseconds with fractions, in order, by number. */
  watched: Record<string, number[]>;
}

/** Only numbers that begin with `watched` are noted. */
answer<{ watched: string; answerMs: number }>(async ({ watched, answerMs }) => {
  const arrivals: Arrivals = { messages: 0, watched: {} };
  const server = createServer((request, response) => {
    const now = performance.timeOrigin + performance.now();
    const to = new URL(request.url ?? '/', 'http://provider').searchParams.get('to') ?? '';
    arrivals.messages += 1;
    if (to.startsWith(watched)) arrivals.watched[to] = [...(arrivals.watched[to] ?? []), now];
    setTimeout(() => {
      response.statusCode = 202;
      response.end('0: Accepted for delivery');
    }, answerMs);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { ready: (server.address() as AddressInfo).port, answers: { arrivals: () => arrivals } };
});
