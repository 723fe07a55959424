import { expect } from 'chai';
import { type Askable, bindReply, type ReplyAnswer } from '../../../src/core/replies/bind-reply.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 100 * HOUR;

const asked = (alertId: string, ago: number, answers: ReplyAnswer[] = [], customerId = '1'): Askable => ({
  alertId,
  customerId,
  sentAt: NOW - ago,
  windowMs: 24 * HOUR,
  answers,
});
const bound = (alerts: Askable[], answer: ReplyAnswer = 'yes') => {
  const binding = bindReply(alerts, answer, NOW);
  return binding.kind === 'bound' ? `${binding.alert.alertId} ${binding.standing}` : binding.kind;
};

describe('the alert that a reply answers', () => {
  it('is the latest, within the window of its rule', () => {
    expect(bound([asked('a', 5 * HOUR), asked('b', HOUR)])).to.equal('b first');
    expect(bound([asked('a', 24 * HOUR - 1)])).to.equal('a first');
    expect(bound([asked('a', 24 * HOUR)])).to.equal('nothing-asked');
    expect(bound([])).to.equal('nothing-asked');
    expect(bound([asked('a', -1)]), 'not yet sent').to.equal('nothing-asked');
  });

  it('is none where two open ones left close together, or to two customers, or the answer crosses the latest', () => {
    expect(bound([asked('a', 9 * MINUTE), asked('b', MINUTE)])).to.equal('ambiguous');
    expect(bound([asked('a', 11 * MINUTE), asked('b', MINUTE)])).to.equal('b first');
    expect(bound([asked('a', 5 * HOUR, [], '2'), asked('b', HOUR)])).to.equal('ambiguous');
    expect(bound([asked('a', 5 * HOUR), asked('b', 14_999)])).to.equal('ambiguous');
    expect(bound([asked('a', 2 * MINUTE), asked('b', 2 * MINUTE)])).to.equal('ambiguous');
  });

  it('is not made doubtful by one that was answered', () => {
    expect(bound([asked('a', 9 * MINUTE, ['no']), asked('b', MINUTE)])).to.equal('b first');
  });

  it('keeps its first answer, but for a NO after a YES', () => {
    expect(bound([asked('a', HOUR, ['yes'])], 'no')).to.equal('a contradicts');
    expect(bound([asked('a', HOUR, ['yes'])], 'yes')).to.equal('a later');
    expect(bound([asked('a', HOUR, ['no'])], 'yes')).to.equal('a later');
    expect(bound([asked('a', HOUR, ['yes', 'no'])], 'no')).to.equal('a later');
  });
});
