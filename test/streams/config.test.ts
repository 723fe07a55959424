import { expect } from 'chai';
import type { ConfigInvalid } from '../../src/config/config-invalid.js';
import { parseConfig } from '../../src/config/load-config.js';
import { maskedConfig } from '../../src/config/masked-config.js';

const NATS = { use: 'nats', servers: ['nats://127.0.0.1:4222'], stream: 'BANK', durable: 'ledgerbell' };

function configOf(...streams: object[]) {
  return parseConfig({ streams }, { env: {}, folder: '/etc', keys: 'keep' });
}

function mistakesOf(...streams: object[]): string[] {
  try {
    configOf(...streams);
    return [];
  } catch (error) {
    return (error as ConfigInvalid).mistakes.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('streams in the configuration', () => {
  it('may have everything that is documented', () => {
    const all = {
      ...NATS,
      partitions: 4,
      subject: 'bank.{partition}.>',
      user: 'u',
      password: 'p',
      tls: {},
      domain: 'hub',
    };
    expect(mistakesOf(all, { ...NATS, name: 'other', sources: ['core'], types: ['transaction.*'] })).to.deep.equal([]);
  });

  it('tells every mistake with its place', () => {
    const { stream: _, ...without } = NATS;
    expect(mistakesOf(without, { ...NATS, servers: ['nats://me:secret@host'] }, { use: 'kafka' })).to.have.members([
      'streams[0].stream is required',
      'streams[1].servers[0] must match pattern "^((nats|tls)://)?[^\\s/@]+$"',
      'streams[1].name is the name of another entry too',
      'streams[2].use must be one of nats',
    ]);
  });

  it('needs a place for the partition in the subject where there are several', () => {
    expect(
      mistakesOf({ ...NATS, partitions: 4, subject: 'bank.>' }).some((one) => /^streams.0..subject/.test(one)),
    ).to.equal(true);
    expect(mistakesOf({ ...NATS, partitions: 4 }).some((one) => one.startsWith('streams[0].subject'))).to.equal(true);
  });

  it('never shows a credential', () => {
    const shown = JSON.stringify(
      maskedConfig(configOf({ ...NATS, token: 'the-token', tls: { key: 'the-key' }, credentials: 'the-credentials' })),
    );
    expect(shown)
      .to.include('127.0.0.1:4222')
      .and.not.to.match(/the-(token|key|credentials)/);
  });
});
