/**
 * What a consumer delivered to us and is not begun, in the order of the stream.
 *
 * JetStream redelivers what a crashed reader left only after a while, and hands out newer messages meanwhile: taken as they
 * come, an account's events would overtake each other. So whenever something may have been given to somebody else (at the
 * start, or when the consumer's own count of deliveries jumps), nothing is taken until every message that is pending at the
 * server is here; then they are sorted.
 */
export interface Delivered {
  /** Its place in the stream. */
  seq: number;
  info: { deliverySequence: number };
}

export interface OrderedInbox<M extends Delivered> {
  push(message: M): void;
  /** The oldest messages, oldest first; empty while the order is uncertain. */
  take(limit: number): M[];
  /** Back to where they were: they were begun and not finished. */
  putBack(messages: readonly M[]): void;
  /** Everything that is here. */
  all(): M[];
  isCertain(): boolean;
  /**
   * Told how many messages are pending at the server, this many of which (`held`, counted before it was asked) are here.
   * Only while none is being worked on.
   */
  compare(held: number, pending: number): void;
  size(): number;
}

/** @param lastDelivery the consumer's count of deliveries where nothing was pending; undefined where something was */
export function createInbox<M extends Delivered>(
  lastDelivery: number | undefined,
  onNews: () => void,
): OrderedInbox<M> {
  const waiting = new Map<number, M>();
  let last = lastDelivery;
  let isCertain = lastDelivery !== undefined;
  let isSorted = true;
  let newest = 0;

  return {
    push(message) {
      const { deliverySequence } = message.info;
      if (deliverySequence !== (last ?? Number.NaN) + 1) isCertain = false;
      last = deliverySequence;
      if (message.seq < newest) isSorted = false;
      newest = Math.max(newest, message.seq);
      // A second delivery takes the place of the first.
      waiting.set(message.seq, message);
      onNews();
    },
    take(limit) {
      if (!isCertain) return [];
      sort();
      const taken: M[] = [];
      for (const message of waiting.values()) {
        if (taken.length === limit) break;
        taken.push(message);
      }
      for (const { seq } of taken) waiting.delete(seq);
      return taken;
    },
    putBack(messages) {
      for (const message of messages) waiting.set(message.seq, message);
      isSorted = false;
    },
    all: () => [...waiting.values()],
    isCertain: () => isCertain,
    compare(held, pending) {
      if (pending <= held) isCertain = true;
    },
    size: () => waiting.size,
  };

  function sort(): void {
    if (isSorted) return;
    const sorted = [...waiting.values()].sort((one, other) => one.seq - other.seq);
    waiting.clear();
    for (const message of sorted) waiting.set(message.seq, message);
    isSorted = true;
  }
}
