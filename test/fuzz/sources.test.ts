import { expect } from 'chai';
import { fuzzMappings } from './fuzz-mappings.js';

describe('shipped mappings over spoiled payloads', () => {
  it('end by a name within their bounds, whatever comes, and what they refuse can be kept and mapped again', () => {
    const { payloads, faults, events, ignored, refused } = fuzzMappings(1_500, 20_261_122);
    expect(faults).to.deep.equal([]);
    expect(payloads).to.equal(1_500);
    expect(Math.min(events, ignored, refused.size)).to.be.greaterThan(5);
  });
});
