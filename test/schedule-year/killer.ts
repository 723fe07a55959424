/** When processes die: at planned times, a few commits later, just before one or just after it. */
import { draw } from '../delivery-week/draw.js';
import type { World } from './world.js';

export interface Killer {
  /** To be asked at every commit, on the way there (true) and back. */
  strikes(before: boolean): boolean;
  kills(): number;
}

export function createKiller({ seed, kills, from, to }: World, now: () => number): Killer {
  let done = 0;
  let commits = 0;
  return {
    strikes(before) {
      if (done >= kills) return false;
      const chance = draw(seed, 'kill', done);
      const at = from + ((done + chance.next()) / kills) * 0.98 * (to - from);
      if (now() < at) return false;
      const [wanted, isBefore] = [chance.between(0, 8), chance.next() < 0.5];
      if (before) commits += 1;
      if (commits <= wanted || before !== isBefore) return false;
      done += 1;
      commits = 0;
      return true;
    },
    kills: () => done,
  };
}
