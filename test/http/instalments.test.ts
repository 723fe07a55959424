import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

for (const kind of databases) {
  describe(`instalments over HTTP on ${kind.name}`, () => {
    let service: ServiceUnderTest;
    let admin: Ask;
    let events = 0;

    beforeEach(async () => {
      service = await openService(kind);
      admin = service.as('admin');
      await admin('PUT', '/customers/2', { phone: '+372 5123 4567' });
    });
    afterEach(() => service.close());

    const tell = (type: string, data: object) => {
      events += 1;
      const about = { customerId: '2', loanId: 'L-7', amount: '120.00', currency: 'EUR' };
      return service.commit({ id: `e${events}`, source: 'core', type, data: { ...about, ...data } });
    };
    const due = (instalmentId: string, dueDate: string, data: object = {}) =>
      tell('loan.instalment-due', { instalmentId, dueDate, ...data });

    it('are told as they stand: by day, with what is paid and what is open', async () => {
      await due('b', '2027-01-15', { accountId: '704', product: 'car' });
      await due('a', '2026-12-15');
      await due('c', '2027-02-15');
      await due('c', '2027-02-15', { withdrawn: true });
      await tell('loan.paid', { amount: '150.50' });
      await tell('loan.instalment-due', {
        loanId: 'S',
        instalmentId: 's',
        dueDate: '2026-12-01',
        kind: 'standing-order',
      });
      await tell('loan.paid', { loanId: 'S', instalmentId: 's', amount: '1.00', settled: true });
      const { status, body } = await admin('GET', '/customers/2/instalments');
      expect(status).to.equal(200);
      const common = { kind: 'instalment', amount: '120.00', currency: 'EUR' };
      expect(body.items).to.deep.equal([
        {
          loanId: 'L-7',
          settled: false,
          instalments: [
            { ...common, instalmentId: 'a', dueDate: '2026-12-15', paid: '120.00', open: '0.00' },
            {
              ...common,
              instalmentId: 'b',
              dueDate: '2027-01-15',
              paid: '30.50',
              open: '89.50',
              accountId: '704',
              product: 'car',
            },
          ],
        },
        {
          loanId: 'S',
          settled: false,
          instalments: [
            {
              ...common,
              kind: 'standing-order',
              instalmentId: 's',
              dueDate: '2026-12-01',
              paid: '1.00',
              open: '0.00',
            },
          ],
        },
      ]);
      expect((await admin('GET', '/customers/2/export')).body.loans).to.deep.equal(body.items);
    });

    it('say what was paid for later, and that a new schedule took the place of the old', async () => {
      await due('a', '2026-12-15', { scheduleVersion: 1 });
      await due('b', '2027-01-15', { scheduleVersion: 2 });
      await tell('loan.paid', { amount: '200.00' });
      const [loan] = (await admin('GET', '/customers/2/instalments')).body.items;
      expect(loan).to.deep.include({ scheduleVersion: 2, credit: { amount: '80.00', currency: 'EUR' } });
      expect(loan.instalments.map((one: Record<string, string>) => `${one.instalmentId} ${one.open}`)).to.deep.equal([
        'b 0.00',
      ]);
      await tell('loan.paid', { amount: '1.00', settled: true });
      expect((await admin('GET', '/customers/2/instalments')).body.items[0].settled).to.equal(true);
    });

    it('of nobody, of an erased customer, and for whoever may not read them', async () => {
      expect((await admin('GET', '/customers/2/instalments')).body).to.deep.equal({ items: [] });
      expect((await admin('GET', '/customers/404/instalments')).body.code).to.equal('customer-unknown');
      expect((await service.as('auditor')('GET', '/customers/2/instalments')).status).to.equal(403);
      await due('a', '2026-12-15');
      await admin('DELETE', '/customers/2');
      expect((await admin('GET', '/customers/2/instalments')).body.code).to.equal('erased');
    });

    it('leave a row in the audit', async () => {
      await admin('GET', '/customers/2/instalments');
      const rows = (await admin('GET', '/audit?limit=200')).body.items;
      const read = rows.find(({ action }: { action: string }) => action === 'instalments-read');
      expect(read.subject).to.equal('default/customer:2');
    });
  });
}
