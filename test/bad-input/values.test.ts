/** Values that mean nothing, or something else: refused by name at their place, kept, and taken under the same id once mended. */
import { expect } from 'chai';
import { databases } from '../support/databases.js';
import { type AppUnderTest, event, openApp, PHONE, told } from './app-under-test.js';

const AMOUNT = '/data/amount';
const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

const REFUSED: [what: string, code: string, path: string, change: { time?: unknown; data?: object }][] = [
  ['an amount "12abc"', 'amount-malformed', AMOUNT, { data: { amount: '12abc' } }],
  ['an amount "1e400"', 'amount-malformed', AMOUNT, { data: { amount: '1e400' } }],
  ['an amount "-0"', 'amount-malformed', AMOUNT, { data: { amount: '-0' } }],
  ['an amount "-1.00"', 'amount-malformed', AMOUNT, { data: { amount: '-1.00' } }],
  ['an amount "1,000.00"', 'amount-malformed', AMOUNT, { data: { amount: '1,000.00' } }],
  ['an amount "1 000.00"', 'amount-malformed', AMOUNT, { data: { amount: '1 000.00' } }],
  ['an amount "NaN"', 'amount-malformed', AMOUNT, { data: { amount: 'NaN' } }],
  ['an amount in Arabic digits', 'amount-malformed', AMOUNT, { data: { amount: '١٢.٠٠' } }],
  ['an empty amount', 'amount-malformed', AMOUNT, { data: { amount: '' } }],
  ['an amount with three decimals in euro', 'amount-decimals', AMOUNT, { data: { amount: '1.001' } }],
  ['an amount with decimals in yen', 'amount-decimals', AMOUNT, { data: { amount: '1.50', currency: 'JPY' } }],
  ['an amount beyond what is exact', 'amount-too-large', AMOUNT, { data: { amount: '90071992547409.92' } }],
  ['a balance "1e3"', 'amount-malformed', '/data/balanceAfter', { data: { balanceAfter: '1e3' } }],
  ['an unknown currency', 'currency-unknown', '/data/currency', { data: { currency: 'ZZZ' } }],
  ['a time without an offset', 'time-without-offset', '/time', { time: '2026-11-10T10:00:00' }],
  ['a time in the far future', 'time-in-future', '/time', { time: days(400) }],
  ['a time that is a day ahead', 'time-in-future', '/time', { time: days(1) }],
  ['a time before 1970', 'time-before-1970', '/time', { time: '1969-12-31T23:59:59Z' }],
  ['a day that does not exist', 'time-malformed', '/time', { time: '2026-02-30T10:00:00Z' }],
  ['no time', 'time-missing', '/time', { time: undefined }],
  ['a time that is a number', 'time-malformed', '/time', { time: 1_780_000_000 }],
];

const ODD_IDS = [
  'emoji 🏦🔔',
  `quotes ' " \` \\ %`,
  `'; DROP TABLE lb_events; --`,
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'ends with a space ',
  'Case',
  'case',
  'cäse',
  'x'.repeat(255),
  '😀'.repeat(255),
];

for (const database of databases) {
  describe(`values that mean nothing on ${database.name}`, () => {
    let home: AppUnderTest;

    before(async () => {
      home = await openApp(database);
      await home.register('7');
    });
    after(() => home?.close());

    for (const [what, code, path, change] of REFUSED) {
      it(`answers ${what} with ${code} at ${path}, keeps it, and takes it mended`, async () => {
        const good = event();
        const bad = event({ ...change, id: good.id });
        const answer = await home.send(bad);
        expect(told(answer)).to.deep.equal([422, code]);
        expect(answer.body.path).to.equal(path);
        const [kept] = await home.quarantine();
        expect(kept).to.deep.include({ code, path });
        expect(JSON.parse(kept?.body ?? '')).to.deep.equal(JSON.parse(JSON.stringify(bad)));
        expect(told(await home.send(good))).to.deep.equal([200, 'accepted']);
      });
    }

    it('does not read amounts that are numbers: a float has been there before us', async () => {
      for (const number of ['1500', '1e400', '-0', '0.1']) {
        const body = JSON.stringify(event({ data: { amount: 'X' } })).replace('"X"', number);
        const answer = await home.send(body);
        expect(answer.status, number).to.equal(422);
        expect(answer.body.code, number).to.equal('amount-malformed');
        expect(JSON.parse((await home.quarantine())[0]?.body ?? '').data.amount, number).not.to.equal(null);
      }
    });

    it('names the field and never the value', async () => {
      const answer = await home.send(event({ data: { amount: '12secret34' } }));
      expect(JSON.stringify(answer.body)).not.to.include('secret34');
    });

    for (const [what, id] of [
      ['of 10,000 characters', 'x'.repeat(10_000)],
      ['of 10,000 emoji', '😀'.repeat(10_000)],
    ] as const) {
      it(`answers an id ${what} with id-too-long, and keeps it whole`, async () => {
        const answer = await home.send(event({ id }), { id: 'm1' });
        expect(told(answer)).to.deep.equal([422, 'id-too-long']);
        expect(JSON.parse((await home.quarantine())[0]?.body ?? '').id).to.equal(id);
      });
      it(`answers an account ${what} likewise`, async () => {
        const answer = await home.send(event({ data: { accountId: id } }));
        expect(answer.status).to.equal(422);
        expect(answer.body.path).to.equal('/data/accountId');
        expect(JSON.parse((await home.quarantine())[0]?.body ?? '').data.accountId).to.equal(id);
      });
    }

    for (const [what, id] of [
      ['with a line break', 'a\nb'],
      ['with a NUL', 'a\u0000b'],
      ['with half a surrogate pair', 'a\ud83d'],
      ['that is a number', 5],
    ] as const) {
      it(`answers an id ${what} with id-malformed`, async () => {
        expect(told(await home.send(event({ id })))).to.deep.equal([422, 'id-malformed']);
        expect(JSON.parse((await home.quarantine())[0]?.body ?? '').id).to.equal(id);
      });
    }

    it('takes ids with emoji, quotes and SQL as they are, each apart from the others, and finds them again', async () => {
      for (const id of ODD_IDS) {
        const one = event({ id, data: { accountId: id, customerId: id } });
        expect(told(await home.send(one)), id).to.deep.equal([200, 'accepted']);
        expect(told(await home.send(one)), id).to.deep.equal([200, 'duplicate']);
        const explained = await home.ask('GET', `/events/core/${encodeURIComponent(id)}/explain`);
        expect([explained.status, explained.body.agrees], id).to.deep.equal([200, true]);
      }
      expect(await home.storedIds()).to.include.members(ODD_IDS);
    });

    it('answers the same id with a different body with id-reused, keeps it, and lets the first one stand', async () => {
      const first = event();
      const alerts = (await home.send(first)).body.results[0].alerts;
      const changed = event({ id: first.id, data: { amount: '9.00', note: 'card 4111111111111111' } });
      const answer = await home.send(changed);
      expect(told(answer)).to.deep.equal([422, 'id-reused']);
      const [kept] = await home.quarantine();
      expect(kept?.code).to.equal('id-reused');
      expect(JSON.parse(kept?.body ?? '').data).to.deep.include({ amount: '9.00', note: 'card **** 1111' });
      const again = await home.send(first);
      expect(told(again)).to.deep.equal([200, 'duplicate']);
      expect(again.body.results[0].alerts.map(({ id }: { id: string }) => id)).to.deep.equal(
        alerts.map(({ id }: { id: string }) => id),
      );
    });

    it('finds an id that is used twice within one batch', async () => {
      const one = event();
      const batch = [one, event({ id: one.id, data: { amount: '2.00' } }), one];
      const { body } = await home.send(batch, { contentType: 'application/cloudevents-batch+json' });
      const results = body.results.map((result: { code?: string; status: string }) => result.code ?? result.status);
      expect(results).to.deep.equal(['accepted', 'id-reused', 'duplicate']);
    });

    it('decides for an account nobody registered that there is no-recipient, and alerts once it is registered', async () => {
      const answer = await home.send(event({ data: { accountId: 'stranger' } }));
      expect(told(answer)).to.deep.equal([200, 'accepted']);
      expect(answer.body.results[0].alerts).to.have.length(1);
      expect(answer.body.results[0].alerts[0]).to.include({ status: 'suppressed', reason: 'no-recipient' });
      await home.register('stranger');
      const [alert] = (await home.send(event({ data: { accountId: 'stranger' } }))).body.results[0].alerts;
      expect(alert.status).to.equal('queued');
    });

    it('decides for a customer without a phone no-phone, and alerts once there is one', async () => {
      await home.register('silent', {});
      const [alert] = (await home.send(event({ data: { accountId: 'silent' } }))).body.results[0].alerts;
      expect(alert).to.include({ status: 'suppressed', reason: 'no-phone' });
      await home.ask('PUT', '/customers/silent', { phone: PHONE });
      const [later] = (await home.send(event({ data: { accountId: 'silent' } }))).body.results[0].alerts;
      expect(later.status).to.equal('queued');
    });

    it('refuses phones that are none with phone-invalid, does not repeat them, and keeps the one it had', async () => {
      await home.register('called');
      const none = [
        '12',
        'hello',
        '+1 201 555 0100 ext. 5',
        '+999123456789',
        '+3720',
        '0'.repeat(60),
        '+1201555010012345',
      ];
      for (const phone of [...none, "+1'; DROP TABLE lb_phones; --"]) {
        const answer = await home.ask('PUT', '/customers/called', { phone });
        expect([answer.status, answer.body.code], phone).to.deep.equal([422, 'phone-invalid']);
        expect(answer.body.path).to.equal('/phone');
        if (phone.length > 2) expect(JSON.stringify(answer.body)).not.to.include(phone);
      }
      for (const phone of [5, '', {}, ['+12015550100'], '1'.repeat(61)]) {
        expect((await home.ask('PUT', '/customers/called', { phone })).status, String(phone)).to.equal(422);
      }
      const { body } = await home.ask('GET', '/customers/called');
      expect(body.phone).to.equal(PHONE);
      const [alert] = (await home.send(event({ data: { accountId: 'called' } }))).body.results[0].alerts;
      expect(alert.status).to.equal('queued');
    });
  });
}
