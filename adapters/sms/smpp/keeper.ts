/** Keeps one connection open: opens it, and opens it again with growing random waits. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Bind, type Link, type LinkEvents, openLink } from './link.js';
import type { Settings } from './settings.js';
import { LinkFailed } from './socket.js';

export interface Keeper {
  /** Begins, once; resolves or rejects with the first attempt. @throws LinkFailed */
  start(): Promise<void>;
  /** The connection that may be used now. */
  link(): Link | undefined;
  /** Why there is none, as a code without prefix. */
  fault(): string;
  /** Unbinds; after it nothing opens again. */
  stop(): Promise<void>;
}

/** A connection that lived as long starts the waits anew. */
const STEADY = 30_000;

export function createKeeper(settings: Settings, bind: Bind, events: LinkEvents): Keeper {
  const end = new AbortController();
  let current: Link | undefined;
  let fault = 'not-connected';
  let failures = 0;
  let first: Promise<void> | undefined;
  let loop: Promise<void> = Promise.resolve();

  async function open(): Promise<void> {
    try {
      end.signal.throwIfAborted();
      current = await openLink(settings, bind, events, end.signal);
      fault = 'connection-lost';
      events.changed();
    } catch (error) {
      fault = failureOf(error);
      throw new LinkFailed(fault, error instanceof LinkFailed && error.isRefusal);
    }
  }

  function failureOf(error: unknown): string {
    if (end.signal.aborted) return 'closed';
    return error instanceof LinkFailed ? error.code : 'connection-failed';
  }

  async function keep(attempt: Promise<void>): Promise<void> {
    let opening = attempt;
    while (!end.signal.aborted) {
      const isRefused = await live(opening);
      try {
        await wait(pause(isRefused), undefined, { signal: end.signal });
      } catch {
        return;
      }
      opening = open();
    }
  }

  /** Resolves when it is over; true where the SMSC would not have us. */
  async function live(opening: Promise<void>): Promise<boolean> {
    try {
      await opening;
      const since = performance.now();
      await current?.closed;
      if (performance.now() - since > STEADY) failures = 0;
      return false;
    } catch (error) {
      return error instanceof LinkFailed && error.isRefusal;
    } finally {
      current = undefined;
      failures += 1;
    }
  }

  /** Half to all of a span that doubles. A refused bind waits longest at once: some SMSCs lock who tries too often. */
  function pause(isRefused: boolean): number {
    const grown = settings.reconnectMs * 2 ** Math.min(failures - 1, 20);
    const span = isRefused ? settings.reconnectMaxMs : Math.min(grown, settings.reconnectMaxMs);
    return span * (0.5 + Math.random() / 2);
  }

  return {
    start() {
      if (first === undefined) {
        first = open();
        loop = keep(first);
      }
      return first;
    },
    link: () => (current?.isUsable() ? current : undefined),
    fault: () => (current === undefined ? fault : 'not-answering'),
    async stop() {
      // Leave is taken first: an aborted connection is cut.
      await current?.unbind();
      fault = 'closed';
      end.abort();
      await loop;
    },
  };
}
