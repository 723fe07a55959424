/** Which slots of a group can still hold for one event: bits of 32 slots a word, narrowed by one column after the other. */

/** Bits of `slots` slots, all unset. */
export function emptyBits(slots: number): Int32Array {
  return new Int32Array((slots + 31) >>> 5);
}

export function setBit(words: Int32Array, bit: number): void {
  words[bit >>> 5] = (words[bit >>> 5] as number) | (1 << (bit & 31));
}

export function hasBit(words: Int32Array, bit: number): boolean {
  return ((words[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
}

function clearBit(words: Int32Array, bit: number): void {
  words[bit >>> 5] = (words[bit >>> 5] as number) & ~(1 << (bit & 31));
}

export class Narrowing {
  /** Slots that are not certainly false. */
  readonly possible: Int32Array;
  /** Those among them of which some literal is not known; means nothing unless `isDoubtful`. */
  readonly unknown: Int32Array;
  isDoubtful = false;
  /** Words outside of these are not to be looked at. */
  from = 0;
  to = 0;
  private readonly slots: number;

  constructor(slots: number) {
    this.slots = slots;
    this.possible = emptyBits(slots);
    this.unknown = emptyBits(slots);
  }

  startWithAll(): void {
    this.startWithRange(0, this.slots);
  }

  /** Slots from `first` to the one before `end`. */
  startWithRange(first: number, end: number): void {
    const { possible } = this;
    this.isDoubtful = false;
    this.from = first >>> 5;
    this.to = first < end ? ((end - 1) >>> 5) + 1 : this.from;
    if (first >= end) return;
    for (let at = this.from; at < this.to; at++) possible[at] = -1;
    possible[this.from] = (possible[this.from] as number) & (-1 << (first & 31));
    if ((end & 31) !== 0) possible[this.to - 1] = (possible[this.to - 1] as number) & ~(-1 << (end & 31));
  }

  /** Also these, of which it is not known whether they belong there. */
  addUnknown(slots: Int32Array): void {
    const { possible, from, to } = this;
    possible.fill(0, 0, from);
    possible.fill(0, to);
    this.from = 0;
    this.to = possible.length;
    this.beginDoubt();
    for (const slot of slots) {
      setBit(possible, slot);
      setBit(this.unknown, slot);
    }
  }

  /** Whether any of `bits` can still hold. */
  touches(bits: Int32Array): boolean {
    const { possible, to } = this;
    for (let at = this.from; at < to; at++) {
      if (((possible[at] as number) & (bits[at] as number)) !== 0) return true;
    }
    return false;
  }

  /** Keeps the slots of the row that starts at `offset`. */
  keep(rows: Int32Array, offset: number): void {
    const { possible, to } = this;
    for (let at = this.from; at < to; at++) {
      possible[at] = (possible[at] as number) & (rows[offset + at] as number);
    }
  }

  /** As `keep`, but for these slots, of which some stay although the row has them not, and some go although it has them. */
  keepExcept(rows: Int32Array, offset: number, stay: Int32Array, go: Int32Array): void {
    const { possible } = this;
    const staying: number[] = [];
    for (const slot of stay) if (this.isInside(slot) && hasBit(possible, slot)) staying.push(slot);
    this.keep(rows, offset);
    for (const slot of staying) setBit(possible, slot);
    for (const slot of go) this.drop(slot);
  }

  drop(slot: number): void {
    clearBit(this.possible, slot);
  }

  /** What these slots depend on is not known. */
  doubt(bits: Int32Array): void {
    this.beginDoubt();
    const { unknown, to } = this;
    for (let at = this.from; at < to; at++) unknown[at] = (unknown[at] as number) | (bits[at] as number);
  }

  private beginDoubt(): void {
    if (this.isDoubtful) return;
    this.isDoubtful = true;
    this.unknown.fill(0, this.from, this.to);
  }

  private isInside(slot: number): boolean {
    const word = slot >>> 5;
    return word >= this.from && word < this.to;
  }
}
