/** Free TCP ports on loopback, for servers that a test starts. */
import { createServer } from 'node:net';

const handedOut = new Set<number>();

/**
 * A port that was free a moment ago, and that this process was not given before: the system may offer the same one twice.
 * Prefer listening on port 0 where the server under test allows it.
 */
export async function freePort(): Promise<number> {
  const port = await openAndClose();
  if (handedOut.has(port)) return freePort();
  handedOut.add(port);
  return port;
}

async function openAndClose(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
}
