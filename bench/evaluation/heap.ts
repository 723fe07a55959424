/** Whether evaluating leaves anything behind: live heap while a million events pass. */
import { heapInUse } from '../harness/heap.js';
import { drawEvents } from '../world/banking.js';
import { drawRules } from '../world/rules.js';
import { ledgerbell } from './ledgerbell.js';

export interface HeapResult {
  events: number;
  /** Bytes in use after a tenth of the events, at half, and at the end. */
  early: number;
  middle: number;
  late: number;
}

export function run({ events, rules }: { events: number; rules: number }): HeapResult {
  const world = { rules: drawRules(7, rules), events: drawEvents(11, 2_000, 500), parameters: false };
  const { match } = ledgerbell(world);
  const pass = (from: number, to: number) => {
    for (let at = from; at < to; at++) match(at % world.events.length);
    return heapInUse();
  };
  const early = pass(0, events / 10);
  const middle = pass(events / 10, events / 2);
  return { events, early, middle, late: pass(events / 2, events) };
}
