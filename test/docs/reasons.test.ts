import { expect } from 'chai';
import { ALERT_STATUSES, SUPPRESSION_REASONS } from '../../src/contracts/decision.js';
import { DECIDE_GATES } from '../../src/core/gates/decide.js';
import { rowsBelow, textOf } from './documents.js';

describe('docs/reasons.md', () => {
  const text = textOf('docs/reasons.md');

  const reasons = rowsBelow(text, 'Reasons for which no alert is made');

  it('explains every reason of the code, and no other', () => {
    expect(reasons)
      .to.have.members([...SUPPRESSION_REASONS])
      .and.to.have.length(SUPPRESSION_REASONS.length);
  });

  it('tells the reasons in the order in which the gates ask', () => {
    const asked: string[] = DECIDE_GATES.map(({ reason }) => reason);
    expect(reasons.filter((reason) => asked.includes(reason))).to.deep.equal(asked);
  });

  it('explains every status of the code, in the order of the code, and no other', () => {
    expect(rowsBelow(text, 'What becomes of an alert')).to.deep.equal([...ALERT_STATUSES]);
  });
});
