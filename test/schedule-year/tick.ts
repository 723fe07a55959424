/**
 * A tick of one replica, or of both: one after the other, or the second in the middle of the first, between its look and its
 * commit or between its commit and its note. The second one's clock may be behind.
 */

import type { House } from '../../src/flows/house.js';
import { raiseDigests } from '../../src/flows/schedules/raise-digests.js';
import { raiseInactivity } from '../../src/flows/schedules/raise-inactivity.js';
import { raisePayments } from '../../src/flows/schedules/raise-payments.js';
import type { Draw } from '../delivery-week/draw.js';
import type { Replica } from './replica.js';
import { HOUR, SECOND } from './world.js';

const BEHIND = [0, 0, SECOND, 61 * SECOND, 200 * SECOND, 26 * HOUR];

export interface TickOptions {
  now: number;
  chance: Draw;
  /** After an absence a clock that is behind would not know that it is evening. */
  isCatchUp: boolean;
  /** Two at the same time need a database that takes two writers. */
  mayBeAtOnce: boolean;
}

export async function tick(replicas: readonly Replica[], options: TickOptions): Promise<void> {
  const { now, chance, isCatchUp, mayBeAtOnce } = options;
  const first = chance.next() < 0.5 ? 0 : 1;
  const [one, other] = [replicas[first] as Replica, replicas[1 - first] as Replica];
  const second = async () => {
    other.setClock(isCatchUp ? now : now - chance.pick(BEHIND));
    await other.surely(raiseAll);
    other.setClock(now);
  };
  const how = chance.next();
  if (how < 0.6) return one.surely(raiseAll);
  if (how < 0.7) return one.surely(raiseAll).then(second);
  if (how < 0.8 && mayBeAtOnce)
    return Promise.all([one.surely(raiseAll), other.surely(raiseAll)]).then(() => undefined);
  const isBefore = how < 0.9;
  let ran = false;
  const meanwhile = async () => {
    if (ran) return;
    ran = true;
    await second();
  };
  await one.surely((house) => raiseAll(interrupted(house, isBefore, meanwhile)));
}

async function raiseAll(house: House): Promise<void> {
  await raiseInactivity(house);
  await raisePayments(house);
  await raiseDigests(house);
}

function interrupted(house: House, isBefore: boolean, meanwhile: () => Promise<void>): House {
  const { pipeline } = house;
  return {
    ...house,
    pipeline: {
      ...pipeline,
      submit: async (incoming) => {
        if (isBefore) await meanwhile();
        const results = await pipeline.submit(incoming);
        if (!isBefore) await meanwhile();
        return results;
      },
    },
  };
}
