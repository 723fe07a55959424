/** Free TCP ports on loopback, for servers that a test starts. */
import { createServer } from 'node:net';

/** A port that was free a moment ago. Prefer listening on port 0 where the server under test allows it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
}
