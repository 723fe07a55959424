/**
 * Takes a batch off a stream the way posted events are taken, and says what became of each message. What is refused goes to
 * quarantine. Where the database or the queue cannot take it now, the batch waits for as long as it lasts: nothing is
 * dropped. A message that fails again and again by itself, for another reason, is put into quarantine too, so that it does
 * not stop its partition for ever.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import type { BatchAnswer, Settled, StreamBatch, StreamMessage } from '../../contracts/stream.js';
import { isDatabaseTrouble } from '../database-trouble.js';
import type { House } from '../house.js';
import { keepUnreadable, receiveEvents } from '../receive.js';
import { type StreamLimits, streamMaySend } from './may-send.js';

export interface StreamIntake extends StreamLimits {
  name: string;
  /** Its events are only learned from, never alerted. */
  learn?: boolean;
  /** Reads a CloudEvent, structured or binary. @throws LedgerbellError */
  read(message: StreamMessage): unknown;
}

/** What is remembered of the first message of a partition that could not be settled. */
export interface Stuck {
  id: string;
  /** How often its batch waited. */
  waits: number;
  /** How often it failed by itself, for a reason of its own. */
  failures: number;
}

export const LAST_FAILURE = 5;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 10_000;

/** Returns also what is to be remembered until the partition's next batch. */
export async function takeBatch(
  house: House,
  intake: StreamIntake,
  { messages }: StreamBatch,
  before: Stuck | undefined,
): Promise<BatchAnswer & { stuck?: Stuck }> {
  const [first] = messages;
  if (first === undefined) return { settled: [] };
  const known = before?.id === first.id ? before : { id: first.id, waits: 0, failures: 0 };
  try {
    return { settled: await decide(house, intake, messages) };
  } catch (error) {
    if (!isPassing(error)) return alone(house, intake, messages, known, error);
    const stuck = { ...known, waits: known.waits + 1 };
    return { settled: [], retryAfterMs: waitMs(stuck.waits), stuck };
  }
}

/** All of them together, or none. */
async function decide(house: House, intake: StreamIntake, messages: readonly StreamMessage[]): Promise<Settled[]> {
  const read = messages.map((message) => readOne(house, intake, message));
  const { results } = await receiveEvents(house, {
    events: read.flatMap((one) => ('event' in one ? [one.event] : [])),
    origin: originOf(intake),
    entity: intake.entity,
    learn: intake.learn,
    check: (event) => streamMaySend(intake, event),
  });
  const settled: Settled[] = [];
  let next = 0;
  for (const [index, one] of read.entries()) {
    if ('event' in one) settled.push(results[next++]?.status === 'rejected' ? 'dead' : 'done');
    else {
      await quarantine(house, intake, messages[index] as StreamMessage, one.refusal);
      settled.push('dead');
    }
  }
  return settled;
}

/** One by one, up to the first that fails: the others of a batch are not to suffer from it. */
async function alone(
  house: House,
  intake: StreamIntake,
  messages: readonly StreamMessage[],
  known: Stuck,
  cause: unknown,
): Promise<BatchAnswer & { stuck?: Stuck }> {
  const settled: Settled[] = [];
  for (const message of messages) {
    try {
      settled.push(...(await decide(house, intake, [message])));
    } catch (error) {
      const { waits, failures } = settled.length === 0 ? known : { waits: 0, failures: 0 };
      const stuck = { id: message.id, waits: waits + 1, failures: failures + (isPassing(error) ? 0 : 1) };
      if (stuck.failures < LAST_FAILURE) return { settled, retryAfterMs: waitMs(stuck.waits), stuck };
      house.log.error(
        { stream: intake.name, error: (cause as Error)?.name },
        'an event of a stream cannot be decided; it is in quarantine',
      );
      const refusal = new LedgerbellError('event-not-decided', 'Deciding it failed again and again');
      if (await isKept(house, intake, message, refusal)) return { settled: [...settled, 'dead'] };
      return { settled, retryAfterMs: waitMs(stuck.waits), stuck };
    }
  }
  return { settled };
}

/** Where even the quarantine fails, the message stays in the stream. */
async function isKept(
  house: House,
  intake: StreamIntake,
  message: StreamMessage,
  refusal: LedgerbellError,
): Promise<boolean> {
  return quarantine(house, intake, message, refusal).then(
    () => true,
    () => false,
  );
}

async function quarantine(
  house: House,
  intake: StreamIntake,
  message: StreamMessage,
  refusal: LedgerbellError,
): Promise<void> {
  await keepUnreadable(house, originOf(intake), message.body, refusal);
  house.watch?.eventsRefused([refusal.code]);
}

function readOne(
  { limits }: House,
  intake: StreamIntake,
  message: StreamMessage,
): { event: unknown } | { refusal: LedgerbellError } {
  try {
    if (message.body.length > limits.bodyBytes) throw new LedgerbellError('body-too-large', 'The message is too large');
    return { event: intake.read(message) };
  } catch (error) {
    if (error instanceof LedgerbellError) return { refusal: error };
    throw error;
  }
}

/** What passes by itself: the message is not to blame. */
function isPassing(error: unknown): boolean {
  const code = error instanceof LedgerbellError ? error.code : undefined;
  return code === 'queue-full' || code === 'stopping' || isDatabaseTrouble(error);
}

function waitMs(times: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (times - 1));
}

const originOf = ({ name }: StreamIntake): string => `stream/${name}`;
