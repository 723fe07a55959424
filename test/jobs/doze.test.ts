import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createDoze } from '../../src/jobs/doze.js';

const AN_HOUR = 3_600_000;

describe('a doze', () => {
  it('ends when it is rung', async () => {
    const doze = createDoze();
    const asleep = doze.sleep(AN_HOUR);
    doze.ring();
    await asleep;
  });

  it('ends at once where it was rung before', async () => {
    const doze = createDoze();
    doze.ring();
    await doze.sleep(AN_HOUR);
  });

  it('is ended once by a ring, and by its own time', async () => {
    const doze = createDoze();
    doze.ring();
    await doze.sleep(AN_HOUR);
    let awake = false;
    const asleep = doze.sleep(AN_HOUR).then(() => {
      awake = true;
    });
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(awake).to.equal(false);
    doze.ring();
    await asleep;
    await doze.sleep(1);
  });
});
