import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { sqlite } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { type Nats, natsUnavailable, startNats } from '../support/nats.js';
import { waitFor } from '../support/wait-for.js';
import { countEvents, eventOf, openReplica, openStream, type Replica, type StreamWorld } from './stream-world.js';

const unavailable = natsUnavailable();
if (unavailable !== undefined) describe.skip(`users of NATS (skipped: ${unavailable})`, () => it('are held to'));
else {
  describe('a user of NATS that may only do what docs/streams.md says', () => {
    let nats: Nats;
    let world: StreamWorld;
    let home: HouseUnderTest;
    let replica: Replica;

    before(async () => {
      const said = /needs to publish to ([^\n]+?), and to subscribe to `([^`]+)`/.exec(
        readFileSync('docs/streams.md', 'utf8'),
      );
      const publish = [...(said?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, subject]) => subject);
      expect(publish).to.have.length.above(1);
      const permissions = JSON.stringify({ publish: { allow: publish }, subscribe: { allow: [said?.[2]] } });
      const reader = `{ user: reader, password: "a word", permissions: ${permissions} }`;
      const admin = { user: 'admin', pass: 'another word' };
      const configuration = `authorization { users: [ { user: admin, password: "${admin.pass}" }, ${reader} ] }`;
      nats = await startNats({ configuration, user: admin });
      home = await openHouse(sqlite, { only: ['large-withdrawal'] });
      world = await openStream(nats);
    });
    after(async () => {
      await replica?.stop();
      await world?.close();
      await home?.close();
      await nats?.remove();
    });

    it('makes its consumers, reads, and settles', async () => {
      const subject = { partitions: 2, subject: 'bank.{partition}.>' };
      replica = await openReplica(home.house, world.config({ ...subject, user: 'reader', password: 'a word' }));
      await world.publish(eventOf('one', '7', NOW));
      await world.publishRaw('bank.1.8', 'no JSON');
      await waitFor(async () => (await world.left()) === 0, { what: 'both to be settled' });
      expect(await countEvents(home.database)).to.equal(1);
      expect(replica.counts).to.deep.equal({ done: 1, dead: 1, waits: 0 });
      expect((await replica.streams[0]?.adapter.lag())?.map(({ waiting }) => waiting)).to.deep.equal([0, 0]);
    });

    it('is told in words that hold no password where it is not known', async () => {
      const said: string[] = [];
      const note = (fields: object, message: string) => said.push(`${message} ${JSON.stringify(fields)}`);
      const log = { ...home.house.log, warn: note };
      const stranger = await openReplica(
        { ...home.house, log },
        world.config({ name: 'other', user: 'reader', password: 'a wrong word' }),
      );
      await waitFor(() => said.some((line) => line.includes('NATS cannot be reached')), { what: 'the warning' });
      await stranger.stop();
      expect(said.join()).not.to.include('wrong word');
    });
  });
}
