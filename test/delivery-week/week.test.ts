import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { POINTS } from './killer.js';
import { liveThrough } from './live-through.js';
import { SMALL } from './plan.js';

for (const database of databases) {
  describe(`thirty simulated hours of delivery on ${database.name}`, function () {
    this.timeout(300_000);

    it('ends every alert as its providers saw it, over ten kills, and no phone gets one twice by chance', async () => {
      const { week, judgement } = await liveThrough(database, SMALL);
      const { counts, times } = judgement;
      expect(new Set(week.kills)).to.deep.equal(new Set(POINTS));
      expect(counts.lost, 'answers that nobody recorded').to.be.above(0);
      expect(counts.resent).to.be.at.least(counts.twice);
      expect(times.deferred, 'messages that waited for a morning').to.be.above(10);
      expect(times.codes, 'codes that left at once').to.be.above(10);
    });
  });
}
