/**
 * Each provider can be reached, and takes our credentials where it can be asked about a message that does not exist. Nothing is
 * ever sent: only GET requests leave, and an adapter's `send` is not called.
 */
import { randomUUID } from 'node:crypto';
import type { AdapterTools, HttpResult, SmsAdapter } from '../../contracts/adapter.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { type AdapterConfig, createAdapters } from '../../registry/adapters.js';
import { noteClock } from './ask.js';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';
import { reach, targetOf } from './reach.js';

/** A number of no country, and an id that no provider gave. */
const NOBODY = { to: '+10000000000', from: 'LEDGERBELL' };

interface Asked {
  url: string;
  result: HttpResult;
}

export async function checkProviders(around: Surroundings): Promise<Found[]> {
  return (await Promise.all(around.adapters.map((entry) => checkOne(around, entry)))).flat();
}

async function checkOne(around: Surroundings, entry: AdapterConfig): Promise<Found[]> {
  const name = entry.name ?? entry.use;
  const asked: Asked[] = [];
  try {
    const [ready] = await createAdapters([entry], () => listening(around, name, asked), around.folder);
    await ready?.adapter.lookup?.(question(around));
    const address = asked[0]?.url ?? addressOf(entry);
    if (address === undefined) return [withoutAddress(entry)];
    const reached = await reach(name, targetOf(address), around.now());
    if (reached.health === 'fail') return [reached];
    return [reached, ...(asked[0] === undefined ? [] : [credentials(name, asked[0].result)])];
  } catch (error) {
    if (error instanceof LedgerbellError) return [fail(name, error.message, 'Mend its entry in sms.adapters')];
    return [fail(name, 'the adapter could not be asked', 'Look at its address in sms.adapters')];
  }
}

function question({ now }: Surroundings): Parameters<NonNullable<SmsAdapter['lookup']>>[0] {
  return { alertId: `doctor-${randomUUID()}`, providerId: randomUUID(), sentAt: now(), ...NOBODY };
}

/** Lets GET requests through, and remembers them. */
function listening(around: Surroundings, name: string, asked: Asked[]): AdapterTools {
  return {
    async http(request) {
      if (request.method !== 'GET') return { kind: 'not-sent', code: 'doctor-sends-nothing' };
      const result = await around.http(request);
      if (result.kind === 'response') noteClock(around, name, result.headers);
      asked.push({ url: request.url, result });
      return result;
    },
    now: around.now,
    receiptUrl: () => undefined,
    print: () => undefined,
    receive: async () => undefined,
  };
}

function addressOf(entry: AdapterConfig): string | undefined {
  if (typeof entry.baseUrl === 'string') return entry.baseUrl;
  if (typeof entry.host !== 'string') return undefined;
  const secure = entry.tls !== undefined && entry.tls !== false;
  return `${secure ? 'tls' : 'tcp'}://${entry.host}:${Number(entry.port ?? (secure ? 3550 : 2775))}`;
}

function credentials(name: string, result: HttpResult): Found {
  if (result.kind !== 'response')
    return warn(name, `gives no answer (${result.code})`, 'Ask again; then ask the provider');
  const { status } = result;
  if (status === 401 || status === 403) {
    return fail(
      name,
      `does not take our credentials (${status})`,
      'Compare the key or password in sms.adapters with the provider’s',
    );
  }
  if (status >= 500) return warn(name, `answers ${status}`, 'Ask again; then ask the provider');
  if (status === 429) return warn(name, 'says that we ask too often (429)', 'Ask again later');
  return ok(name, `took a question about a message that does not exist (${status})`);
}

function withoutAddress({ use, name }: AdapterConfig): Found {
  const subject = name ?? use;
  if (use !== 'terminal') return ok(subject, 'has no address that could be asked without sending');
  return warn(subject, 'prints messages here: no customer gets one', 'Configure a provider in sms.adapters');
}
