import { expect } from 'chai';
import { maskedConfig } from '../../src/config/masked-config.js';
import { KEYS, load, mistakesOf, newPlace, type Place } from './config-under-test.js';

const KANNEL = { use: 'kannel', baseUrl: 'http://127.0.0.1:13013', username: 'u', password: 'p' };
const ADAPTERS = [
  { use: 'terminal', name: 'screen' },
  { ...KANNEL, name: 'gateway', limits: { perSecond: 20, burst: 40, concurrency: 8 } },
];

describe('the routes of a configuration', () => {
  let place: Place;

  beforeEach(() => {
    place = newPlace();
  });
  afterEach(() => place.remove());

  const sms = (settings: object) => () => load(place, { ...KEYS, sms: { adapters: ADAPTERS, ...settings } }).sms;

  it('are taken as they are written', () => {
    const routes = [
      { lanes: ['otp'], countries: ['EE'], adapters: ['gateway'], sender: 'CODES' },
      { adapters: ['gateway', 'screen'] },
    ];
    const loaded = sms({ routes, unknown: { security: 'resend' }, residency: { default: ['EU'] } })();
    expect(loaded.routes).to.deep.equal(routes);
    expect(loaded.unknown).to.deep.equal({ security: 'resend' });
    expect(loaded.adapters[1]?.limits).to.deep.equal({ perSecond: 20, burst: 40, concurrency: 8 });
  });

  it('name adapters and countries that there are', () => {
    const routes = [{ countries: ['ZZ'], adapters: ['gatway'] }, { adapters: ['gateway'] }];
    expect(mistakesOf(sms({ routes }))).to.deep.equal({
      'sms.routes[0].adapters[0]': 'is the name of no adapter',
      'sms.routes[0].countries[0]': 'is no country with phone numbers',
    });
  });

  it('leave no message without a route, and no route without messages', () => {
    expect(mistakesOf(sms({ routes: [{ lanes: ['otp'], adapters: ['gateway'] }] }))).to.deep.equal({
      'sms.routes[0]': 'must be without conditions, so that every message has a route',
    });
    const routes = [{ adapters: ['gateway'] }, { lanes: ['otp'], adapters: ['screen'] }];
    expect(mistakesOf(sms({ routes }))).to.deep.equal({
      'sms.routes[1]': 'is never reached: the route before it fits every message',
    });
  });

  it('stand beside guards against floods', () => {
    const throttle = [{ lanes: ['marketing'], messages: 2, minutes: 1440 }];
    const ceilings = [{ countries: ['EE', '*'], messages: 1000, minutes: 60 }];
    const loaded = sms({ throttle, ceilings })();
    expect([loaded.throttle, loaded.ceilings]).to.deep.equal([throttle, ceilings]);
    expect(
      Object.keys(mistakesOf(sms({ throttle: [{ messages: 0, minutes: 1 }], ceilings: [{ minutes: 1 }] }))),
    ).to.deep.equal(['sms.throttle[0].messages', 'sms.ceilings[0].messages']);
  });

  it('refuse wrong words, at their place', () => {
    const found = mistakesOf(
      sms({
        routes: [{ lanes: ['urgent'], adapters: ['gateway'] }],
        unknown: { otp: 'maybe' },
        residency: { default: ['Estonia'] },
        adapters: [{ ...KANNEL, limits: { perSecond: 0 } }],
      }),
    );
    expect(Object.keys(found)).to.include.members([
      'sms.routes[0].lanes[0]',
      'sms.unknown.otp',
      'sms.residency.default[0]',
      'sms.adapters[0].limits.perSecond',
    ]);
  });

  it('are shown with the limits of each adapter', () => {
    const { adapters } = maskedConfig(load(place, { ...KEYS, sms: { adapters: ADAPTERS } })).sms as {
      adapters: { limits?: object; password?: string }[];
    };
    expect(adapters[1]?.limits).to.deep.equal({ perSecond: 20, burst: 40, concurrency: 8 });
    expect(adapters[1]?.password).not.to.equal('p');
  });
});
