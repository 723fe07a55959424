/** Makes facts happen to the service: webhooks, and what customers do. A sender that got no answer sends again. */
import { parseEvent } from '../../src/core/event/parse-event.js';
import { changePreferences } from '../../src/flows/change-preferences.js';
import { commitWithin } from '../../src/flows/enqueue.js';
import type { House } from '../../src/flows/house.js';
import type { IncomingEvent } from '../../src/flows/ingest/types.js';
import { receiveInbound } from '../../src/flows/receive-inbound.js';
import { recordConsent } from '../../src/flows/record-consent.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { eventOf } from './events.js';
import type { Replica } from './replica.js';
import type { Fact, Person, World } from './world.js';

const EVENTS_A_REQUEST = 250;

export interface Numbered {
  fact: Fact;
  /** Its place in the world. */
  index: number;
}

/** In their order, as far as events of one request go together. `pick`: the replica that a request reaches. */
export async function happen(facts: readonly Numbered[], world: World, pick: () => Replica): Promise<void> {
  let waiting: Numbered[] = [];
  const send = async () => {
    const events = waiting;
    waiting = [];
    for (let start = 0; start < events.length; start += EVENTS_A_REQUEST) {
      const some = events.slice(start, start + EVENTS_A_REQUEST);
      await pick().surely((house) => house.pipeline.submit(some.map((one) => incomingOf(one, world, house))));
    }
  };
  for (const one of facts) {
    const { fact } = one;
    if (fact.kind !== 'offer' && eventOf(fact, one.index, world) !== undefined) {
      waiting.push(one);
      continue;
    }
    await send();
    await pick().surely((house) => act(house, one, world));
  }
  await send();
}

function incomingOf({ fact, index }: Numbered, world: World, house: House): IncomingEvent {
  const original = eventOf(fact, index, world) as object;
  return { event: parseEvent(original, { now: house.now(), futureToleranceMs: 0, origin: 'outside' }), original };
}

async function act(house: House, one: Numbered, world: World): Promise<void> {
  const { fact, index } = one;
  const { customerId } = fact;
  const name = { entity: 'default', customerId, actor: 'test' };
  const person = personOf(world, customerId);
  switch (fact.kind) {
    case 'chose': {
      const { quiet: quietHours } = person;
      const topics = { 'balance-digest': { parameters: { frequency: fact.frequencies } } };
      await changePreferences(house, { ...name, document: { topics, ...(quietHours && { quietHours }) } });
      return;
    }
    case 'consent': {
      const { granted, at } = fact;
      const how = {
        topic: 'offer',
        granted,
        by: 'customer',
        at: new Date(at).toISOString(),
        how: 'web',
        wording: 'Offers',
      };
      await recordConsent(house, { ...name, document: how });
      return;
    }
    case 'reply':
      await receiveInbound(house, 'gateway', [
        { from: person.phone, to: '12345', text: fact.word, providerId: `in-${index}` },
      ]);
      return;
    case 'offer':
      await within(house, incomingOf(one, world, house), fact.isRolledBack);
      return;
    default:
      throw new Error(`${fact.kind} is an event`);
  }
}

class RolledBack extends Error {}

async function within(house: House, incoming: IncomingEvent, isRolledBack: boolean): Promise<void> {
  const { database } = house.vault;
  const work = withTransaction(database, async (trx) => {
    await commitWithin(house, trx, incoming);
    if (isRolledBack) throw new RolledBack();
  });
  await work.catch((error) => {
    if (!(error instanceof RolledBack)) throw error;
  });
}

const people = new WeakMap<World, Map<string, Person>>();

function personOf(world: World, id: string): Person {
  const known = people.get(world) ?? new Map(world.people.map((person) => [person.id, person]));
  people.set(world, known);
  const person = known.get(id);
  if (person === undefined) throw new Error('nobody of that name');
  return person;
}
