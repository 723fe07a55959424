import { expect } from 'chai';
import { cached } from '../../src/metrics/cached.js';

describe('a figure that has to be asked for', () => {
  let clock: number;
  let asked: number;
  let failed: number;

  const figure = <T>(read: () => Promise<T>, patienceMs = 1_000) =>
    cached(
      () => {
        asked += 1;
        return read();
      },
      { forMs: 5_000, patienceMs, elapsed: () => clock, onFailed: () => (failed += 1) },
    );

  beforeEach(() => {
    clock = 0;
    asked = 0;
    failed = 0;
  });

  it('is asked for once by all who look at the same time, and again when it is old', async () => {
    const get = figure(async () => asked);
    expect(await Promise.all([get(), get(), get()])).to.deep.equal([1, 1, 1]);
    clock = 4_999;
    expect(await get()).to.equal(1);
    clock = 5_000;
    expect(await Promise.all([get(), get()])).to.deep.equal([2, 2]);
  });

  it('is undefined where it fails, which is counted once and remembered', async () => {
    const get = figure(() => Promise.reject(new Error('away')));
    expect(await Promise.all([get(), get()])).to.deep.equal([undefined, undefined]);
    expect(await get()).to.equal(undefined);
    expect([asked, failed]).to.deep.equal([1, 1]);
  });

  it('is not waited for longer than the patience, and no second question is asked beside one that hangs', async () => {
    let answer: (value: string) => void = () => undefined;
    const get = figure(() => new Promise<string>((resolve) => (answer = resolve)), 20);
    expect(await get()).to.equal(undefined);
    clock = 60_000;
    expect(await get()).to.equal(undefined);
    expect([asked, failed]).to.deep.equal([1, 1]);
    answer('late');
    await new Promise((resolve) => setImmediate(resolve));
    const next = get();
    answer('now');
    expect(await next).to.equal('now');
    expect(asked).to.equal(2);
  });
});
