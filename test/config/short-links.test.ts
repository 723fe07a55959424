import { expect } from 'chai';
import { parseConfig } from '../../src/config/load-config.js';
import { DEFAULT_SHORT_LINK_SETTINGS } from '../../src/core/message/short-link-settings.js';
import { mistakesOf } from './config-under-test.js';

const parsed = (shortLinks?: object) => parseConfig({ shortLinks }, { env: {}, folder: '/etc' }).shortLinks;

describe('the configuration of short links', () => {
  it('makes none where nothing is said', () => {
    expect(parsed({})).to.deep.equal(DEFAULT_SHORT_LINK_SETTINGS);
    expect(parsed({ days: 7, hosts: ['bank.example'] })).to.deep.include({
      hosts: ['bank.example'],
      lastsMs: 7 * 86_400_000,
    });
  });

  it('is refused where a host or the address is more or less than that', () => {
    for (const hosts of [['https://bank.example'], ['Bank.example'], ['bank'], ['bank.example/a'], ['*.bank.example']])
      expect(
        mistakesOf(() => parsed({ hosts })),
        hosts[0],
      ).to.have.key('shortLinks.hosts[0]');
    for (const address of [
      'http://go.bank.example',
      'go.bank.example',
      'https://go.bank.example/?a',
      'https://a@b.example',
    ])
      expect(
        mistakesOf(() => parsed({ address })),
        address,
      ).to.have.key('shortLinks.address');
  });
});
