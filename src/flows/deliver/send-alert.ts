/** One attempt: the message goes to the first adapter that is not held, or to the bank's own endpoint. Never throws. */
import type { SendOutcome } from '../../contracts/adapter.js';
import type { House, NamedAdapter } from '../house.js';
import type { ClaimedAlert } from './claim.js';
import { postToBank } from './post-to-bank.js';

export interface AttemptResult {
  claimed: ClaimedAlert;
  adapter: string;
  outcome: SendOutcome;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

export async function sendAlert(house: House, claimed: ClaimedAlert): Promise<AttemptResult> {
  const startedAt = house.now();
  const { adapter, outcome } = await attempt(house, claimed);
  return { claimed, adapter, outcome, startedAt, endedAt: house.now() };
}

async function attempt(house: House, claimed: ClaimedAlert): Promise<Pick<AttemptResult, 'adapter' | 'outcome'>> {
  if (claimed.message === undefined) return { adapter: 'bank', outcome: await postToBank(house, claimed.alert) };
  const chosen = house.adapters[0];
  if (chosen === undefined) return { adapter: 'none', outcome: { status: 'retryable', code: 'no-adapter' } };
  const { senders } = house.delivery;
  const from = senders[claimed.message.lane] ?? senders.default ?? '';
  return { adapter: chosen.name, outcome: await guarded(house, chosen, { ...claimed.message, from }) };
}

/** An adapter that throws or never answers may have sent: the outcome is unknown, and the log says which adapter it was. */
async function guarded(
  house: House,
  { name, adapter }: NamedAdapter,
  message: Parameters<NamedAdapter['adapter']['send']>[0],
): Promise<SendOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'unknown', code: 'adapter-timeout' }), house.delivery.attemptMs * 1.25);
  });
  try {
    return await Promise.race([adapter.send(message), late]);
  } catch (error) {
    house.log.error({ adapter: name, alertId: message.alertId, error: (error as Error)?.name }, 'adapter threw');
    return { status: 'unknown', code: 'adapter-threw' };
  } finally {
    clearTimeout(timer);
  }
}
