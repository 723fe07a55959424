import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

const JOINT = {
  holders: [
    { customerId: '2', role: 'owner' },
    { customerId: '3', role: 'authorised-user' },
  ],
  currency: 'EUR',
  home: { latitude: 59.43, longitude: 24.75 },
  aliases: [{ source: 'cards', id: 'acc-1' }],
};

for (const kind of databases) {
  describe(`accounts over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let admin: Ask;

    beforeEach(async () => {
      service = await openService(kind);
      admin = service.as('admin');
    });
    afterEach(() => service.close());

    it('are registered, read, replaced and listed', async () => {
      const created = await admin('PUT', '/accounts/704', JOINT);
      expect(created.status).to.equal(201);
      expect(created.body).to.deep.include({ id: '704', version: 1, ...JOINT });
      expect((await admin('GET', '/accounts/704')).body).to.deep.equal(created.body);
      const replaced = await admin('PUT', '/accounts/704', { holders: [] });
      expect(replaced.status).to.equal(200);
      expect(replaced.body).to.deep.include({ version: 2, holders: [] });
      await admin('PUT', '/accounts/705', JOINT.holders.length > 0 ? { holders: JOINT.holders } : {});
      const first = await admin('GET', '/accounts?limit=1');
      const second = await admin('GET', `/accounts?limit=1&after=${first.body.next}`);
      expect([first.body.items[0].id, second.body.items[0].id]).to.deep.equal(['704', '705']);
    });

    it('that nobody registered are unknown', async () => {
      expect((await admin('GET', '/accounts/1')).body).to.include({ status: 404, code: 'account-unknown' });
    });

    it('refuse what is wrong, all of it at once', async () => {
      const [owner] = JOINT.holders;
      const twice = await admin('PUT', '/accounts/704', { holders: [owner, owner], currency: 'XYZ' });
      expect(twice.body.errors.map(({ code }: { code: string }) => code)).to.deep.equal([
        'currency-unknown',
        'holder-duplicate',
      ]);
      const wrong = await admin('PUT', '/accounts/704', { holders: [{ customerId: '', role: 'king' }], owner: '2' });
      expect(wrong.body.errors.map(({ path }: { path: string }) => path).sort()).to.deep.equal([
        '/holders/0/customerId',
        '/holders/0/role',
        '/owner',
      ]);
      expect((await admin('PUT', '/accounts/704', {})).body.detail).to.include('`holders` is required');
    });
  });
}
