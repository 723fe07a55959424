import { expect } from 'chai';
import { createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config/load-config.js';
import type { Logger } from '../../src/flows/house.js';
import { KEYS, mistakesOf, newPlace, type Place } from './config-under-test.js';

const DAY = 86_400_000;

describe('how long evidence is kept', () => {
  let place: Place;
  beforeEach(() => {
    place = newPlace();
  });
  afterEach(() => place.remove());

  const parsed = (retention?: object) =>
    parseConfig({ ...KEYS, retention, http: { port: 0 } }, { env: {}, folder: place.folder });

  /** What the service warns of when it starts. */
  async function warnings(retention: object): Promise<string[]> {
    const said: string[] = [];
    const quiet = () => {};
    const log: Logger = { debug: quiet, info: quiet, error: quiet, warn: (_fields, message) => said.push(message) };
    const app = await createApp(parsed(retention), { log, print: quiet });
    try {
      await app.start();
    } finally {
      await app.stop();
    }
    return said.filter((one) => one.includes('provable'));
  }

  it('is thirteen months and some days where nothing is said', () => {
    expect(parsed({}).retention).to.deep.equal({ evidenceMs: 400 * DAY });
    expect(mistakesOf(() => parsed({ evidenceDays: 7 }))).to.have.key('retention.evidenceDays');
  });

  it('may be shorter, with a warning', async () => {
    expect(await warnings({ evidenceDays: 396 })).to.have.length(1);
    expect(await warnings({ evidenceDays: 397 })).to.deep.equal([]);
  });
});
