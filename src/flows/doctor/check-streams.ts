/** Each server of a stream can be reached; one of several that is away is no more than a warning. */
import { streamName } from '../../registry/streams.js';
import type { Found, Surroundings } from './finding.js';
import { reach, targetOf } from './reach.js';

const NATS_PORT = 4222;

export async function checkStreams({ streams, now }: Surroundings): Promise<Found[]> {
  const all = streams.map(async (stream) => {
    const servers = Array.isArray(stream.servers) ? (stream.servers as string[]) : [];
    // The server speaks first, in the clear, also where TLS follows: its certificate is the library's to judge.
    const found = await Promise.all(
      servers.map((server) => reach(streamName(stream), { ...targetOf(server, NATS_PORT), secure: false }, now())),
    );
    const isThere = found.some(({ health }) => health === 'ok');
    return found.map((one): Found => (one.health === 'fail' && isThere ? { ...one, health: 'warn' } : one));
  });
  return (await Promise.all(all)).flat();
}
