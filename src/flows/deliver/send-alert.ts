/** One attempt: the message goes to the adapter that was chosen for it, or to the bank's own endpoint. Never throws. */
import type { SendOutcome, SmsMessage } from '../../contracts/adapter.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { House, NamedAdapter } from '../house.js';
import type { ClaimedAlert } from './claim.js';
import { postToBank } from './post-to-bank.js';
import { within } from './within.js';

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
  const { message } = claimed;
  if (message === undefined) return { adapter: 'bank', outcome: await postToBank(house, claimed.alert) };
  const refusal = await checkNumber(house, message);
  if (refusal !== undefined) return { adapter: 'number-check', outcome: refusal };
  const late = lateness(house, claimed.alert);
  if (late !== undefined) return { adapter: 'none', outcome: { status: 'retryable', code: late } };
  const chosen = house.adapters.find(({ name }) => name === claimed.adapter);
  if (chosen === undefined) return { adapter: 'none', outcome: { status: 'retryable', code: 'no-adapter' } };
  return { adapter: chosen.name, outcome: await guarded(house, chosen, message) };
}

/**
 * A process that hung between its claim and the request makes no request any more: another replica may have looked into the
 * alert by the time an answer comes, and sent it again; or it has expired.
 */
function lateness({ now, delivery }: House, { sentAt, expiresAt }: OutboxAlert): string | undefined {
  const at = now();
  if (expiresAt !== undefined && at >= expiresAt) return 'expired';
  return sentAt !== undefined && at - sentAt > delivery.attemptMs / 2 ? 'left-too-late' : undefined;
}

/** The host's own gate: a SIM that was swapped an hour ago should get no code. */
async function checkNumber(
  { numberCheck, log, delivery }: House,
  { to: phone, lane, alertId }: Pick<SmsMessage, 'to' | 'lane' | 'alertId'>,
): Promise<SendOutcome | undefined> {
  if (numberCheck === undefined) return undefined;
  try {
    const verdict = await within(delivery.attemptMs / 4, numberCheck({ phone, lane, alertId }));
    return verdict === 'refuse' ? { status: 'rejected', code: 'number-check-refused' } : undefined;
  } catch {
    log.warn({ alertId, lane }, 'the number check did not answer');
    return lane === 'otp' ? { status: 'retryable', code: 'number-check-failed' } : undefined;
  }
}

/** An adapter that throws or never answers may have sent: the outcome is unknown, and the log says which adapter it was. */
async function guarded(
  house: House,
  { name, adapter }: NamedAdapter,
  message: Parameters<NamedAdapter['adapter']['send']>[0],
): Promise<SendOutcome> {
  try {
    return await within(house.delivery.attemptMs * 1.25, adapter.send(message));
  } catch (error) {
    house.log.error(
      { adapter: name, alertId: message.alertId, error: (error as Error)?.name },
      'adapter threw or was late',
    );
    return { status: 'unknown', code: 'adapter-threw' };
  }
}
