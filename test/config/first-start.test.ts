import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createKeyRing } from '../../src/store/crypto/key-ring.js';
import { codeOf } from '../core/code-of.js';
import { KEYS, load, mistakesOf, newPlace, type Place } from './config-under-test.js';

describe('the first start without a configuration', () => {
  let place: Place;
  const file = (name: string): string => join(place.folder, 'data', name);
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  beforeEach(() => {
    place = newPlace();
  });

  afterEach(() => place.remove());

  it('semantics line twenty: writes a secret and a key that only their owner can read, and listens on loopback', () => {
    const config = load(place);
    expect(config.http.host).to.equal('127.0.0.1');
    expect(config.keyFiles).to.deep.equal({
      webhookSecret: file('webhook-secret'),
      encryptionKey: file('encryption-key'),
    });
    expect([modeOf(file('webhook-secret')), modeOf(file('encryption-key'))]).to.deep.equal([0o600, 0o600]);
    expect(modeOf(join(place.folder, 'data'))).to.equal(0o700);
    expect(readdirSync(join(place.folder, 'data'))).to.have.members(['webhook-secret', 'encryption-key']);
    expect(config.ingest.signature.secrets[0]?.secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(readFileSync(file('webhook-secret'), 'utf8').trim()).to.equal(config.ingest.signature.secrets[0]?.secret);
    expect(createKeyRing(config.encryption.keys).currentKeyId).to.match(/^local-[0-9a-f]{8}$/);
  });

  it('finds the same keys again, and names another key differently', () => {
    const first = load(place);
    expect(load(place)).to.deep.equal(first);
    rmSync(file('encryption-key'));
    expect(load(place).encryption.keys[0]?.id).not.to.equal(first.encryption.keys[0]?.id);
  });

  it('keeps the key of whoever came first', () => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(file('encryption-key'), `${'e'.repeat(64)}\n`);
    expect(load(place).encryption.keys[0]?.key).to.equal('e'.repeat(64));
  });

  it('refuses a key file that lost its content rather than sealing with nothing', () => {
    mkdirSync(join(place.folder, 'data'));
    writeFileSync(file('encryption-key'), '');
    expect(codeOf(() => load(place))).to.equal('key-file-empty');
  });

  it('makes no file for keys that are configured', () => {
    expect(load(place, KEYS).keyFiles).to.deep.equal({});
    expect(readdirSync(place.folder)).to.deep.equal(['ledgerbell.config.json']);
  });

  it('semantics line twenty: refuses to start in production without configured keys, and writes nothing', () => {
    const env = { NODE_ENV: 'production' };
    expect(codeOf(() => load(place, undefined, env))).to.equal('keys-required');
    expect(codeOf(() => load(place, { encryption: KEYS.encryption }, env))).to.equal('keys-required');
    expect(readdirSync(place.folder)).to.deep.equal(['ledgerbell.config.json']);
    expect(load(place, KEYS, env).production).to.equal(true);
  });

  it('tells the keys production lacks together with the other mistakes', () => {
    const found = mistakesOf(() => load(place, { locale: 'no such' }, { NODE_ENV: 'production' }));
    expect(found).to.have.all.keys('locale', 'encryption.keys', 'ingest.signature.secrets');
  });
});
