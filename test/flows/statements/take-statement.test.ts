import { expect } from 'chai';
import { bai2 } from '../../../adapters/sources/bai2/reader.js';
import { LedgerbellError } from '../../../src/contracts/errors.js';
import { type TakeStatement, takeStatement } from '../../../src/flows/statements/take-statement.js';
import { listQuarantine } from '../../../src/store/quarantine.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { ruleSet } from '../../support/rules.js';
import { bai2File, fileOf, nightSource } from './bai2-file.js';

for (const database of databases) {
  describe(`a file of entries on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet() });
    });

    afterEach(() => home.close());

    const request = (more: Partial<TakeStatement> = {}): TakeStatement => ({
      source: nightSource(),
      reader: bai2,
      file: bai2File(600, { message: 7, beyond: 8 }),
      ...more,
    });

    async function events(): Promise<number> {
      const row = await home.database.knex(home.database.table('events')).count({ n: '*' }).first();
      return Number(row?.n);
    }

    it('gives an event for each entry, and says what became of every one', async () => {
      const row = await takeStatement(home.house, request());
      expect(row).to.include({ state: 'done', name: 'night.bai', entries: 600, done: 600 });
      expect(row.counts).to.deep.equal({
        accepted: 598,
        duplicates: 0,
        ignored: { 'no-money': 1 },
        rejected: { 'amount-too-large': 1 },
        rejections: [{ line: 410, code: 'amount-too-large', path: '/data/amount' }],
      });
      expect(await events()).to.equal(598);
      const kept = await listQuarantine(home.database, home.database.knex, { limit: 10 });
      expect(kept.map(({ origin, code }) => [origin, code])).to.deep.equal([['sources/night', 'amount-too-large']]);
    });

    it('is not taken again, whatever it is called', async () => {
      const first = await takeStatement(home.house, request());
      const again = await takeStatement(
        home.house,
        request({ file: bai2File(600, { message: 7, beyond: 8, name: 'copy.bai' }) }),
      );
      expect(again).to.deep.equal(first);
      expect(await events()).to.equal(598);
    });

    it('goes on where it was cut short', async () => {
      const cut = request({
        progress({ phase, done }) {
          if (phase === 'taking' && done >= 256) throw new Error('the process ended');
        },
      });
      await takeStatement(home.house, cut).then(
        () => expect.fail('it was not cut short'),
        (error: Error) => expect(error.message).to.equal('the process ended'),
      );
      const before = await events();
      expect(before).to.be.within(200, 256);
      const seen: number[] = [];
      const row = await takeStatement(
        home.house,
        request({ progress: ({ phase, done }) => phase === 'taking' && seen.push(done) }),
      );
      expect(seen).to.deep.equal([512, 600]);
      expect(row).to.include({ state: 'done', done: 600 });
      expect(row.counts).to.include({ accepted: 598, duplicates: 0 });
      expect(await events()).to.equal(598);
    });

    it('counts as duplicates what was decided and not yet noted when it was cut short', async () => {
      // Long enough that some of it can be taken before the second reading breaks off.
      const { text } = bai2File(600, { message: 7, beyond: 8 });
      const file = fileOf(text.replaceAll('PAYMENT', 'PAYMENT '.padEnd(150, '-')));
      let opened = 0;
      const failing = { ...file, open: () => (++opened === 2 ? cutOff(file.text) : file.open()) };
      await takeStatement(home.house, request({ file: failing })).then(
        () => expect.fail('it was not cut short'),
        () => undefined,
      );
      await home.database.knex(home.database.table('statements')).update({ done: 0, counts: JSON.stringify(EMPTY) });
      const row = await takeStatement(home.house, request({ file }));
      expect(row.counts).to.include({ accepted: 343, duplicates: 255 });
      expect(await events()).to.equal(598);
    });

    it('gives nothing at all where its totals are wrong, and says why', async () => {
      const file = fileOf(bai2File(600).text.replace(/99,\d+/, '99,1'));
      const row = await takeStatement(home.house, request({ file }));
      expect(row).to.deep.include({ state: 'refused', done: 0 });
      expect(row.refusal?.code).to.equal('statement-totals');
      expect(await events()).to.equal(0);
    });

    it('gives nothing of what it became since it was read first', async () => {
      const [file, later] = [bai2File(3), bai2File(4)];
      let opened = 0;
      const changing = { ...file, open: () => (++opened === 1 ? file.open() : later.open()) };
      const code = await takeStatement(home.house, request({ file: changing })).then(
        ({ state }) => state,
        (error) => error.code,
      );
      expect(code).to.equal('statement-changed');
      expect(await events()).to.equal(0);
    });

    it('is taken by one at a time', async () => {
      const outcomes = await Promise.allSettled([
        takeStatement(home.house, request()),
        takeStatement(home.house, request()),
      ]);
      const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      const codes = failed.map(({ reason }) => (reason instanceof LedgerbellError ? reason.code : String(reason)));
      expect(
        codes.every((code) => code === 'statement-under-way'),
        codes.join(),
      ).to.equal(true);
      expect(outcomes.some(({ status }) => status === 'fulfilled')).to.equal(true);
      expect(await events()).to.equal(598);
    });
  });
}

const EMPTY = { accepted: 0, duplicates: 0, ignored: {}, rejected: {}, rejections: [] };

async function* cutOff(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text.slice(0, Math.floor(text.length * 0.75)));
  throw new Error('the disk is gone');
}
