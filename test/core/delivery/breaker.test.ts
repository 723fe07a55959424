import { expect } from 'chai';
import {
  admits,
  afterAttempt,
  type Breaker,
  CLOSED,
  FIRST_PAUSE,
  LONGEST_PAUSE,
  OPENS_AFTER,
  type Performance,
  probing,
} from '../../../src/core/delivery/breaker.js';

const NOW = 1_000_000;

function having(breaker: Breaker, performances: readonly Performance[], now = NOW): Breaker {
  return performances.reduce((at, performance) => afterAttempt(at, performance, now), breaker);
}

const ill = (count: number): Performance[] => Array(count).fill('ill');
const opened = having(CLOSED, ill(OPENS_AFTER));

describe('a circuit breaker', () => {
  it('opens after failures in a row, and one success in between starts the count again', () => {
    const almost = ill(OPENS_AFTER - 1);
    expect(admits(having(CLOSED, almost), NOW)).to.equal('all');
    expect(admits(having(CLOSED, [...almost, 'well', ...almost]), NOW)).to.equal('all');
    expect(admits(opened, NOW)).to.equal('none');
  });

  it('lets one probe through after its pause, and the next only where the first is never heard of', () => {
    const due = NOW + FIRST_PAUSE;
    expect(admits(opened, due - 1)).to.equal('none');
    expect(admits(opened, due)).to.equal('one');
    const probed = probing(opened, due, 30_000);
    expect(admits(probed, due)).to.equal('none');
    expect(admits(probed, due + 30_000)).to.equal('one');
  });

  it('closes when the probe does well, and opens for twice as long when it does not, up to a limit', () => {
    const probed = probing(opened, NOW + FIRST_PAUSE, 30_000);
    expect(having(probed, ['well'])).to.deep.equal(CLOSED);
    let breaker = opened;
    const pauses = Array.from({ length: 8 }, () => {
      const { retryAt } = breaker;
      breaker = afterAttempt(probing(breaker, retryAt, 30_000), 'ill', retryAt);
      return breaker.retryAt - retryAt;
    });
    expect(pauses.slice(0, 3)).to.deep.equal([FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]);
    expect(Math.max(...pauses)).to.equal(LONGEST_PAUSE);
    expect(breaker.openedAt, 'since when it has been ill').to.equal(NOW);
  });

  it('does not open for longer because of what had left before it opened', () => {
    expect(having(opened, ill(20), NOW + 1)).to.deep.equal(opened);
  });
});
