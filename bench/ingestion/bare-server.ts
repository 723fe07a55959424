/** A plain node:http server that verifies, parses, validates and answers; or, with `work: false`, only answers. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from '../harness/worker.js';
import { answerBody, readEvents } from './bare-handler.js';

answer<{ work: boolean }>(async ({ work }) => {
  const server = createServer(async (req, res) => {
    const body = await wholeBody(req);
    const events = work ? readEvents(req.headers, body) : [];
    const text = work ? answerBody(events.map(({ id }) => ({ id, alerts: [] }))) : '{"accepted":1}';
    res.setHeader('content-type', 'application/json');
    res.setHeader('content-length', Buffer.byteLength(text));
    res.end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { ready: (server.address() as AddressInfo).port, answers: {} };
});

function wholeBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    req.on('error', reject);
  });
}
