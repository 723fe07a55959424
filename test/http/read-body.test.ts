import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { readBody } from '../../src/http/read-body.js';

const LIMIT = 1_000;

/** Answers with the length of the body it read, or with the code and status of the refusal. */
async function answer(req: IncomingMessage): Promise<{ status: number; text: string }> {
  try {
    return { status: 200, text: String((await readBody(req, LIMIT)).toString('hex')) };
  } catch (error) {
    const { code, status, message } = error as { code: string; status: number; message: string };
    return { status, text: `${code}: ${message}` };
  }
}

describe('readBody', () => {
  const servers: Server[] = [];
  let lastAnswer: Promise<{ status: number; text: string }> | undefined;

  async function listen(before?: express.RequestHandler): Promise<number> {
    const app = express();
    if (before !== undefined) app.use(before);
    app.use(async (req, res) => {
      lastAnswer = answer(req);
      const { status, text } = await lastAnswer;
      res.status(status).send(text);
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    servers.unshift(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const post = async (port: number, init: RequestInit) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...init });
    return { status: response.status, text: await response.text() };
  };
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('gives the bytes that were sent, in as many pieces as they came', async () => {
    const port = await listen();
    const bytes = Buffer.from([0, 255, 254, 10, 13, 195, 181]);
    expect((await post(port, { body: bytes })).text).to.equal(bytes.toString('hex'));
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.subarray(0, 3));
        controller.enqueue(bytes.subarray(3));
        controller.close();
      },
    });
    expect((await post(port, { body: stream, duplex: 'half' } as RequestInit)).text).to.equal(bytes.toString('hex'));
    expect((await post(port, {})).text).to.equal('');
  });

  it('takes a body at the limit and refuses one byte more, stated or streamed', async () => {
    const port = await listen();
    expect((await post(port, { body: Buffer.alloc(LIMIT) })).status).to.equal(200);
    const stated = await post(port, { body: Buffer.alloc(LIMIT + 1) });
    expect(stated).to.deep.equal({
      status: 413,
      text: `body-too-large: The body is larger than the limit of ${LIMIT} bytes.`,
    });
    const stream = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 200; sent += 1) controller.enqueue(Buffer.alloc(LIMIT));
        controller.close();
      },
    });
    expect((await post(port, { body: stream, duplex: 'half' } as RequestInit)).status).to.equal(413);
  });

  it('refuses a compressed body, and takes one that says identity', async () => {
    const port = await listen();
    const refused = await post(port, { body: 'x', headers: { 'content-encoding': 'gzip' } });
    expect(refused.status).to.equal(415);
    expect(refused.text).to.contain('content-encoding-unsupported');
    expect((await post(port, { body: 'x', headers: { 'content-encoding': 'identity' } })).text).to.equal('78');
  });

  it('tells a host whose body parser consumed the bytes where to read on', async () => {
    const port = await listen(express.json());
    const refused = await post(port, { body: '{}', headers: { 'content-type': 'application/json' } });
    expect(refused.status).to.equal(500);
    expect(refused.text).to.contain('raw-body-consumed').and.to.contain('docs/errors.md#raw-body-consumed');
    expect((await post(port, { body: 'x', headers: { 'content-type': 'text/plain' } })).text).to.equal('78');
  });

  it('uses the bytes that a host kept', async () => {
    const keeping = express.json({
      verify: (req, _res, bytes) => {
        (req as IncomingMessage & { rawBody?: Buffer }).rawBody = bytes;
      },
    });
    const json = { headers: { 'content-type': 'application/json' } };
    expect((await post(await listen(keeping), { body: '{ }', ...json })).text).to.equal('7b207d');
    expect((await post(await listen(express.raw({ type: '*/*' })), { body: '{ }', ...json })).text).to.equal('7b207d');
    expect((await post(await listen(express.raw({ type: '*/*' })), { body: Buffer.alloc(LIMIT + 1) })).status).to.equal(
      413,
    );
  });

  it('says when the sender went away in the middle', async () => {
    const port = await listen();
    const socket = connect(port, '127.0.0.1');
    const arrived = once(servers[0] as Server, 'request');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
    await arrived;
    socket.destroy();
    expect((await lastAnswer)?.text).to.contain('body-aborted');
  });
});
