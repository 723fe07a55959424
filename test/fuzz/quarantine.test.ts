/** What is refused of spoiled payloads lies in a real quarantine, every one of it, and ends the same when it is taken again. */
import { expect } from 'chai';
import { replayAllQuarantined } from '../../src/flows/replay-quarantine.js';
import { SOURCE_ORIGIN } from '../../src/flows/sources/keep-delivery.js';
import type { ReadySource } from '../../src/flows/sources/ready-source.js';
import { takeDelivery } from '../../src/flows/sources/take-delivery.js';
import { listQuarantine } from '../../src/store/quarantine.js';
import { sourceOf } from '../http/sources-under-test.js';
import { databases } from '../support/databases.js';
import { openHouse } from '../support/house.js';
import { seeds } from './fuzz-mappings.js';
import { mutated, randomOf } from './mutate.js';

const PAYLOADS = 70;

for (const database of databases) {
  it(`keeps every spoiled payload that it refuses, on ${database.name}`, async () => {
    const all = seeds().filter(({ mapping }) => mapping.fetches.length === 0);
    const sources = new Map<string, ReadySource>();
    for (const { mapping, settings } of all) {
      const { name, parameters } = settings;
      sources.set(name, sourceOf(mapping.document, { name, parameters }));
    }
    const home = await openHouse(database, { only: ['transfer-made'], house: { sources } });
    const random = randomOf(42);
    const refused: string[] = [];
    try {
      for (let at = 0; at < PAYLOADS; at += 1) {
        const one = all[(at * 7) % all.length] as (typeof all)[number];
        const source = sources.get(one.settings.name) as ReadySource;
        const delivery = { ...one.delivery, body: Buffer.from(mutated(one.body, random)), receivedAt: home.clock.now };
        const answer = await takeDelivery(home.house, source, delivery, {});
        const first = answer.results.find((result) => result.status === 'rejected' && result.code !== 'id-reused');
        if (first?.status === 'rejected') refused.push(`${SOURCE_ORIGIN}${source.name} ${first.code}`);
      }
      const kept = await listQuarantine(home.database, home.database.knex, { limit: 1000 });
      const ours = kept.filter(({ origin }) => origin.startsWith(SOURCE_ORIGIN)).reverse();
      expect(ours.map(({ origin, code }) => `${origin} ${code}`)).to.deep.equal(refused);
      expect(refused.length).to.be.greaterThan(10);
      const outcomes = new Map<number, string>();
      await replayAllQuarantined(home.house, ({ id, outcome }) => outcomes.set(id, outcome));
      for (const { id, code } of ours) expect(outcomes.get(id), `${id}`).to.equal(code);
    } finally {
      await home.close();
    }
  });
}
