import { expect } from 'chai';
import { routeMistakes } from '../../src/config/route-mistakes.js';

const PLACES = new Map([
  ['local', []],
  ['baltic', ['EE', 'LV']],
  ['american', ['US']],
]);

const pathsOf = (sms: Parameters<typeof routeMistakes>[0]) =>
  routeMistakes(sms, PLACES, true).map(({ path, message }) => `${path} ${message}`);

describe('where messages may be processed, in a configuration', () => {
  it('an adapter that processes elsewhere is refused, with the place and the entity', () => {
    expect(pathsOf({ residency: { default: ['EU'] } })).to.deep.equal([
      'sms.adapters[2] processes messages in US, which sms.residency of "default" does not allow',
    ]);
    expect(pathsOf({ residency: { default: ['EU', 'US'] } })).to.deep.equal([]);
    expect(pathsOf({ residency: { default: ['EE'] }, routes: [{ adapters: ['local', 'baltic'] }] })).to.deep.equal([
      'sms.routes[0].adapters[1] processes messages in LV, which sms.residency of "default" does not allow',
    ]);
  });

  it('only routes that the entity can take are asked', () => {
    const own = { entities: ['strict'], adapters: ['baltic'] };
    const others = { adapters: ['american', 'local'] };
    const residency = { strict: ['EU'] };
    expect(pathsOf({ residency, routes: [own, others] })).to.deep.equal([]);
    expect(pathsOf({ residency, routes: [{ ...own, lanes: ['otp'] }, others] })).to.deep.equal([
      'sms.routes[1].adapters[0] processes messages in US, which sms.residency of "strict" does not allow',
    ]);
  });
});
