import { expect } from 'chai';
import { DEFAULT_SHORT_LINK_SETTINGS } from '../../../src/core/message/short-link-settings.js';
import { previewCampaign } from '../../../src/flows/campaigns/preview.js';
import { runCampaigns } from '../../../src/flows/campaigns/run-campaigns.js';
import { purgeCodesAndLinks } from '../../../src/flows/verify/purge-codes-and-links.js';
import { noteClick } from '../../../src/store/short-links.js';
import { databases } from '../../support/databases.js';
import { type CampaignWorld, ENTITY, openCampaignWorld, runnerNamed } from './campaign-world.js';

const DAY = 86_400_000;
const NEVER = 9_000_000_000_000;

for (const database of databases) {
  describe(`links of a campaign on ${database.name}`, () => {
    let world: CampaignWorld;
    beforeEach(async () => {
      world = await openCampaignWorld(database, {
        texts: { links: [{ hosts: ['bank.example'] }] },
        house: {
          publicUrl: 'https://sms.bank.example/v1',
          shortLinks: { ...DEFAULT_SHORT_LINK_SETTINGS, hosts: ['www.bank.example'] },
        },
      });
      await world.people(1, 3);
    });
    afterEach(() => world.close());

    const LINKS = { offer: 'https://www.bank.example/savings', choices: 'https://www.bank.example/choices' };
    const TEXT = { en: { offer: { text: 'BANK: {{ links.offer }} No more: {{ links.choices }}' } } };

    it('are each customer’s own, are in the text as long as the preview says, and are counted when followed', async () => {
      await world.start({ links: LINKS, wayOut: 'choices' }, TEXT);
      const preview = await previewCampaign(world.house, { entity: ENTITY, name: 'savings' });
      await world.settle();
      const texts = world.provider.sent.map(({ text }) => text);
      expect(new Set(texts).size).to.equal(3);
      for (const text of texts) {
        expect(text).to.match(/^BANK: https:\/\/sms\.bank\.example\/v1\/l\/[0-9a-z]{13} No more: https:\S+$/);
        expect(text).to.have.length(preview.samples[0]?.text.length ?? 0);
      }
      const { knex } = world.home.database;
      const [link] = await knex('lb_short_links').where({ name: 'offer' });
      await noteClick(world.home.database, knex, link.link_hash, world.home.clock.now);
      expect((await world.standing()).clicks).to.deep.equal([
        { name: 'choices', links: 3, clicked: 0 },
        { name: 'offer', links: 3, clicked: 1 },
      ]);
    });

    it('stay counted when retention has removed them, once, and while the campaign still counts', async () => {
      await world.start({ links: LINKS, wayOut: 'choices' }, TEXT);
      await world.settle();
      const { knex } = world.home.database;
      const [first, second] = await knex('lb_short_links').where({ name: 'offer' });
      await noteClick(world.home.database, knex, first.link_hash, world.home.clock.now);
      const before = (await world.standing()).clicks;
      await knex('lb_short_links').where({ link_hash: second.link_hash }).update({ ends_at: NEVER });
      world.home.clock.now += 121 * DAY;
      await Promise.all([purgeCodesAndLinks(world.house), purgeCodesAndLinks(world.house)]);
      expect(await knex('lb_short_links')).to.have.length(1);
      expect((await world.standing()).clicks).to.deep.equal(before);
      await world.settle();
      expect((await world.standing()).campaign.state).to.equal('finished');
      await knex('lb_short_links').update({ ends_at: 0 });
      await purgeCodesAndLinks(world.house);
      expect((await world.standing()).clicks).to.deep.equal(before);
    });

    it('a page that dies leaves none behind, and is made again with the same', async () => {
      await world.start({ links: LINKS, wayOut: 'choices' }, TEXT);
      const { vault } = world.house;
      const findDies = { ...vault, keys: { ...vault.keys, load: () => Promise.reject(new Error('died')) } };
      const died = await runCampaigns({ ...world.house, vault: findDies }, runnerNamed('one')).catch(() => 'died');
      expect(died).to.equal('died');
      expect(await world.home.database.knex('lb_short_links')).to.deep.equal([]);
      world.home.clock.now += 10_000;
      await world.settle(runnerNamed('two'));
      expect(await world.home.database.knex('lb_short_links')).to.have.length(6);
      expect(world.provider.sent).to.have.length(3);
    });
  });
}
