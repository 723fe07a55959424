import { expect } from 'chai';
import { putAccount } from '../../src/store/accounts.js';
import { recordConsent } from '../../src/store/consents.js';
import { loadContexts } from '../../src/store/contexts.js';
import type { Vault } from '../../src/store/crypto/vault.js';
import { putCustomer } from '../../src/store/customers.js';
import type { Database } from '../../src/store/database.js';
import { forgetCustomer } from '../../src/store/forget-customer.js';
import { listHolds, placeHold, recallHolds, releaseHold } from '../../src/store/holds.js';
import { suspendPhone } from '../../src/store/phones.js';
import { putPreferences } from '../../src/store/preferences.js';
import { recallRegistry } from '../../src/store/registry-memory.js';
import { endStops, startStop } from '../../src/store/stops.js';
import { withTransaction } from '../../src/store/with-transaction.js';
import { databases } from '../support/databases.js';
import { openStore, type StoreUnderTest } from './store-under-test.js';

const entity = 'default';
const PHONE = '+37251234567';

for (const kind of databases) {
  describe(`what a replica remembers of the registry, on ${kind.name}`, () => {
    let store: StoreUnderTest;
    let other: Database;
    let replica: Vault;

    beforeEach(async () => {
      store = await openStore(kind);
      const opened = await store.replica();
      other = opened.database;
      replica = opened.vault;
      await store.inTransaction(async (trx) => {
        await putCustomer(store.vault, trx, { entity, customerId: 'ester', document: { phone: PHONE }, at: 1 });
        const document = { holders: [{ customerId: 'ester', role: 'owner' as const }] };
        await putAccount(store.vault, trx, { entity, accountId: '704', document, at: 1 });
      });
    });
    afterEach(() => store.close());

    /** What the replica decides with, without what only it remembers. */
    const known = () =>
      withTransaction(other, async (trx) => {
        const { accounts, customers } = await loadContexts(replica, trx, entity, {
          accountIds: ['704'],
          customerIds: [],
        });
        const holds = await recallHolds(other, trx, await recallRegistry(other, trx));
        return JSON.stringify([[...accounts], [...customers], holds]);
      });

    const name = { entity, customerId: 'ester' };
    const stop = () => ({ entity, phoneIndex: store.vault.phoneIndex(PHONE) });
    const changes: Record<string, () => Promise<unknown>> = {
      'an account': () =>
        store.inTransaction((trx) =>
          putAccount(store.vault, trx, { entity, accountId: '704', document: { holders: [] }, at: 2 }),
        ),
      'a customer': () =>
        store.inTransaction((trx) => putCustomer(store.vault, trx, { ...name, document: { locale: 'et' }, at: 2 })),
      preferences: () =>
        store.inTransaction((trx) =>
          putPreferences(store.vault, trx, { ...name, document: { topics: { offers: { wanted: false } } }, at: 2 }),
        ),
      'a consent': () =>
        store.inTransaction((trx) =>
          recordConsent(store.database, trx, {
            ...name,
            document: {
              topic: 'offers',
              granted: true,
              by: 'ester',
              at: '2026-11-22T10:00:00Z',
              how: 'web',
              wording: 'Yes',
            },
            recordedAt: 2,
          }),
        ),
      'a suspended phone': () =>
        store.inTransaction((trx) => suspendPhone(store.database, trx, { ...name, version: 1, at: 2 })),
      'a STOP': () =>
        store.inTransaction((trx) =>
          startStop(store.database, trx, stop(), { topic: '*marketing', since: 2, how: 'sms:kannel' }),
        ),
      'an erasure': () =>
        store.inTransaction((trx) => forgetCustomer(store.vault, trx, { ...name, accountIds: ['704'], at: 2 })),
      'a hold': () =>
        store.inTransaction((trx) =>
          placeHold(store.database, trx, { scope: 'all', value: '', since: 2, placedBy: 'ops', reason: 'test' }),
        ),
    };

    for (const [what, change] of Object.entries(changes)) {
      it(`is given up at once when another changed ${what}`, async () => {
        const before = await known();
        expect(await known()).to.equal(before);
        await change();
        expect(await known()).not.to.equal(before);
      });
    }

    it('comes back when a hold or a STOP ends', async () => {
      const before = await known();
      await changes['a hold']?.();
      await changes['a STOP']?.();
      await known();
      await store.inTransaction((trx) => releaseHold(store.database, trx, { scope: 'all', value: '' }));
      await store.inTransaction((trx) => endStops(store.database, trx, stop(), 3));
      expect(await known()).to.equal(before);
      expect(await listHolds(other, other.knex)).to.deep.equal([]);
    });

    it('holds nothing of a change that was rolled back', async () => {
      const before = await known();
      const document = { holders: [] };
      await withTransaction(other, async (trx) => {
        await putAccount(replica, trx, { entity, accountId: '704', document, at: 2 });
        await loadContexts(replica, trx, entity, { accountIds: ['704'], customerIds: [] });
        throw new Error('no further');
      }).catch(() => undefined);
      expect(await known()).to.equal(before);
    });

    it('does not know an account before it is registered, and does from then on', async () => {
      const find = () =>
        withTransaction(other, (trx) =>
          loadContexts(replica, trx, entity, { accountIds: ['705'], customerIds: [] }).then(
            ({ accounts }) => accounts.size,
          ),
        );
      expect([await find(), await find()]).to.deep.equal([0, 0]);
      const document = { holders: [] };
      await store.inTransaction((trx) => putAccount(store.vault, trx, { entity, accountId: '705', document, at: 2 }));
      expect(await find()).to.equal(1);
    });
  });
}
