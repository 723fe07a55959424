import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { HttpResult } from '../../src/contracts/adapter.js';
import { createHttp, HTTP_BODY_LIMIT } from '../../src/flows/http-client.js';
import { closedPort, type FakeProvider, startFakeProvider, startSocketServer } from '../adapters/fake-provider.js';

const http = createHttp({ timeoutMs: 250 });
const get = (url: string) => http({ url, method: 'GET' });

describe('the HTTP client lent to adapters', () => {
  let server: FakeProvider;
  before(async () => {
    server = await startFakeProvider();
  });
  after(() => server.stop());

  it('gives status, headers and body of an answer', async () => {
    server.behave({ status: 202, body: 'õ ok', headers: { 'retry-after': '5' } });
    const result = await get(`${server.baseUrl}/path?a=1`);
    expect(result).to.include({ kind: 'response', status: 202, body: 'õ ok' });
    expect((result as Extract<HttpResult, { kind: 'response' }>).headers.get('Retry-After')).to.equal('5');
  });

  it('sends method, headers and body', async () => {
    server.asked.length = 0;
    server.behave({ status: 200, body: '' });
    await http({ url: server.baseUrl, method: 'POST', headers: { 'x-key': 'k' }, body: 'õ' });
    expect(server.asked[0]).to.include({ method: 'POST', body: 'õ' });
    expect(server.asked[0]?.headers).to.include({ 'x-key': 'k', 'content-length': '2' });
  });

  it('hands back a redirect instead of following it', async () => {
    server.asked.length = 0;
    server.behave({ status: 307, body: '', headers: { location: '/next' } });
    expect(await get(server.baseUrl)).to.include({ kind: 'response', status: 307 });
    expect(server.asked).to.have.length(1);
  });

  it('reads a huge body up to its limit and no further', async () => {
    server.behave((response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    const result = await get(server.baseUrl);
    expect(result).to.include({ kind: 'response', status: 200 });
    expect((result as Extract<HttpResult, { kind: 'response' }>).body).to.have.length(HTTP_BODY_LIMIT);
  });
});

describe('the HTTP client knows when nothing can have been sent', () => {
  it('a refused connection is not-sent', async () => {
    const result = await get(`http://127.0.0.1:${await closedPort()}`);
    expect(result).to.deep.equal({ kind: 'not-sent', code: 'connection-refused' });
  });

  it('a host without an address is not-sent', async () => {
    const result = await createHttp()({ url: 'http://nowhere.invalid/', method: 'GET' });
    expect(result.kind).to.equal('not-sent');
    expect((result as { code: string }).code).to.be.oneOf(['host-not-found', 'dns-unavailable']);
  });

  it('a server that accepts and never finishes the TLS handshake is not-sent: the request waits behind it', async () => {
    const silent = await startSocketServer(() => {});
    const result = await get(`https://127.0.0.1:${silent.port}`);
    await silent.stop();
    expect(result).to.deep.equal({ kind: 'not-sent', code: 'connect-timeout' });
  });

  it('a server that speaks no TLS is not-sent', async () => {
    const plain = await startSocketServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const result = await get(`https://127.0.0.1:${plain.port}`);
    await plain.stop();
    expect(result.kind).to.equal('not-sent');
  });

  it('a certificate that nobody vouches for is not-sent', async function () {
    const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    try {
      const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost`;
      execFileSync('openssl', [...args.split(' '), '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    } catch {
      rmSync(folder, { recursive: true });
      return this.skip();
    }
    const tls = createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) });
    rmSync(folder, { recursive: true });
    let asked = 0;
    tls.on('request', () => {
      asked += 1;
    });
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const result = await get(`https://127.0.0.1:${(tls.address() as AddressInfo).port}`);
    await new Promise((resolve) => tls.close(resolve));
    expect(result).to.deep.equal({ kind: 'not-sent', code: 'depth-zero-self-signed-cert' });
    expect(asked).to.equal(0);
  });

  for (const url of ['not an address', 'ftp://127.0.0.1/', 'file:///etc/passwd']) {
    it(`the address ${url} is not-sent`, async () => {
      expect((await get(url)).kind).to.equal('not-sent');
    });
  }

  it('a header that cannot be sent is not-sent, without its value', async () => {
    const result = await http({ url: 'http://127.0.0.1:1/', method: 'GET', headers: { key: 'se\ncret' } });
    expect(result).to.deep.equal({ kind: 'not-sent', code: 'request-invalid' });
  });
});

describe('the HTTP client knows when something may have been sent', () => {
  const against = async (onSocket: (socket: Socket) => void): Promise<HttpResult> => {
    const server = await startSocketServer((socket) => socket.once('data', () => onSocket(socket)));
    const result = await get(`http://127.0.0.1:${server.port}`);
    await server.stop();
    return result;
  };

  const cases: [string, string, (socket: Socket) => void][] = [
    ['a server that never answers', 'timeout', () => {}],
    ['a connection closed without an answer', 'connection-reset', (socket) => socket.end()],
    ['a connection reset without an answer', 'connection-reset', (socket) => socket.resetAndDestroy()],
    ['an answer that is not HTTP', 'answer-malformed', (socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n')],
    ['half a header', 'connection-reset', (socket) => socket.end('HTTP/1.1 202 Acc')],
    [
      'half a body',
      'truncated',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 24\r\n\r\n0: Accepted'),
    ],
    [
      'half of a chunked body',
      'truncated',
      (socket) => socket.end('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n18\r\n0: Acc'),
    ],
    [
      'a body that stops coming',
      'timeout',
      (socket) => socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 24\r\n\r\n0: Accepted'),
    ],
  ];
  for (const [what, code, onSocket] of cases) {
    it(`${what} is no-answer, ${code}`, async () => {
      expect(await against(onSocket)).to.deep.equal({ kind: 'no-answer', code });
    });
  }

  it('a body that drips slower than the limit is no-answer: the limit covers the whole exchange', async () => {
    const result = await against((socket) => {
      socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 1000\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(result).to.deep.equal({ kind: 'no-answer', code: 'timeout' });
  });

  it('a request may state a limit of its own', async () => {
    const server = await startSocketServer(() => {});
    const patient = createHttp({ timeoutMs: 60_000 });
    const result = await patient({ url: `http://127.0.0.1:${server.port}`, method: 'GET', timeoutMs: 50 });
    await server.stop();
    expect(result).to.deep.equal({ kind: 'no-answer', code: 'timeout' });
  });
});
