/** Chance that is the same in every run, and for each question its own, so that no answer depends on the order of asking. */
export interface Draw {
  /** In [0, 1). */
  next(): number;
  /** An integer in [from, to). */
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
}

export function draw(seed: number, ...question: (string | number)[]): Draw {
  let state = hashOf(`${seed}|${question.join('|')}`);
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from));
  return { next, between, pick: (list) => list[between(0, list.length)] as (typeof list)[number] };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
