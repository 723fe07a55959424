import { expect } from 'chai';
import { placesFor } from '../../../src/core/delivery/lane-share.js';
import { placesRefused } from '../../../src/core/delivery/residency.js';
import {
  type Availability,
  bucketOf,
  chooseAdapter,
  type Route,
  routeFor,
  takesOver,
} from '../../../src/core/delivery/route.js';

const MESSAGE = { lane: 'service', topic: 'low-balance', entity: 'default', country: 'EE' } as const;
const ALL: Route = { adapters: ['a'] };

const standing = (states: Record<string, Availability>) => (adapter: string) => states[adapter] ?? 'ready';

describe('a route', () => {
  it('is the first that fits in everything it names', () => {
    const routes: Route[] = [
      { lanes: ['otp'], adapters: ['codes'] },
      { countries: ['LV'], adapters: ['latvia'] },
      { topics: ['low-balance'], entities: ['brand'], adapters: ['brand'] },
      { topics: ['low-balance'], countries: ['EE', 'LT'], adapters: ['balances'] },
      ALL,
    ];
    const chosen = (message: object) => routeFor(routes, { ...MESSAGE, ...message })?.adapters[0];
    expect(chosen({})).to.equal('balances');
    expect(chosen({ lane: 'otp' })).to.equal('codes');
    expect(chosen({ country: 'LV' })).to.equal('latvia');
    expect(chosen({ entity: 'brand', country: 'EE' })).to.equal('brand');
    expect(chosen({ country: undefined }), 'a number of no country fits no list of countries').to.equal('a');
  });

  it('takes the first adapter that is not out, and waits for one that is only busy', () => {
    const list = ['a', 'b', 'c'];
    expect(chooseAdapter(list, standing({}))).to.deep.equal({ adapter: 'a', availability: 'ready' });
    expect(chooseAdapter(list, standing({ a: 'out' }))?.adapter).to.equal('b');
    expect(chooseAdapter(list, standing({ a: 'busy' }))).to.deep.equal({ adapter: 'a', availability: 'busy' });
    expect(chooseAdapter(list, standing({ a: 'out', b: 'out', c: 'out' }))).to.equal(undefined);
  });

  it('goes on behind the adapter that failed, and comes back to the start where the rest is out', () => {
    const list = ['a', 'b', 'c'];
    expect(chooseAdapter(list, standing({}), 'a')?.adapter).to.equal('b');
    expect(chooseAdapter(list, standing({ b: 'out', c: 'out' }), 'a')?.adapter).to.equal('a');
    expect(takesOver(list, 'a', standing({ b: 'out' }))).to.equal('c');
    expect(takesOver(list, 'c', standing({}))).to.equal(undefined);
    expect(takesOver(list, 'gone', standing({}))).to.equal(undefined);
  });

  it('gives messages for the same adapters the same queue', () => {
    expect(bucketOf(['a', 'b'])).to.equal(bucketOf(['a', 'b']));
    const buckets = [['a', 'b'], ['b', 'a'], ['ab'], ['a']].map(bucketOf);
    expect(new Set(buckets).size).to.equal(buckets.length);
    for (const bucket of buckets) expect(bucket).to.be.within(1, 65_534);
  });
});

describe('where messages may be processed', () => {
  const residency = { baltic: ['EE', 'LV'], union: ['EU', 'CH'] };

  it('is every place that the entity names, and the European Union holds its members', () => {
    expect(placesRefused(residency, 'baltic', ['EE'])).to.deep.equal([]);
    expect(placesRefused(residency, 'baltic', ['EE', 'DE', 'US'])).to.deep.equal(['DE', 'US']);
    expect(placesRefused(residency, 'union', ['DE', 'EU', 'CH'])).to.deep.equal([]);
    expect(placesRefused(residency, 'union', ['GB'])).to.deep.equal(['GB']);
    expect(placesRefused(residency, 'baltic', ['EU']), 'the whole union is more than one member').to.deep.equal(['EU']);
  });

  it('is anywhere for an entity without a policy, and this machine for all', () => {
    expect(placesRefused(residency, 'default', ['US'])).to.deep.equal([]);
    expect(placesRefused(residency, 'baltic', [])).to.deep.equal([]);
    expect(placesRefused(residency, 'constructor', ['US'])).to.deep.equal([]);
  });
});

describe('the places at a provider', () => {
  it('are kept free for the lanes above', () => {
    const places = (['otp', 'security', 'service', 'marketing'] as const).map((lane) => placesFor(lane, 16));
    expect(places).to.deep.equal([16, 14, 12, 8]);
    expect(placesFor('marketing', 1), 'no lane is shut out').to.equal(1);
  });
});
