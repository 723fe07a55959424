import { expect } from 'chai';
import { createKeyRing } from '../../../src/store/crypto/key-ring.js';
import { createSubjectKey, DESTROYED_KEY } from '../../../src/store/crypto/subject-key.js';
import { codeOf, NEW_KEY, OLD_KEY } from '../store-under-test.js';

const secret = Buffer.from('{"name":"Ester Tamm"}');
const sealers = { 'the key ring': createKeyRing([OLD_KEY]), 'a subject’s key': createSubjectKey(Buffer.alloc(32, 7)) };

for (const [name, sealer] of Object.entries(sealers)) {
  describe(`sealing with ${name}`, () => {
    it('opens to what was sealed, the empty text too', () => {
      for (const plaintext of [secret, Buffer.alloc(0), Buffer.alloc(100_000, 'x')]) {
        expect(sealer.open(sealer.seal(plaintext, 'event/1'), 'event/1')).to.deep.equal(plaintext);
      }
    });

    it('never seals the same twice', () => {
      const sealed = Array.from({ length: 2000 }, () => sealer.seal(secret, 'event/1').toString('hex'));
      expect(new Set(sealed).size).to.equal(2000);
    });

    it('notices any changed bit and any cut', async () => {
      const sealed = sealer.seal(secret, 'event/1');
      for (let position = 0; position < sealed.length; position++) {
        const changed = Buffer.from(sealed);
        changed[position] = (changed[position] as number) ^ 1;
        const code = await codeOf(() => sealer.open(changed, 'event/1'));
        expect(code).to.be.oneOf(['sealed-data-damaged', 'encryption-key-missing']);
        expect(await codeOf(() => sealer.open(sealed.subarray(0, position), 'event/1'))).to.equal(
          'sealed-data-damaged',
        );
      }
    });

    it('does not open what was sealed as something else', async () => {
      const sealed = sealer.seal(secret, 'event/1');
      expect(await codeOf(() => sealer.open(sealed, 'event/2'))).to.equal('sealed-data-damaged');
    });
  });
}

describe('the key ring', () => {
  it('seals with its first key and opens with all', async () => {
    const sealed = createKeyRing([OLD_KEY]).seal(secret, 'x');
    const rotated = createKeyRing([NEW_KEY, OLD_KEY]);
    expect(rotated.open(sealed, 'x')).to.deep.equal(secret);
    expect(await codeOf(() => createKeyRing([OLD_KEY]).open(rotated.seal(secret, 'x'), 'x'))).to.equal(
      'encryption-key-missing',
    );
  });

  it('takes hexadecimal, base64, base64url and 32 bytes of text for the same key', () => {
    const bytes = Buffer.from('0123456789abcdefghijklmnopqrs?>~');
    const texts = [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), bytes.toString()];
    const [first, ...others] = texts.map((key) => createKeyRing([{ id: 'k', key }]));
    for (const other of others) expect(other.open(first?.seal(secret, 'x') as Buffer, 'x')).to.deep.equal(secret);
  });

  it('names a malformed key by its id and shows nothing of it', () => {
    for (const key of ['', 'short-secret', `${'a'.repeat(63)}g`, 'a'.repeat(66), 'é'.repeat(32)]) {
      const attempt = () => createKeyRing([{ id: '2026-11', key }]);
      expect(attempt)
        .to.throw(/2026-11/)
        .with.property('code', 'encryption-key-malformed');
      if (key !== '') expect(attempt).to.not.throw(key);
    }
  });

  it('refuses no keys, one id twice, and ids that are none', async () => {
    expect(await codeOf(() => createKeyRing([]))).to.equal('encryption-key-missing');
    expect(await codeOf(() => createKeyRing([OLD_KEY, OLD_KEY]))).to.equal('encryption-key-twice');
    expect(await codeOf(() => createKeyRing([{ id: 'a b', key: OLD_KEY.key }]))).to.equal('encryption-key-malformed');
  });
});

describe('a destroyed key', () => {
  it('says that the data was erased', async () => {
    expect(await codeOf(() => DESTROYED_KEY.seal(secret, 'x'))).to.equal('erased');
    expect(await codeOf(() => DESTROYED_KEY.open(secret, 'x'))).to.equal('erased');
  });
});
