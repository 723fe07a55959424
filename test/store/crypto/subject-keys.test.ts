import { expect } from 'chai';
import { createKeyRing } from '../../../src/store/crypto/key-ring.js';
import { rewrapSubjectKeys } from '../../../src/store/crypto/rewrap-subject-keys.js';
import type { SubjectKey } from '../../../src/store/crypto/subject-key.js';
import { openVault, type Vault } from '../../../src/store/crypto/vault.js';
import { withTransaction } from '../../../src/store/with-transaction.js';
import { databases } from '../../support/databases.js';
import { codeOf, keyRing, NEW_KEY, OLD_KEY, openStore, type StoreUnderTest } from '../store-under-test.js';

const ESTER = 'default/customer:ester';
const secret = Buffer.from('secret');

for (const kind of databases) {
  describe(`subject keys on ${kind.name}`, () => {
    let store: StoreUnderTest;
    let clock = 0;

    beforeEach(async () => {
      clock = 1_000_000;
      store = await openStore(kind, { now: () => clock });
    });
    afterEach(() => store.close());

    const load = (vault: Vault, subject: string): Promise<SubjectKey> =>
      withTransaction(
        vault.database,
        async (trx) => (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey,
      );

    it('semantics line twenty-three: a key per subject opens its own data, on every replica, and no one else’s', async () => {
      const sealed = (await load(store.vault, ESTER)).seal(secret, 'x');
      const { vault } = await store.replica();
      expect((await load(vault, ESTER)).open(sealed, 'x')).to.deep.equal(secret);
      const other = await load(vault, 'default/customer:mart');
      expect(await codeOf(() => other.open(sealed, 'x'))).to.equal('sealed-data-damaged');
    });

    it('are wrapped: the database holds none in clear', async () => {
      await load(store.vault, ESTER);
      const [row] = await store.database.knex('lb_subject_keys');
      expect(row.wrapped.length).to.be.greaterThan(32 + 28);
      expect(row.key_id).to.equal('old');
    });

    it('are made for a thousand subjects at once, and named twice is made once', async () => {
      const subjects = Array.from({ length: 1000 }, (_, index) => `default/account:${index}`);
      const keys = await store.inTransaction((trx) => store.vault.keys.load(trx, [...subjects, ...subjects]));
      expect(keys.size).to.equal(1000);
      expect(await store.database.knex('lb_subject_keys').pluck('key_id')).to.have.length(1000);
    });

    it('come out the same where two replicas make them at once', async () => {
      const { vault } = await store.replica();
      const subjects = Array.from({ length: 20 }, (_, index) => `default/account:${index}`);
      const both = await Promise.all(
        [store.vault, vault].map((each) =>
          withTransaction(each.database, (trx) => each.keys.load(trx, subjects), { attempts: 50 }),
        ),
      );
      for (const subject of subjects) {
        const [mine, theirs] = both.map((keys) => keys.get(subject) as SubjectKey);
        expect(theirs?.open(mine?.seal(secret, 'x') as Buffer, 'x')).to.deep.equal(secret);
      }
    });

    it('come out the same in repeatable-read transactions that began before the other replica made them', async function () {
      if (store.database.dialect === 'sqlite') this.skip();
      const { vault } = await store.replica();
      const mine = await withTransaction(
        store.database,
        async (trx) => {
          await trx('lb_settings').select();
          await load(vault, ESTER);
          return (await store.vault.keys.load(trx, [ESTER])).get(ESTER) as SubjectKey;
        },
        { isolation: 'repeatable read' },
      );
      expect((await load(vault, ESTER)).open(mine.seal(secret, 'x'), 'x')).to.deep.equal(secret);
    });

    it('that were rolled back are not used again', async () => {
      const failed = store.inTransaction(async (trx) => {
        await store.vault.keys.load(trx, [ESTER]);
        await store.vault.keys.load(trx, [ESTER]);
        throw Object.assign(new Error(), { code: 'rolled-back' });
      });
      expect(await codeOf(failed)).to.equal('rolled-back');
      const sealed = (await load(store.vault, ESTER)).seal(secret, 'x');
      const { vault } = await store.replica();
      expect((await load(vault, ESTER)).open(sealed, 'x')).to.deep.equal(secret);
    });

    it('that a savepoint rolled back are not used again in the same transaction', async () => {
      const sealed = await store.inTransaction(async (trx) => {
        const failed = trx.transaction(async (nested) => {
          await store.vault.keys.load(nested, [ESTER]);
          throw Object.assign(new Error(), { code: 'rolled-back' });
        });
        expect(await codeOf(failed)).to.equal('rolled-back');
        return (await store.vault.keys.load(trx, [ESTER])).get(ESTER)?.seal(secret, 'x') as Buffer;
      });
      const { vault } = await store.replica();
      expect((await load(vault, ESTER)).open(sealed, 'x')).to.deep.equal(secret);
    });

    it('are not made by readers', async () => {
      const keys = await store.inTransaction((trx) => store.vault.keys.find(trx, [ESTER]));
      expect(keys.size).to.equal(0);
      expect(await store.database.knex('lb_subject_keys')).to.deep.equal([]);
    });

    it('semantics line twenty-three: destroyed, a key opens nothing any more, and no new one takes its place', async () => {
      const sealed = (await load(store.vault, ESTER)).seal(secret, 'x');
      await store.inTransaction((trx) => store.vault.keys.destroy(trx, ESTER, clock));
      const key = await load(store.vault, ESTER);
      expect(key.destroyed).to.equal(true);
      expect(await codeOf(() => key.open(sealed, 'x'))).to.equal('erased');
      const [row] = await store.database.knex('lb_subject_keys');
      expect(row.wrapped.length).to.equal(0);
    });

    it('can be destroyed before they were ever used', async () => {
      await store.inTransaction((trx) => store.vault.keys.destroy(trx, ESTER, clock));
      expect((await load(store.vault, ESTER)).destroyed).to.equal(true);
    });

    it('whose destruction was rolled back still open', async () => {
      const sealed = (await load(store.vault, ESTER)).seal(secret, 'x');
      const failed = store.inTransaction(async (trx) => {
        await store.vault.keys.destroy(trx, ESTER, clock);
        expect((await store.vault.keys.load(trx, [ESTER])).get(ESTER)?.destroyed).to.equal(true);
        throw Object.assign(new Error(), { code: 'rolled-back' });
      });
      expect(await codeOf(failed)).to.equal('rolled-back');
      expect((await load(store.vault, ESTER)).open(sealed, 'x')).to.deep.equal(secret);
    });

    it('destroyed by another replica are noticed after a minute at the latest', async () => {
      const { vault } = await store.replica();
      await load(store.vault, ESTER);
      await load(store.vault, ESTER);
      await withTransaction(vault.database, (trx) => vault.keys.destroy(trx, ESTER, clock));
      clock += 59_999;
      expect((await load(store.vault, ESTER)).destroyed).to.equal(false);
      clock += 1;
      expect((await load(store.vault, ESTER)).destroyed).to.equal(true);
    });

    it('are wrapped anew when the ring rotates, page by page, and open without the old key', async () => {
      const subjects = Array.from({ length: 1100 }, (_, index) => `default/account:${index}`);
      const before = await store.inTransaction((trx) => store.vault.keys.load(trx, subjects));
      await store.inTransaction((trx) => store.vault.keys.destroy(trx, 'default/account:7', clock));
      const progress: number[] = [];
      const rotating = createKeyRing([NEW_KEY, OLD_KEY]);
      expect(await rewrapSubjectKeys(store.database, rotating, (done) => progress.push(done))).to.equal(1099);
      expect(progress).to.deep.equal([500, 1000, 1099]);
      expect(await rewrapSubjectKeys(store.database, rotating)).to.equal(0);
      const vault = await openVault(store.database, createKeyRing([NEW_KEY]));
      const after = await store.inTransaction((trx) => vault.keys.load(trx, subjects));
      const sealed = before.get('default/account:900')?.seal(secret, 'x') as Buffer;
      expect(after.get('default/account:900')?.open(sealed, 'x')).to.deep.equal(secret);
      expect(after.get('default/account:7')?.destroyed).to.equal(true);
      expect(vault.phoneIndex('+37250000000')).to.deep.equal(store.vault.phoneIndex('+37250000000'));
    });

    it('name the key that the configuration lacks', async () => {
      await load(store.vault, ESTER);
      const other = createKeyRing([NEW_KEY]);
      expect(await codeOf(openVault(store.database, other))).to.equal('encryption-key-missing');
    });

    it('semantics line twenty-three: the blind index is the same on every replica and after a restart, and no plain hash', async () => {
      const { vault } = await store.replica();
      expect(vault.phoneIndex('+37250000000')).to.deep.equal(store.vault.phoneIndex('+37250000000'));
      expect(vault.bodyMac('{"a":1}')).to.deep.equal(store.vault.bodyMac('{"a":1}'));
      expect(vault.bodyMac('+37250000000')).to.not.deep.equal(vault.phoneIndex('+37250000000'));
      expect(vault.phoneIndex('+37250000000').length).to.equal(32);
    });

    it('replicas that start at once agree on the index keys', async () => {
      await store.database.knex('lb_settings').delete();
      const second = await store.replica();
      await store.database.knex('lb_settings').delete();
      const vaults = await Promise.all([store.database, second.database].map((each) => openVault(each, keyRing)));
      expect(vaults[0]?.phoneIndex('+1')).to.deep.equal(vaults[1]?.phoneIndex('+1'));
    });
  });
}
