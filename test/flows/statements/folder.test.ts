import { writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { bai2 } from '../../../adapters/sources/bai2/reader.js';
import { openFolder, type StatementFolder } from '../../../src/flows/statements/folder.js';
import { type TakeStatement, takeStatement } from '../../../src/flows/statements/take-statement.js';
import { databases } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { ruleSet } from '../../support/rules.js';
import { bai2File, nightSource } from './bai2-file.js';

for (const database of databases) {
  describe(`a folder of files on ${database.name}`, () => {
    let home: HouseUnderTest;
    let path: string;
    let folder: StatementFolder;
    /** Done at the end of the first reading of a file, and after its last. */
    let afterSurvey: () => void;
    let afterTaking: () => void;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet() });
      path = await mkdtemp(join(tmpdir(), 'ledgerbell-folder-'));
      const { house } = home;
      const request = { source: nightSource(), reader: bai2 };
      const progress: TakeStatement['progress'] = ({ phase, done, of }) => {
        if (phase === 'reading' && done === of) afterSurvey();
      };
      [afterSurvey, afterTaking] = [() => undefined, () => undefined];
      folder = openFolder({
        folder: path,
        log: house.log,
        take: async (file) => {
          const row = await takeStatement(house, { ...request, file, progress });
          afterTaking();
          return row;
        },
      });
    });

    afterEach(async () => {
      await home.close();
      await rm(path, { recursive: true });
    });

    const put = (name: string, text: string): Promise<void> => writeFile(join(path, name), text);
    const rewrite = (name: string, text: string): void => writeFileSync(join(path, name), text);
    const reportOf = async (name: string) =>
      JSON.parse(await readFile(join(path, 'done', `${name}.report.json`), 'utf8'));
    const events = async (): Promise<number> => (await home.database.knex(home.database.table('events'))).length;
    const names = async (inside = ''): Promise<string[]> => (await readdir(join(path, inside))).sort();

    it('is left with each file put away, and a report beside it', async () => {
      await put('a.bai', bai2File(3).text);
      await put('b.bai', bai2File(4).text.replace(/99,.*\n$/, ''));
      expect(await folder.look(), 'a file may still grow').to.equal(0);
      expect(await folder.look()).to.equal(2);
      expect(await names()).to.deep.equal(['done', 'refused']);
      expect(await names('done')).to.deep.equal(['a.bai', 'a.bai.report.json']);
      expect(await names('refused')).to.deep.equal(['b.bai', 'b.bai.report.json']);
      const report = await reportOf('a.bai');
      expect(report).to.include({ name: 'a.bai', state: 'done', entries: 3, done: 3 });
      expect(report).to.include({ accepted: 3, duplicates: 0 });
      const refused = JSON.parse(await readFile(join(path, 'refused', 'b.bai.report.json'), 'utf8'));
      expect(refused.refusal.code).to.equal('statement-incomplete');
    });

    it('waits for a file that is still being written', async () => {
      const { text } = bai2File(5);
      await put('a.bai', text.slice(0, 100));
      await folder.look();
      await put('a.bai', text);
      expect(await folder.look()).to.equal(0);
      expect(await folder.look()).to.equal(1);
      expect(await names('done')).to.include('a.bai');
    });

    it('passes over names of files on their way', async () => {
      for (const name of ['.a.bai', 'a.bai.part', 'a.bai.filepart', 'a.tmp', 'a.bai~'])
        await put(name, bai2File(1).text);
      await folder.look();
      expect(await folder.look()).to.equal(0);
      expect(await names()).to.have.length(5);
    });

    it('takes nothing of a file that is rewritten between its readings, and then all of what it is now', async () => {
      await put('night.bai', bai2File(3).text);
      await folder.look();
      afterSurvey = once(() => rewrite('night.bai', bai2File(5).text));
      expect(await folder.look()).to.equal(0);
      expect(await events()).to.equal(0);
      expect(await names()).to.deep.equal(['night.bai']);
      await folder.look();
      expect(await folder.look()).to.equal(1);
      expect(await events()).to.equal(5);
      expect(await reportOf('night.bai')).to.include({ state: 'done', entries: 5, done: 5, accepted: 5 });
    });

    it('takes a file that was sound again before its refusal was written down', async () => {
      await put('night.bai', `oops${bai2File(3).text}`);
      await folder.look();
      afterSurvey = once(() => rewrite('night.bai', bai2File(5).text));
      await folder.look();
      expect(await names()).to.deep.equal(['night.bai']);
      await folder.look();
      expect(await folder.look()).to.equal(1);
      expect(await reportOf('night.bai')).to.include({ state: 'done', accepted: 5 });
    });

    it('does not put away another file that came under the name of one that was just taken', async () => {
      await put('night.bai', bai2File(3).text);
      await folder.look();
      afterTaking = once(() => rewrite('night.bai', bai2File(5).text));
      await folder.look();
      expect(await names()).to.deep.equal(['night.bai']);
      await folder.look();
      await folder.look();
      expect(await reportOf('night.bai')).to.include({ state: 'done', entries: 5, accepted: 2, duplicates: 3 });
    });

    it('keeps two files of one name apart', async () => {
      for (const entries of [2, 3]) {
        await put('night.bai', bai2File(entries).text);
        await folder.look();
        expect(await folder.look()).to.equal(1);
      }
      const kept = (await names('done')).filter((name) => name.endsWith('.bai'));
      expect(kept).to.have.length(2);
      expect(kept).to.include('night.bai');
    });
  });
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
