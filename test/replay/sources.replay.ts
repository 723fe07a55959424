import { expect } from 'chai';
import { fuzzMappings } from '../fuzz/fuzz-mappings.js';

const CHUNK = 50_000;

describe('a million spoiled payloads over all shipped mappings', () => {
  it('end by a name within their bounds, and what is refused can be kept and mapped again', function () {
    this.timeout(90 * 60_000);
    let payloads = 0;
    for (let chunk = 0; payloads < 1_000_000; chunk += 1) {
      const { payloads: done, faults } = fuzzMappings(CHUNK, 1_000 + chunk);
      expect(faults).to.deep.equal([]);
      payloads += done;
    }
    expect(payloads).to.equal(1_000_000);
  });
});
