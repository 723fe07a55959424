// Free TCP ports on loopback, for the servers that tests and benchmarks start. Below the ports that systems give to outgoing
// connections: one of those could take a port away between being found free and being listened on, while the server still starts.
import { randomInt } from 'node:crypto';
import net from 'node:net';

const lowest = 12_000;
const highest = 32_000;
const handedOut = new Set();

/** Drawn by chance, so that processes beside each other draw others; never given twice by one process. */
export async function freePort() {
  const port = randomInt(lowest, highest);
  if (handedOut.has(port) || !(await isFree(port))) return freePort();
  handedOut.add(port);
  return port;
}

async function isFree(port) {
  const server = net.createServer();
  const listens = await new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return listens;
}
