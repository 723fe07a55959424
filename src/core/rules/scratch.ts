/**
 * The memory of one evaluation: each costly comparison that rules share is answered at most once per event, or at most once
 * per recipient where it depends on them. Stamps stand for clearing, so that ten thousand rules cost nothing to reset.
 */
import type { Frame } from './frame.js';
import type { Leaf } from './leaf.js';
import { type Answer, TROUBLED, type Truth, UNKNOWN } from './truth.js';

export class Scratch {
  private readonly answers: Uint8Array;
  private readonly stamps: Float64Array;
  private eventStamp = 0;
  private recipientStamp = 0;
  private clock = 0;
  private trouble = false;

  constructor(leaves: number) {
    this.answers = new Uint8Array(leaves);
    this.stamps = new Float64Array(leaves);
  }

  nextEvent(): void {
    this.clock += 1;
    this.eventStamp = this.clock;
    this.recipientStamp = this.clock;
    this.trouble = false;
  }

  nextRecipient(): void {
    this.clock += 1;
    this.recipientStamp = this.clock;
  }

  remember(leaf: Leaf, frame: Frame): Truth {
    const stamp = leaf.perRecipient ? this.recipientStamp : this.eventStamp;
    if (this.stamps[leaf.index] !== stamp) {
      this.stamps[leaf.index] = stamp;
      this.answers[leaf.index] = leaf.test(frame);
    }
    return this.settle(this.answers[leaf.index] as Answer);
  }

  settle(answer: Answer): Truth {
    if (answer !== TROUBLED) return answer;
    this.trouble = true;
    return UNKNOWN;
  }

  /** Whether any comparison of this event failed for another reason than a missing fact. */
  get troubled(): boolean {
    return this.trouble;
  }
}
