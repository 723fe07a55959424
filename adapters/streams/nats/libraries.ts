/** NATS' own packages, which are installed only where streams are used. */
import { LedgerbellError } from '../../../src/contracts/errors.js';

export interface Libraries {
  core: typeof import('@nats-io/transport-node');
  jetstream: typeof import('@nats-io/jetstream');
}

/** @throws LedgerbellError `stream-driver-missing` */
export async function loadLibraries(): Promise<Libraries> {
  try {
    const [core, jetstream] = await Promise.all([import('@nats-io/transport-node'), import('@nats-io/jetstream')]);
    return { core, jetstream };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new LedgerbellError(
      'stream-driver-missing',
      'Streams of NATS need two packages: npm install @nats-io/transport-node @nats-io/jetstream',
      { cause },
    );
  }
}
