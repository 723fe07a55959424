/**
 * The memory of one evaluation: each shared comparison is answered at most once per event, each comparison that depends
 * on the recipient at most once per recipient. Stamps stand for clearing, so that ten thousand rules cost nothing to reset.
 */
import type { Frame } from './frame.js';
import type { Doubt, Leaf } from './leaf.js';
import { type Truth, UNKNOWN } from './truth.js';

export class Scratch {
  private readonly truths: Uint8Array;
  private readonly stamps: Float64Array;
  private doubts = new Map<number, Doubt>();
  private eventStamp = 0;
  private recipientStamp = 0;
  private clock = 0;
  private lastDoubt: Doubt | undefined;
  private trouble = false;

  constructor(leaves: number) {
    this.truths = new Uint8Array(leaves);
    this.stamps = new Float64Array(leaves);
  }

  nextEvent(): void {
    this.clock += 1;
    this.eventStamp = this.clock;
    this.recipientStamp = this.clock;
    this.trouble = false;
    if (this.doubts.size > 0) this.doubts = new Map();
  }

  nextRecipient(): void {
    this.clock += 1;
    this.recipientStamp = this.clock;
  }

  leaf(leaf: Leaf, frame: Frame): Truth {
    const stamp = leaf.perRecipient ? this.recipientStamp : this.eventStamp;
    if (this.stamps[leaf.index] === stamp) {
      const known = this.truths[leaf.index] as Truth;
      if (known === UNKNOWN) this.lastDoubt = this.doubts.get(leaf.index);
      return known;
    }
    const truth = leaf.evaluate(frame, (doubt) => this.note(leaf.index, doubt));
    this.stamps[leaf.index] = stamp;
    this.truths[leaf.index] = truth;
    return truth;
  }

  /** Why the leaf asked last is unknown. */
  takeDoubt(): Doubt | undefined {
    const doubt = this.lastDoubt;
    this.lastDoubt = undefined;
    return doubt;
  }

  /** Whether any comparison of this event failed for another reason than a missing fact. */
  get troubled(): boolean {
    return this.trouble;
  }

  private note(index: number, doubt: Doubt): void {
    this.doubts.set(index, doubt);
    this.lastDoubt = doubt;
    if (doubt.code !== 'fact-missing') this.trouble = true;
  }
}
