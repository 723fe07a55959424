/** Tells the breakers how providers did, and says which may take over. */
import type { Knex } from 'knex';
import type { SendOutcome } from '../../contracts/adapter.js';
import { admits, afterAttempt, CLOSED, type Performance } from '../../core/delivery/breaker.js';
import type { Availability } from '../../core/delivery/route.js';
import { listHolds } from '../../store/holds.js';
import { loadProviders, type ProviderState, saveProvider } from '../../store/providers.js';
import type { House } from '../house.js';

export interface Performed {
  adapter: string;
  outcome: SendOutcome;
}

const TRIES = 5;

/** Returns how the providers stand afterwards. */
export async function noteHealth(
  house: House,
  trx: Knex.Transaction,
  performed: readonly Performed[],
  now: number,
): Promise<(adapter: string) => Availability> {
  const { database } = house.vault;
  let states = await loadProviders(database, trx);
  for (const name of [...new Set(performed.map(({ adapter }) => adapter))].sort()) {
    if (!house.adapters.some((adapter) => adapter.name === name)) continue;
    const performances = performed.flatMap((one) => (one.adapter === name ? (performanceOf(one.outcome) ?? []) : []));
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const state = states.get(name) ?? fresh(house, name, now);
      const breaker = performances.reduce((at, performance) => afterAttempt(at, performance, now), state.breaker);
      if (breaker === state.breaker || (breaker === CLOSED && isCalm(state))) break;
      const isSaved = await saveProvider(database, trx, { ...state, breaker });
      states = await loadProviders(database, trx);
      if (!isSaved) continue;
      if (breaker.state !== state.breaker.state) {
        house.log.warn({ provider: name, state: breaker.state, failures: breaker.failures }, 'circuit breaker');
      }
      break;
    }
  }
  const needsOthers = performed.some(({ outcome }) => outcome.status === 'retryable' || outcome.status === 'rejected');
  const holds = needsOthers ? await listHolds(database, trx) : [];
  return (adapter) => {
    const isHeld = holds.some(({ scope, value }) => scope === 'provider' && value === adapter);
    const { breaker = CLOSED } = states.get(adapter) ?? {};
    return isHeld || admits(breaker, now) === 'none' ? 'out' : 'ready';
  };
}

function isCalm({ breaker }: ProviderState): boolean {
  return breaker.state === 'closed' && breaker.failures === 0;
}

function fresh({ adapters }: House, name: string, now: number): ProviderState {
  const { perSecond, burst } = adapters.find((adapter) => adapter.name === name)?.limits ?? {};
  const messages = burst ?? Math.max(1, Math.ceil(perSecond ?? 0));
  return { name, breaker: CLOSED, bucket: { tokens: messages * 1000, refilledAt: now }, version: 0 };
}

/** A provider that asks for patience is not ill. */
function performanceOf(outcome: SendOutcome): Performance | undefined {
  switch (outcome.status) {
    case 'accepted':
      return 'well';
    case 'rejected':
      return outcome.scope === 'account' ? 'ill' : 'well';
    case 'retryable':
      return outcome.retryAfterMs === undefined ? 'ill' : undefined;
    case 'unknown':
      return 'ill';
  }
}
