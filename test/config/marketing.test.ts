import { expect } from 'chai';
import { parseConfig } from '../../src/config/load-config.js';
import { DEFAULT_MARKETING } from '../../src/core/campaign/marketing-settings.js';
import { KEYS, mistakesOf } from './config-under-test.js';

describe('the configuration of marketing', () => {
  const parsed = (marketing?: object, env: Record<string, string> = {}) =>
    parseConfig({ ...KEYS, marketing }, { env, folder: '/etc' }).marketing;

  it('has a cap and quiet hours where nothing is said', () => {
    expect(parsed({})).to.deep.equal(DEFAULT_MARKETING);
    expect(parsed({ frequencyCap: { days: 30 } }).frequencyCap).to.deep.equal({ messages: 4, days: 30 });
  });

  it('asks for a second person in production, unless the bank says otherwise', () => {
    expect(parsed({}, { NODE_ENV: 'production' }).approvals).to.equal(2);
    expect(parsed({ approvals: 1 }, { NODE_ENV: 'production' }).approvals).to.equal(1);
  });

  it('refuses a cap of nothing and an hour that is none', () => {
    const wrong = { frequencyCap: { messages: 0 }, quietHours: { from: '25:00' } };
    expect(Object.keys(mistakesOf(() => parsed(wrong)))).to.have.members([
      'marketing.frequencyCap.messages',
      'marketing.quietHours.from',
    ]);
  });
});
