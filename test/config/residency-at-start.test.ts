import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createApp } from '../../src/app.js';
import { ConfigInvalid } from '../../src/config/config-invalid.js';
import { KEYS, load, newPlace, type Place } from './config-under-test.js';

const FAR = `export default {
  name: 'far',
  configSchema: { type: 'object' },
  processesIn: () => ['US'],
  create: () => ({ send: async () => ({ status: 'accepted' }) }),
};`;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('an adapter of the bank’s own, at the start', () => {
  let place: Place;

  beforeEach(() => {
    place = newPlace();
    writeFileSync(join(place.folder, 'far.mjs'), FAR);
  });
  afterEach(() => place.remove());

  const start = (sms: object) =>
    createApp(load(place, { ...KEYS, sms: { adapters: [{ use: './far.mjs' }], ...sms } }), { log: silent }).then(
      async (app) => {
        await app.stop();
        return 'started';
      },
      (error) => (error instanceof ConfigInvalid ? error.mistakes.map(({ path }) => path).join() : `other: ${error}`),
    );

  it('is refused where it processes messages in a place that is not allowed', async () => {
    expect(await start({ residency: { default: ['EU'] } })).to.equal('sms.adapters[0]');
    expect(await start({ residency: { default: ['EU', 'US'] } })).to.equal('started');
  });

  it('is found by its own name in a route', async () => {
    expect(await start({ routes: [{ adapters: ['far'] }] })).to.equal('started');
    expect(await start({ routes: [{ adapters: ['fra'] }] })).to.equal('sms.routes[0].adapters[0]');
  });
});
