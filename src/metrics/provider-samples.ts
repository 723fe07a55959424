/** How the configured providers stand: their breakers, and what is left of their rates. */
import { CLOSED } from '../core/delivery/breaker.js';
import { available, refilled } from '../core/delivery/token-bucket.js';
import type { NamedAdapter } from '../flows/house.js';
import type { Database } from '../store/database.js';
import { loadProviders } from '../store/providers.js';
import type { Sample } from './database-figures.js';

const STATES = ['closed', 'open', 'half-open'] as const;

export async function providerSamples(
  database: Database,
  adapters: readonly NamedAdapter[],
  now: number,
): Promise<{ breakers: Sample[]; tokens: Sample[] }> {
  const stored = await loadProviders(database, database.knex);
  const breakers = adapters.flatMap(({ name: provider }) => {
    const { state: current } = stored.get(provider)?.breaker ?? CLOSED;
    return STATES.map((state) => ({ labels: { provider, state }, value: state === current ? 1 : 0 }));
  });
  const tokens = adapters.flatMap(({ name: provider, limits = {} }) => {
    const { perSecond, burst } = limits;
    if (perSecond === undefined) return [];
    const rate = { perSecond, burst: burst ?? Math.max(1, Math.ceil(perSecond)) };
    const full = { tokens: rate.burst * 1000, refilledAt: now };
    const value = available(refilled(stored.get(provider)?.bucket ?? full, rate, now));
    return [{ labels: { provider }, value }];
  });
  return { breakers, tokens };
}
