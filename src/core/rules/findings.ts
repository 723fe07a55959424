/** What the groups found out about the rules for one event; bits by position of the rule, so that order comes back by itself. */
import { emptyBits, setBit } from './narrowing.js';

export class Findings {
  /** Certainly true. */
  readonly sure: Int32Array;
  /** True if the rest of the conditions is. */
  readonly open: Int32Array;
  /** Of some value it is not known what it says. */
  readonly doubtful: Int32Array;
  /** Words of the above that are not zero. */
  readonly marked: Int32Array;
  isAny = false;

  constructor(rules: number) {
    this.sure = emptyBits(rules);
    this.open = emptyBits(rules);
    this.doubtful = emptyBits(rules);
    this.marked = emptyBits(this.sure.length);
  }

  add(bits: Int32Array, rule: number): void {
    this.isAny = true;
    setBit(bits, rule);
    setBit(this.marked, rule >>> 5);
  }
}
