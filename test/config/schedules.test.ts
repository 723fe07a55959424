import { expect } from 'chai';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { parseConfig } from '../../src/config/load-config.js';
import { DEFAULT_SCHEDULE_POLICY } from '../../src/core/schedule/policy.js';

const parsed = (schedules?: object) => parseConfig({ schedules }, { env: {}, folder: '/etc' }).schedules;

describe('the configuration of schedules', () => {
  it('has the usual days where nothing is said', () => {
    expect(parsed({})).to.deep.equal(DEFAULT_SCHEDULE_POLICY);
    expect(parsed({ lowBalanceAhead: [] })).to.deep.equal({ ...DEFAULT_SCHEDULE_POLICY, lowBalanceAhead: [] });
  });

  it('is refused where the hours end before they begin, or a day is none', () => {
    for (const [schedules, path] of [
      [{ hours: { from: '21:00' } }, 'schedules.hours.to'],
      [{ hours: { from: '9:00' } }, 'schedules.hours.from'],
      [{ instalments: { remindBefore: [0] } }, 'schedules.instalments.remindBefore[0]'],
      [{ digests: { weekday: 8 } }, 'schedules.digests.weekday'],
      [{ businessDays: { reminders: 'after' } }, 'schedules.businessDays.reminders'],
    ] as const) {
      try {
        parsed(schedules);
        expect.fail(`${path} was taken`);
      } catch (error) {
        if (!(error instanceof ConfigInvalid)) throw error;
        expect(error.mistakes.map((mistake) => mistake.path)).to.include(path);
      }
    }
  });
});
