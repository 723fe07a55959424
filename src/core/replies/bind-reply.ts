/**
 * Which alert a YES or a NO answers: exactly one, or none. A wrong guess would tell the bank that a fraud was the customer's own
 * doing, so where two alerts could be meant nothing is bound.
 */

export type ReplyAnswer = 'yes' | 'no';

/** An alert that left to this number, through the way the answer came, and whose rule asks for a reply. */
export interface Askable {
  alertId: string;
  customerId: string;
  /** Epoch milliseconds at which it left. */
  sentAt: number;
  /** How long an answer counts, milliseconds. */
  windowMs: number;
  /** What was answered before, oldest first. */
  answers: readonly ReplyAnswer[];
}

/**
 * `first` counts. `contradicts`: a NO after a YES, which the bank is told too. `later` changes nothing: the first answer
 * stands.
 */
export type ReplyStanding = 'first' | 'contradicts' | 'later';

export type Binding<Alert extends Askable> =
  | { kind: 'bound'; alert: Alert; standing: ReplyStanding }
  | { kind: 'ambiguous' }
  | { kind: 'nothing-asked' };

/** Two questions so close together are answered by one word, and nobody knows which was meant. */
export const CLOSE_TOGETHER_MS = 10 * 60_000;
/** Faster than a person reads and types: such an answer may be to the message before. */
export const CROSSING_MS = 15_000;

/** @param now epoch milliseconds at which the answer came */
export function bindReply<Alert extends Askable>(
  asked: readonly Alert[],
  answer: ReplyAnswer,
  now: number,
): Binding<Alert> {
  const within = asked.filter(({ sentAt, windowMs }) => sentAt <= now && now - sentAt < windowMs);
  const latest = within.reduce<Alert | undefined>(
    (last, one) => (last === undefined || one.sentAt > last.sentAt ? one : last),
    undefined,
  );
  if (latest === undefined) return { kind: 'nothing-asked' };
  const open = within.filter((one) => one !== latest && one.answers.length === 0);
  if (open.some((one) => mayBeMeant(one, latest, now))) return { kind: 'ambiguous' };
  return { kind: 'bound', alert: latest, standing: standingOf(latest.answers, answer) };
}

function mayBeMeant(other: Askable, latest: Askable, now: number): boolean {
  if (other.customerId !== latest.customerId) return true;
  return latest.sentAt - other.sentAt < CLOSE_TOGETHER_MS || now - latest.sentAt < CROSSING_MS;
}

function standingOf(answers: readonly ReplyAnswer[], answer: ReplyAnswer): ReplyStanding {
  if (answers.length === 0) return 'first';
  return answer === 'no' && !answers.includes('no') ? 'contradicts' : 'later';
}
