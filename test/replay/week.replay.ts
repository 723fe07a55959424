import { expect } from 'chai';
import { POINTS } from '../delivery-week/killer.js';
import { liveThrough } from '../delivery-week/live-through.js';
import { FULL } from '../delivery-week/plan.js';
import { databases } from '../support/databases.js';

for (const database of databases) {
  describe(`a simulated week of delivery on ${database.name}`, function () {
    // Nine minutes on an idle machine; more than an hour on one with much else to do.
    this.timeout(3 * 3_600_000);

    it('ends 200,000 alerts as their providers saw them, over fifty kills, and no phone gets one twice by chance', async () => {
      const { week, judgement } = await liveThrough(database, FULL);
      const { counts, outcomes, times } = judgement;
      console.log(`seed ${FULL.seed}; ${week.kills.length} kills`);
      console.table(outcomes);
      console.table({ ...counts, ...times, mistakes: times.mistakes.length });
      expect(new Set(week.kills)).to.deep.equal(new Set(POINTS));
      expect(counts.resent).to.be.at.least(counts.twice);
      expect(counts.lost, 'answers that nobody recorded').to.be.above(50);
      expect(times.deferred, 'messages that waited for a morning').to.be.above(5_000);
      expect(times.codes, 'codes that left at once').to.be.above(5_000);
    });
  });
}
