/** A replica of the service: it dies at a commit, and is begun anew with nothing but the database. */
import { withOverrides } from '../../src/core/replies/policy.js';
import type { House } from '../../src/flows/house.js';
import type { CreatedDatabase, TestDatabase } from '../support/databases.js';
import { type HouseUnderTest, openHouse, TEST_SETTINGS } from '../support/house.js';
import { watched } from './commits.js';
import type { Gateway } from './gateway.js';
import { YEAR_RULES } from './rules.js';
import type { World } from './world.js';

export class Died extends Error {}

export interface Replica {
  readonly home: HouseUnderTest;
  readonly house: House;
  /** Does something, again and again from the beginning where it dies in between. */
  surely<T>(work: (house: House) => Promise<T>): Promise<T>;
  setClock(now: number): void;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** `mayDie`: asked before (true) and after each commit. `died`: told before the new process does anything. */
export interface Fate {
  mayDie(before: boolean): boolean;
  died(replica: Replica): Promise<void>;
}

export async function openReplica(
  kind: TestDatabase,
  created: CreatedDatabase,
  world: World,
  { gateway, fate }: { gateway: Gateway; fate: Fate },
): Promise<Replica> {
  let [dead, working] = [false, false];
  let now = world.from;
  const strike = (before: boolean) => {
    dead ||= working && fate.mayDie(before);
    if (dead) throw new Died();
  };
  const open = async () => {
    dead = false;
    const config = watched(created.config, { before: () => strike(true), after: () => strike(false) });
    const shared: TestDatabase = { ...kind, create: async () => ({ config, drop: async () => {} }) };
    return openHouse(shared, {
      source: YEAR_RULES,
      now,
      house: {
        schedules: world.policy,
        settings: { ...TEST_SETTINGS, holidays: world.holidays },
        adapters: [gateway.named],
        replies: { policies: withOverrides(), name: 'Bank', answeredByProvider: ['gateway'] },
        marketing: { approvals: 1, quietHours: { from: '21:00', to: '09:00' } },
        brake: { multiple: 1_000, minimum: 1_000_000 },
        delivery: { senders: { default: '+12015550199' }, attemptMs: 5_000, concurrency: 256 },
      },
    });
  };
  let home = await open();
  const restart = async () => {
    await home.close();
    home = await open();
  };
  const replica: Replica = {
    get home() {
      return home;
    },
    get house() {
      return home.house;
    },
    async surely(work) {
      for (;;) {
        try {
          working = true;
          return await work(home.house);
        } catch (error) {
          if (!dead) throw error;
          working = false;
          await restart();
          await fate.died(replica);
        } finally {
          working = false;
        }
      }
    },
    setClock(at) {
      now = at;
      home.clock.now = at;
    },
    restart,
    close: () => home.close(),
  };
  return replica;
}
