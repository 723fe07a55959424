import { expect } from 'chai';
import { WEBHOOK_ATTEMPTS, webhookRetryAt } from '../../../src/core/webhooks/retry.js';

const HOUR = 3_600_000;

describe('the retries of a webhook', () => {
  it('spread ten attempts over about a day, each wait longer than the one before', () => {
    const waits: number[] = [];
    for (let attempt = 1; attempt < WEBHOOK_ATTEMPTS; attempt++) {
      waits.push(webhookRetryAt({ attempt, now: 0, random: 0.5 }) as number);
    }
    expect(waits).to.deep.equal([...waits].sort((a, b) => a - b));
    const all = waits.reduce((sum, wait) => sum + wait, 0);
    expect(all / HOUR).to.be.within(20, 28);
    expect(webhookRetryAt({ attempt: WEBHOOK_ATTEMPTS, now: 0, random: 0.5 })).to.equal(undefined);
  });

  it('wait as long as the server asks, up to a day', () => {
    expect(webhookRetryAt({ attempt: 1, now: 0, random: 0, retryAfterMs: HOUR })).to.equal(HOUR);
    expect(webhookRetryAt({ attempt: 1, now: 0, random: 0, retryAfterMs: 1000 * HOUR })).to.equal(24 * HOUR);
  });
});
