/**
 * Three providers at the edge of the simulated world, which fail in every way. What they took and what became of it is the
 * truth that the outbox is judged by.
 */
import type { LookupOutcome, Receipt, SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import type { NamedAdapter } from '../../src/flows/house.js';
import { type Draw, draw } from './draw.js';
import { HOUR, MINUTE, type Outage, outagesOf, type Plan, SECOND } from './plan.js';

/** A request that reached a provider, or was lost on its way. */
export interface Request {
  provider: string;
  at: number;
  message: SmsMessage;
  outcome: SendOutcome;
  /** Whether the provider took it, whatever it answered. */
  taken: boolean;
  providerId: string;
  answersAt: number;
  /** What becomes of a message that was taken, and when. */
  fate: 'delivered' | 'failed' | 'silent';
  fateAt: number;
}

export interface News {
  provider: string;
  receipt: Receipt;
}

export interface Providers {
  named: NamedAdapter[];
  /** Of each alert, in order. */
  requests: Map<string, Request[]>;
  /** States that look-ups told us, by alert. */
  toldByLookup: Map<string, Set<string>>;
  lookups: number;
}

interface Manner {
  name: string;
  canLookUp: boolean;
  /** What its receipts name a message by. */
  names: 'alert' | 'id' | 'both';
  limits: NamedAdapter['limits'];
}

const MANNERS: readonly Manner[] = [
  { name: 'north', canLookUp: false, names: 'alert', limits: { concurrency: 40, perSecond: 60 } },
  { name: 'west', canLookUp: true, names: 'id', limits: { concurrency: 60 } },
  { name: 'south', canLookUp: true, names: 'both', limits: { concurrency: 40 } },
];

/** @param hear called with every receipt, and when it arrives */
export function createProviders(
  plan: Plan,
  options: { now(): number; attemptMs: number; hear(at: number, news: News): void },
): Providers {
  const outages = outagesOf(plan);
  const requests = new Map<string, Request[]>();
  const toldByLookup = new Map<string, Set<string>>();
  const providers: Providers = { named: [], requests, toldByLookup, lookups: 0 };

  function send(manner: Manner, message: SmsMessage): SendOutcome {
    const at = options.now();
    const own = requests.get(message.alertId) ?? [];
    requests.set(message.alertId, own);
    const chance = draw(plan.seed, manner.name, message.alertId, own.length);
    const outage = outages.find((one) => one.provider === manner.name && one.from <= at && at < one.to);
    const providerId = `${manner.name}-${message.alertId}-${own.length}`;
    const met = outage === undefined ? usual(chance, providerId) : during(outage, chance);
    const late = met.outcome.status === 'unknown' ? options.attemptMs : tookMs(chance);
    const fate = fateOf(chance);
    const fateAt = at + fateMs(chance);
    const request = { ...met, provider: manner.name, at, message, providerId, answersAt: at + late, fate, fateAt };
    own.push(request);
    if (request.taken) tell(manner, request, chance);
    return request.outcome;
  }

  /** Receipts are early, late, lost, doubled and out of order. */
  function tell(manner: Manner, request: Request, chance: Draw): void {
    const { fate, providerId, message, at, fateAt } = request;
    const ids = {
      ...(manner.names === 'id' ? {} : { alertId: message.alertId }),
      ...(manner.names === 'alert' ? {} : { providerId }),
    };
    const hear = (when: number, state: Receipt['state']) =>
      options.hear(when, { provider: manner.name, receipt: { ...ids, state, code: `c-${state}` } });
    if (chance.next() < 0.2) hear(chance.next() < 0.3 ? fateAt + MINUTE : at + SECOND, 'accepted');
    if (chance.next() < 0.02) hear(at + 2 * SECOND, 'unknown');
    if (fate === 'silent' || chance.next() < 0.03) return;
    const late = chance.next() < 0.03 ? chance.between(6, 30) * HOUR : 0;
    hear(fateAt + late, fate);
    if (chance.next() < 0.05) hear(fateAt + late + chance.between(1, 90) * MINUTE, fate);
  }

  function lookUp({ name }: Manner, alertId: string): LookupOutcome {
    providers.lookups += 1;
    const own = requests.get(alertId) ?? [];
    const chance = draw(plan.seed, 'lookup', alertId, providers.lookups);
    if (chance.next() < 0.1) return { status: 'unclear', code: 'busy' };
    const taken = own.findLast((one) => one.provider === name && one.taken);
    if (taken === undefined) return { status: 'absent' };
    const happened = taken.fate !== 'silent' && taken.fateAt <= options.now();
    const state = happened && taken.fate !== 'silent' ? taken.fate : 'accepted';
    toldByLookup.set(alertId, (toldByLookup.get(alertId) ?? new Set()).add(state));
    return { status: 'found', state, providerId: taken.providerId };
  }

  providers.named = MANNERS.map((manner) => ({
    name: manner.name,
    processesIn: [],
    limits: manner.limits,
    adapter: {
      send: async (message) => send(manner, message),
      ...(manner.canLookUp ? { lookup: async ({ alertId }) => lookUp(manner, alertId) } : {}),
    },
  }));
  return providers;
}

type Met = Pick<Request, 'outcome' | 'taken'>;

/** On a usual day: 5 % to be tried again, 2 % without an answer, 1 % refused. */
function usual(chance: Draw, providerId: string): Met {
  const part = chance.next();
  const retryAfterMs = chance.between(1, 60) * SECOND;
  if (part < 0.025) return { outcome: { status: 'retryable', code: '429', retryAfterMs }, taken: false };
  if (part < 0.05) return { outcome: { status: 'retryable', code: '503' }, taken: false };
  if (part < 0.07) return { outcome: { status: 'unknown', code: 'timeout' }, taken: chance.next() < 0.5 };
  if (part < 0.078) return { outcome: { status: 'rejected', code: 'number-invalid' }, taken: false };
  if (part < 0.08) return { outcome: { status: 'rejected', code: 'no-credit', scope: 'account' }, taken: false };
  return { outcome: { status: 'accepted', providerId }, taken: true };
}

function during({ kind }: Outage, chance: Draw): Met {
  switch (kind) {
    case 'refuses':
      return { outcome: { status: 'retryable', code: 'connection-refused' }, taken: false };
    case 'sick':
      return { outcome: { status: 'retryable', code: '503' }, taken: false };
    case 'dark':
      return { outcome: { status: 'unknown', code: 'timeout' }, taken: chance.next() < 0.3 };
  }
}

function tookMs(chance: Draw): number {
  return chance.next() < 0.02 ? chance.between(2, 10) * 500 : 500;
}

function fateOf(chance: Draw): Request['fate'] {
  const part = chance.next();
  return part < 0.92 ? 'delivered' : part < 0.96 ? 'failed' : 'silent';
}

/** One in twenty is told before the provider's own answer. */
function fateMs(chance: Draw): number {
  return chance.next() < 0.05 ? 100 : chance.between(1, 120) * 5 * SECOND;
}
