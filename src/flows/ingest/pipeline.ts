/**
 * Group commit. Events that arrive while a commit is under way go with the next one: an idle system adds no delay, a busy
 * one commits many at once. Where the database takes several writers, another one begins only when a full batch waits,
 * since small commits side by side cost more than one large one. An account is only ever in one batch at a time.
 */
import { LedgerbellError } from '../../contracts/errors.js';
import { eventSubject, isStoredMeanwhile } from '../../store/events.js';
import { withTransaction } from '../../store/with-transaction.js';
import { commitBatch } from './commit-batch.js';
import type { CommitSummary, IngestHouse } from './settings.js';
import type { EventResult, IncomingEvent } from './types.js';

/** Larger batches gain nothing more and keep the first event waiting. */
const EVENTS_A_COMMIT = 256;
/** So many waiting are worth a commit beside the one under way. */
const WORTH_ANOTHER = 32;
/** How far to look past events whose account is in a batch already. */
const FARTHEST = 4 * EVENTS_A_COMMIT;
/** Milliseconds after a commit in which more events are expected to be on their way. */
const BUSY_MS = 2;

export interface PipelineOptions {
  /** Writers beside each other; SQLite has one. */
  writers: number;
  /** Events waiting, over all writers, beyond which no more are taken. */
  capacity: number;
  /** `milliseconds`: how long the transaction took. */
  onCommitted(summary: CommitSummary, milliseconds: number): void;
  /** Nothing of a batch was kept. */
  onFailed?(): void;
}

export interface Pipeline {
  /**
   * Results in the order of the events, once all of them are durable.
   * @throws LedgerbellError `queue-full`, `stopping`; whatever the database threw, when nothing of a batch was kept
   */
  submit(events: readonly IncomingEvent[]): Promise<EventResult[]>;
  /** Events taken and not yet answered. */
  waiting(): number;
  /** Takes no more, and waits for what was taken. */
  stop(): Promise<void>;
}

/** Answered as a whole, whichever batches its events go with. */
interface Request {
  results: EventResult[];
  /** Events without a result. */
  left: number;
  resolve(results: EventResult[]): void;
  reject(error: unknown): void;
}

interface Waiting {
  incoming: IncomingEvent;
  subject: string;
  request: Request;
  /** Its place in the request. */
  at: number;
}

export function createPipeline(house: IngestHouse, options: PipelineOptions): Pipeline {
  const { database } = house.vault;
  const queue: Waiting[] = [];
  const writing = new Set<Promise<void>>();
  /** Whose events are being committed. */
  const busy = new Set<string>();
  let starting: Promise<void> | undefined;
  let lastCommit = 0;
  let waiting = 0;
  let stopping = false;

  function submit(events: readonly IncomingEvent[]): Promise<EventResult[]> {
    if (stopping) return Promise.reject(new LedgerbellError('stopping', 'The service is stopping'));
    if (waiting + events.length > options.capacity) {
      return Promise.reject(new LedgerbellError('queue-full', 'More events are waiting than may; send again shortly'));
    }
    if (events.length === 0) return Promise.resolve([]);
    waiting += events.length;
    return new Promise<EventResult[]>((resolve, reject) => {
      const request = { results: Array(events.length), left: events.length, resolve, reject };
      for (const [at, incoming] of events.entries()) {
        queue.push({ incoming, subject: eventSubject(incoming.event), request, at });
      }
      start();
    }).finally(() => {
      waiting -= events.length;
    });
  }

  /** Begins another commit once it is worth it; called whenever an event came or a commit ended. */
  function start(): void {
    if (starting !== undefined || !isWorthIt()) return;
    starting = gather().then(() => {
      starting = undefined;
      const batch = isWorthIt() ? take() : [];
      if (batch.length === 0) return;
      const written = commit(batch).finally(() => {
        writing.delete(written);
        for (const { subject } of batch) busy.delete(subject);
        lastCommit = performance.now();
        start();
      });
      writing.add(written);
      start();
    });
  }

  function isWorthIt(): boolean {
    if (writing.size === 0) return queue.length > 0;
    return writing.size < options.writers && queue.length >= WORTH_ANOTHER;
  }

  /**
   * Lets in what is about to arrive: all events of a request, and on a busy system those of other connections for as long as
   * each turn of the event loop brings more. SQLite commits within one turn, in which no request is read.
   */
  async function gather(): Promise<void> {
    if (performance.now() - lastCommit > BUSY_MS) return;
    let before: number;
    do {
      before = queue.length;
      await nextTurn();
    } while (before < queue.length && queue.length < EVENTS_A_COMMIT);
  }

  /** In the order they came, but for those whose account is in another batch: they stay where they are. */
  function take(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const looked = queue.splice(0, writing.size === 0 ? EVENTS_A_COMMIT : FARTHEST);
    for (const one of looked) {
      if (batch.length < EVENTS_A_COMMIT && !busy.has(one.subject)) batch.push(one);
      else left.push(one);
    }
    for (const { subject } of batch) busy.add(subject);
    queue.unshift(...left);
    return batch;
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now();
    try {
      const events = batch.map(({ incoming }) => incoming);
      const { results, summary } = await withTransaction(database, (trx) => commitBatch(house, trx, events), {
        triesAgain: (error) => isStoredMeanwhile(database, error),
      });
      for (const [index, { request, at }] of batch.entries()) give(request, at, results[index] as EventResult);
      options.onCommitted(summary, performance.now() - startedAt);
    } catch (error) {
      options.onFailed?.();
      for (const { request } of batch) request.reject(error);
    }
  }

  return {
    submit,
    waiting: () => waiting,
    async stop() {
      stopping = true;
      while (starting !== undefined || writing.size > 0) await Promise.all([starting, ...writing]);
    },
  };
}

function give(request: Request, at: number, result: EventResult): void {
  request.results[at] = result;
  request.left -= 1;
  if (request.left === 0) request.resolve(request.results);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
