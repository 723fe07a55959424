/**
 * Lives through a simulated year: two replicas of the real service on one real database, in virtual time that jumps to whatever
 * happens next. They die at commits, are away, and get everything at least once.
 */
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { markAbandoned } from '../../src/flows/deliver/mark-abandoned.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { settleUnknown } from '../../src/flows/deliver/settle-unknown.js';
import type { House } from '../../src/flows/house.js';
import { createAgenda } from '../delivery-week/agenda.js';
import { draw } from '../delivery-week/draw.js';
import type { CreatedDatabase, TestDatabase } from '../support/databases.js';
import { beginCampaign, takeFurther } from './campaigns.js';
import { createGateway, type Gateway } from './gateway.js';
import { happen, type Numbered } from './happen.js';
import { createKiller } from './killer.js';
import { register } from './register.js';
import { openReplica, type Replica } from './replica.js';
import { earliestDue, nextDeferred, sendingIds } from './rows.js';
import { tick } from './tick.js';
import { afterDown, COURIER_AFTER, MINUTE, SECOND, type World } from './world.js';

const MOST_CLAIMED = 256;
/** After the death of a process: its leases lapse, and what it had taken up is looked into. */
const DOUBTS_AFTER = [10, 20, 40, 80, 160, 320];

export interface Year {
  world: World;
  gateway: Gateway;
  /** Claimed by a process that died before it made the request. */
  interrupted: Set<string>;
  kills: number;
  ticks: number;
  replica: Replica;
  close(): Promise<void>;
}

export async function runYear(kind: TestDatabase, created: CreatedDatabase, world: World): Promise<Year> {
  let now = world.from;
  let ticks = 0;
  const gateway = createGateway(() => now);
  const killer = createKiller(world, () => now);
  const interrupted = new Set<string>();
  const agenda = createAgenda<'courier' | 'doubts' | 'campaign'>();
  const died = async ({ home }: Replica) => {
    const ids = await sendingIds(home.database);
    for (const id of ids) if (!gateway.took(id)) interrupted.add(id);
    if (ids.length > 0) for (const after of DOUBTS_AFTER) agenda.add(now + after * SECOND, 'doubts');
  };
  const parts = { gateway, fate: { mayDie: killer.strikes, died } };
  const replicas = [await openReplica(kind, created, world, parts), await openReplica(kind, created, world, parts)];
  const [first] = replicas as [Replica];
  const close = async () => {
    for (const replica of replicas) await replica.close();
  };
  const chance = draw(world.seed, 'driver');
  const pick = () => chance.pick(replicas);
  await register(first.home, world);
  const campaigns = [...world.campaigns];
  const running: string[] = [];
  for (const { at } of campaigns) agenda.add(at, 'campaign');

  for (let sent = 0; ; ) {
    const due = await earliestDue(first.home.database);
    const tickAt = due === undefined ? Number.POSITIVE_INFINITY : Math.ceil(Math.max(due, now) / MINUTE) * MINUTE;
    const next = Math.min(tickAt, world.facts[sent]?.at ?? tickAt, agenda.nextAt() ?? tickAt);
    const at = afterDown(next, world.downs);
    if (at > world.to) return { world, gateway, interrupted, kills: killer.kills(), ticks, replica: first, close };
    now = at;
    for (const replica of replicas) replica.setClock(now);
    // Of those that were away one is begun anew, and the other goes on as after a sleep of its machine.
    if (at !== next) await pick().restart();
    const facts: Numbered[] = [];
    for (; (world.facts[sent]?.at ?? Number.POSITIVE_INFINITY) <= now; sent++) {
      facts.push({ fact: world.facts[sent] as Numbered['fact'], index: sent });
    }
    const offers = facts.filter(({ fact }) => fact.kind === 'offer');
    await happen(
      facts.filter(({ fact }) => fact.kind !== 'offer'),
      world,
      pick,
    );
    const chores = new Set(agenda.takeUntil(now));
    if (chores.has('doubts')) await pick().surely(lookIntoDoubts);
    for (; (campaigns[0]?.at ?? Number.POSITIVE_INFINITY) <= now; campaigns.shift()) {
      const name = campaigns[0]?.name ?? '';
      await beginCampaign(pick(), name);
      running.push(name);
    }
    if (chores.has('campaign') && running[0] !== undefined) {
      if (await takeFurther(pick(), running[0])) running.shift();
      else agenda.add(now + COURIER_AFTER, 'campaign');
    }
    if (chores.size > 0) {
      await pick().surely(deliver);
      const later = await nextDeferred(first.home.database, now);
      if (later !== undefined) agenda.add(later, 'courier');
    }
    await happen(offers, world, pick);
    const isTick = tickAt <= now && now % MINUTE === 0;
    const mayBeAtOnce = first.home.database.dialect === 'mysql';
    if (isTick) await tick(replicas, { now, chance, isCatchUp: at !== next, mayBeAtOnce });
    ticks += isTick ? 1 : 0;
    if (isTick || offers.length > 0) agenda.add(now + COURIER_AFTER, 'courier');
  }
}

async function deliver(house: House): Promise<void> {
  for (;;) {
    const { leaving, moved } = await claimAlerts(house, 'courier', MOST_CLAIMED);
    const results = [];
    for (const claimed of leaving) results.push(await sendAlert(house, claimed));
    if (results.length > 0) await settleAttempts(house, results);
    if (moved === 0) return;
  }
}

async function lookIntoDoubts(house: House): Promise<void> {
  await markAbandoned(house);
  await settleUnknown(house);
}
