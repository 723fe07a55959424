/** Ends the simulated process at planned moments, each at another point of its work. */
import { draw } from './draw.js';
import { HOUR, type Plan } from './plan.js';

/** `in-...`: within the transaction, which is rolled back. */
export const POINTS = [
  'claimed',
  'requested-some',
  'answered',
  'in-settle',
  'settled',
  'in-claim',
  'in-receipts',
  'in-look-up',
] as const;
export type Point = (typeof POINTS)[number];

export class Killed extends Error {
  constructor(point: Point) {
    super(`killed: ${point}`);
    this.name = 'Killed';
  }
}

export interface Killer {
  /** @throws Killed where it is time, at this point */
  pass(point: Point): void;
  /** Ends the next thing that asks for the time, where it is time at this point; `disarm` when it was not asked. */
  arm(point: Point): void;
  disarm(): void;
  /** To be called whenever our code asks for the time. @throws Killed */
  check(): void;
  kills: Point[];
}

export function createKiller({ seed, begin, kills, hours }: Plan, now: () => number): Killer {
  const moments = Array.from({ length: kills }, (_, number) => {
    const part = (number + draw(seed, 'kill', number).next()) / kills;
    return { at: begin + Math.floor(part * 0.95 * hours * HOUR), point: POINTS[number % POINTS.length] as Point };
  });
  let armed: Point | undefined;
  const killer: Killer = {
    kills: [],
    pass: (point) => {
      if (isTime(point)) strike(point);
    },
    arm: (point) => {
      if (isTime(point)) armed = point;
    },
    disarm: () => {
      armed = undefined;
    },
    check: () => {
      if (armed !== undefined) strike(armed);
    },
  };

  function isTime(point: Point): boolean {
    const next = moments[killer.kills.length];
    return next !== undefined && next.point === point && next.at <= now();
  }

  function strike(point: Point): never {
    armed = undefined;
    killer.kills.push(point);
    throw new Killed(point);
  }

  return killer;
}
