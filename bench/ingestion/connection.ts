/** One keep-alive connection: writes a request made earlier, and says when its answer is complete. Reads no more than it must. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

export interface Connection {
  send(request: Buffer): Promise<Answer>;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

export async function openConnection(port: number): Promise<Connection> {
  const socket = await connected(port);
  let received: Buffer[] = [];
  let size = 0;
  let needed: number | undefined;
  let done: ((answer: Answer) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;

  socket.on('data', (chunk) => {
    received.push(chunk);
    size += chunk.length;
    needed ??= wholeLength(received);
    if (needed === undefined || size < needed) return;
    const answer = answerOf(Buffer.concat(received));
    received = [];
    size = 0;
    needed = undefined;
    done?.(answer);
  });
  socket.on('close', () => failed?.(new Error('the server closed the connection')));

  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        done = resolve;
        failed = reject;
        socket.write(request);
      }),
    close: () => {
      failed = undefined;
      socket.destroy();
    },
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function wholeLength(chunks: Buffer[]): number | undefined {
  const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
  if (length === undefined) throw new Error('an answer without content-length');
  return end + HEAD_END.length + Number(length);
}

function answerOf(bytes: Buffer): Answer {
  const end = bytes.indexOf(HEAD_END);
  return { status: Number(bytes.toString('latin1', 9, 12)), body: bytes.toString('utf8', end + HEAD_END.length) };
}
