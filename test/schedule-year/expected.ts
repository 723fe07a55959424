/**
 * What must be told in a world, worked out the other way round from the service: customer by customer and day by day from the
 * facts, the calendar and wall clocks, without anything of the product, and without events, looks or rows.
 */
import { expectedDigests } from './expected-digests.js';
import { expectedOffers } from './expected-offers.js';
import { expectedQuiet } from './expected-quiet.js';
import { expectedReminders } from './expected-reminders.js';
import { afterDown, type Fact, type Person, type World } from './world.js';

/** One customer, with what they and the core system did. */
export interface Life {
  person: Person;
  facts: readonly Fact[];
  world: World;
}

/** A message: its text, when it is decided, when it leaves, and until when it may. */
export interface Told {
  text: string;
  decided: number;
  at: number;
  until: number;
  /** How much later it may be, milliseconds; to the second where absent. */
  takes?: number;
}

/** By customer. */
export function expectedIn(world: World): Map<string, Told[]> {
  const own = new Map<string, Fact[]>(world.people.map(({ id }) => [id, []]));
  for (const fact of world.facts) own.get(fact.customerId)?.push(fact);
  return new Map(
    world.people.map((person) => {
      const facts = own.get(person.id) ?? [];
      const life = { person, facts, world };
      const told = [expectedReminders, expectedDigests, expectedQuiet, expectedOffers].flatMap((count) => count(life));
      return [person.id, told.filter(({ decided, at }) => at <= world.to && mayTell(facts, [decided, at], world))];
    }),
  );
}

/** A STOP from an American number ends everything that nobody has to be told, until a START. */
function mayTell(facts: readonly Fact[], times: readonly number[], { downs }: World): boolean {
  return times.every((at) => {
    const said = facts.filter((fact) => fact.kind === 'reply' && afterDown(fact.at, downs) <= at).at(-1);
    return said?.kind !== 'reply' || said.word === 'START';
  });
}
