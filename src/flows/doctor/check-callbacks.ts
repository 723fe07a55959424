/** Providers can reach us from outside: `http.publicUrl` leads here, and so does the address of each one's receipts. */
import { createAdapters } from '../../registry/adapters.js';
import { callbackPath } from '../receipt-address.js';
import { get } from './ask.js';
import { type Answer, type Found, fail, ok, type Surroundings, warn } from './finding.js';
import { reach, targetOf } from './reach.js';

const PUBLIC = 'http.publicUrl';
/** How each of our problems begins. */
const OURS = 'urn:ledgerbell:problem:';

export async function checkCallbacks(around: Surroundings): Promise<Found[]> {
  const { publicUrl, now } = around;
  if (publicUrl === undefined) {
    return [
      warn(
        PUBLIC,
        'is not set: no receipt and no reply of a customer reaches us',
        'Set it to the address under which providers reach /v1',
      ),
    ];
  }
  const reached = await reach(PUBLIC, targetOf(publicUrl), now());
  if (reached.health === 'fail') return [reached];
  const found = [...(reached.health === 'warn' ? [reached] : []), ...secrecy(publicUrl)];
  const health = await get(around, PUBLIC, `${publicUrl.replace(/\/$/, '')}/healthz`);
  if (health === undefined || health.status !== 200 || !/"status"\s*:\s*"ok"/.test(health.body)) {
    return [...found, await notHere(around, health)];
  }
  return [...found, ok(PUBLIC, 'leads to a Ledgerbell'), ...(await addresses(around, publicUrl))];
}

function secrecy(publicUrl: string): Found[] {
  if (publicUrl.startsWith('https:')) return [];
  return [warn(PUBLIC, 'is not https: receipts hold phone numbers', 'Put a proxy with a certificate before us')];
}

/** A service that is stopped cannot be reached through anything. */
async function notHere(around: Surroundings, health: Answer | undefined): Promise<Found> {
  const { host, port } = around.listens;
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const local = port === 0 ? undefined : await get(around, 'this service', `http://${here}:${port}/healthz`);
  if (local?.status !== 200)
    return warn(PUBLIC, 'cannot be judged: the service does not run here', 'Start it, and ask again');
  const said = health === undefined ? 'gives no answer' : `answers ${health.status}`;
  return fail(
    PUBLIC,
    `does not lead to this service, which runs: it ${said}`,
    'Have the proxy pass this address, its path included, on to /v1',
  );
}

/** Asked without a token: an address of ours refuses that in its own words. */
async function addresses(around: Surroundings, publicUrl: string): Promise<Found[]> {
  const tools = {
    http: around.http,
    now: around.now,
    receiptUrl: () => undefined,
    print() {},
    receive: async () => undefined,
  };
  const ready = await createAdapters(around.adapters, () => tools, around.folder);
  const reading = ready.filter(({ adapter }) => adapter.receipts !== undefined);
  return Promise.all(
    reading.map(async ({ name }) => {
      const answer = await get(around, PUBLIC, callbackPath(publicUrl, name, 'receipts'));
      const isOurs = answer?.body.includes(OURS) === true && answer.status !== 404;
      if (isOurs) return ok(name, 'the address of its receipts leads here');
      return fail(
        name,
        `the address of its receipts does not lead here (${answer?.status ?? 'no answer'})`,
        'Have the proxy pass /receipts and /inbound on, and this service run with this configuration',
      );
    }),
  );
}
