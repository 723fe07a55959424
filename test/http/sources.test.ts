import { expect } from 'chai';
import type { MappingDocument } from '../../src/contracts/source.js';
import { eraseCustomer } from '../../src/flows/erase-customer.js';
import { type ReplayedEntry, replayAllQuarantined } from '../../src/flows/replay-quarantine.js';
import { getAccount } from '../../src/store/accounts.js';
import { getCustomer } from '../../src/store/customers.js';
import { listEvents } from '../../src/store/list-events.js';
import { listQuarantine, openQuarantined } from '../../src/store/quarantine.js';
import { listIgnored } from '../../src/store/source-ignored.js';
import { databases } from '../support/databases.js';
import { NOW } from '../support/house.js';
import { mappingOf, openSources, type SourcesUnderTest, sourceOf } from './sources-under-test.js';

const EVENT = {
  type: 'transaction.posted',
  id: 'text(id)',
  time: "time(at, 'Europe/Tallinn')",
  data: {
    accountId: 'text(account)',
    direction: 'direction(sum)',
    amount: "absolute(money(sum, currency || 'EUR'))",
    currency: "currency || 'EUR'",
    kind: "'transfer'",
    note: 'note',
    extra: 'extra',
  },
} as const;

const CORE: MappingDocument = mappingOf({
  each: 'to_array(@)',
  identifiers: ['id'],
  cases: [
    { name: 'test', when: "kind == 'PING'", ignore: 'test-delivery', because: 'The platform tries the address' },
    { name: 'booking', when: "kind == 'BOOKING'", events: [{ ...EVENT }] },
  ],
});

const BOOKING = { kind: 'BOOKING', id: 'b-1', at: '2026-11-10 11:30:00', account: 704, sum: -1500, currency: 'EUR' };

for (const database of databases) {
  describe(`platforms' own webhooks, on ${database.name}`, () => {
    let service: SourcesUnderTest;

    beforeEach(async () => {
      service = await openSources(database, new Map([['core', sourceOf(CORE)]]), { only: ['transfer-made'] });
    });
    afterEach(() => service.close());

    const events = async () =>
      listEvents(service.database, service.database.knex, { entity: 'default', limit: 100 } as never);
    const quarantine = () => listQuarantine(service.database, service.database.knex, { limit: 100, open: true });
    const replay = async () => {
      const replayed: ReplayedEntry[] = [];
      await replayAllQuarantined(service.house, (entry) => replayed.push(entry));
      return replayed;
    };

    it('decides what a delivery means, and the same delivery again does nothing', async () => {
      const first = await service.post(BOOKING);
      expect(first.status).to.equal(200);
      expect(first.body).to.include({ accepted: 1, duplicates: 0, ignored: 0, rejected: 0 });
      expect(first.body.results[0]?.alerts?.map(({ rule }) => rule)).to.deep.equal(['transfer-made']);
      const again = await service.post(BOOKING);
      expect(again.body).to.include({ accepted: 0, duplicates: 1 });
      const [event, ...others] = await events();
      expect(others).to.deep.equal([]);
      expect(event).to.include({ id: 'b-1', source: 'core', type: 'transaction.posted' });
      expect(event?.time).to.equal(Date.UTC(2026, 10, 10, 9, 30));
    });

    it('believes nobody without the proof of the scheme, and keeps nothing of it', async () => {
      const refused = await service.post(BOOKING, { 'x-token': 'another-token-of-nobody' });
      expect(refused.status).to.equal(401);
      expect(await events()).to.deep.equal([]);
      expect(await quarantine()).to.deep.equal([]);
      expect((await service.post(BOOKING, {}, 'nobody')).status).to.equal(404);
    });

    it('ignores by a name, which is counted by day', async () => {
      for (const _time of [1, 2, 3]) {
        const { status, body } = await service.post({ kind: 'PING' });
        expect(status).to.equal(200);
        expect(body).to.include({ ignored: 1, accepted: 0 });
        expect(body.results).to.deep.equal([{ id: '', status: 'ignored', reason: 'test-delivery', item: 0 }]);
      }
      expect(await listIgnored(service.database, service.database.knex, 'core')).to.deep.equal([
        { source: 'core', reason: 'test-delivery', day: '2026-11-10', count: 3, lastAt: NOW },
      ]);
    });

    it('keeps what cannot be mapped, and takes it once the mapping is mended', async () => {
      const refused = await service.post(
        { ...BOOKING, kind: 'CARD' },
        { 'x-hint': 'card', authorization: 'Bearer hidden' },
      );
      expect(refused.status).to.equal(422);
      expect(refused.body).to.include({ code: 'mapping-no-case', rejected: 1 });
      const [kept] = await quarantine();
      expect(kept).to.include({ origin: 'sources/core', code: 'mapping-no-case', path: '/cases' });
      const opened = await openQuarantined(service.house.vault, service.database.knex, kept?.id ?? 0);
      expect(opened?.body.toString()).to.include('x-hint').and.not.include('hidden').and.not.include('token-of');
      expect((await replay()).map(({ outcome }) => outcome)).to.deep.equal(['mapping-no-case']);

      const mended = {
        ...CORE,
        cases: [...CORE.cases, { name: 'card', when: '$headers."x-hint" == \'card\'', events: [{ ...EVENT }] }],
      };
      service.sources.set('core', sourceOf(mended));
      expect((await replay()).map(({ outcome }) => outcome)).to.deep.equal(['accepted']);
      expect((await events()).map(({ id }) => id)).to.deep.equal(['b-1']);
      expect(await quarantine()).to.deep.equal([]);
    });

    it('takes what it can of a list, and keeps the whole for the rest', async () => {
      const bodies = [BOOKING, { kind: 'PING' }, { ...BOOKING, id: 'b-2', currency: 'XQX' }, { ...BOOKING, id: 'b-3' }];
      const { status, body } = await service.post(bodies);
      expect(status).to.equal(200);
      expect(body).to.include({ accepted: 2, ignored: 1, rejected: 1 });
      expect(body.results.map((one) => [one.item, one.status, one.code ?? one.reason ?? one.id])).to.deep.equal([
        [0, 'accepted', 'b-1'],
        [1, 'ignored', 'test-delivery'],
        [2, 'rejected', 'mapping-currency'],
        [3, 'accepted', 'b-3'],
      ]);
      const lenient = mappingOf({
        ...CORE,
        let: { known: "currency == 'XQX' ? 'EUR' : currency" },
        cases: [
          CORE.cases[0] as never,
          {
            name: 'booking',
            events: [{ ...EVENT, data: { ...EVENT.data, amount: 'absolute(money(sum, $known))', currency: '$known' } }],
          },
        ],
      });
      service.sources.set('core', sourceOf(lenient));
      expect((await replay()).map(({ outcome }) => outcome)).to.deep.equal(['accepted']);
      expect((await events()).map(({ id }) => id).sort()).to.deep.equal(['b-1', 'b-2', 'b-3']);
    });

    it('keeps every digit of an amount, in an event and in quarantine', async () => {
      const text =
        '{"kind":"BOOKING","id":12345678901234567890,"at":"2026-11-10 11:30:00","account":704,"sum":90071992547409.91,"extra":{"large":9007199254740993,"sum":0.30000000000000004,"small":0.1}}';
      expect((await service.post(text)).body).to.include({ accepted: 1 });
      const [event] = await events();
      expect(event?.id).to.equal('12345678901234567890');
      expect((await service.post(text.replace('BOOKING', 'STRANGE'))).status).to.equal(422);
      const [kept] = await quarantine();
      const opened = await openQuarantined(service.house.vault, service.database.knex, kept?.id ?? 0);
      const body = (JSON.parse(opened?.body.toString() ?? '{}') as { text: string }).text;
      expect(body).to.equal(text.replace('BOOKING', 'STRANGE'));
    });

    it('masks card numbers in what it keeps, but for what the mapping calls an identifier', async () => {
      const strange = {
        kind: 'STRANGE',
        id: '4111111111111111',
        pan: 4111111111111111,
        cvv: '123',
        note: 'paid with 5555 5555 5555 4444',
      };
      await service.post(strange);
      const [kept] = await quarantine();
      const opened = await openQuarantined(service.house.vault, service.database.knex, kept?.id ?? 0);
      const body = JSON.parse((JSON.parse(opened?.body.toString() ?? '{}') as { text: string }).text);
      expect(body).to.deep.equal({
        ...{ kind: 'STRANGE', id: '4111111111111111', pan: '**** 1111' },
        ...{ cvv: '[redacted]', note: 'paid with **** 4444' },
      });
    });

    it('keeps what is no JSON at all, byte for byte', async () => {
      const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x22]);
      const { status, body } = await service.post(bytes);
      expect(status).to.equal(422);
      expect(body.code).to.equal('mapping-body');
      const [kept] = await quarantine();
      const opened = await openQuarantined(service.house.vault, service.database.knex, kept?.id ?? 0);
      const { base64 } = JSON.parse(opened?.body.toString() ?? '{}') as { base64: string };
      expect(Buffer.from(base64, 'base64')).to.deep.equal(bytes);
    });

    it('knows an event without a time again, whenever it comes', async () => {
      const timeless = mappingOf({ cases: [{ name: 'all', events: [{ ...EVENT, time: '$received' }] }] });
      service.sources.set('core', sourceOf(timeless));
      expect((await service.post(BOOKING)).body).to.include({ accepted: 1 });
      service.clock.now += 60_000;
      expect((await service.post(BOOKING)).body).to.include({ duplicates: 1 });
      expect((await service.post({ ...BOOKING, sum: -1501 })).body.results[0]?.code).to.equal('id-reused');
    });

    it('answers as the platform wants to read it', async () => {
      const acknowledge = {
        accepted: { status: 200, contentType: 'application/json', body: '{"success_code":"0"}' },
        refused: { body: 'kept' },
      };
      service.sources.set('core', sourceOf({ ...CORE, acknowledge }));
      const taken = await service.post(BOOKING);
      expect([taken.status, taken.text, taken.type]).to.deep.equal([200, '{"success_code":"0"}', 'application/json']);
      const refused = await service.post({ kind: 'STRANGE' });
      expect([refused.status, refused.text, refused.type]).to.deep.equal([200, 'kept', 'text/plain; charset=utf-8']);
      expect((await quarantine()).length).to.equal(1);
    });

    describe('registering', () => {
      const registering = (existing: 'keep' | 'fill' | 'replace') =>
        sourceOf(
          mappingOf({
            cases: [
              {
                name: 'client',
                customers: [{ id: 'text(client)', existing, document: { phone: 'phone', name: 'label(name)' } }],
                accounts: [
                  {
                    id: 'text(account)',
                    existing,
                    document: { holders: [{ customerId: 'text(client)', role: "'owner'" }], currency: "'EUR'" },
                  },
                ],
              },
            ],
          }),
        );
      const customer = (id: string) => getCustomer(service.house.vault, service.database.knex, 'default', id);
      const account = (id: string) => getAccount(service.house.vault, service.database.knex, 'default', id);
      const CLIENT = { client: 42, account: 17, phone: '+12015550142', name: 'Mari' };

      it('registers whoever is new, once', async () => {
        service.sources.set('core', registering('fill'));
        for (const _time of [1, 2]) expect((await service.post(CLIENT)).body.rejected).to.equal(0);
        expect(await customer('42')).to.deep.include({ version: 1 });
        expect((await customer('42'))?.document).to.include({ phone: '+12015550142', name: 'Mari' });
        expect((await account('17'))?.document.holders).to.deep.equal([{ customerId: '42', role: 'owner' }]);
        expect((await account('17'))?.version).to.equal(1);
      });

      it('fills in what is missing and changes nothing that is there', async () => {
        service.sources.set('core', registering('fill'));
        await service.post({ ...CLIENT, phone: null });
        await service.post({ ...CLIENT, name: 'Somebody else' });
        expect((await customer('42'))?.document).to.include({ phone: '+12015550142', name: 'Mari' });
        await service.post({ ...CLIENT, client: 43, phone: '+12015550143' });
        expect((await account('17'))?.document.holders.map(({ customerId }) => customerId)).to.deep.equal(['42', '43']);
      });

      it('leaves whoever is registered alone, or replaces what is named, as the mapping says', async () => {
        service.sources.set('core', registering('keep'));
        await service.post({ ...CLIENT, phone: null });
        await service.post(CLIENT);
        expect((await customer('42'))?.document.phone).to.equal(undefined);
        service.sources.set('core', registering('replace'));
        await service.post({ ...CLIENT, name: 'Mari Maasikas', phone: null });
        expect((await customer('42'))?.document).to.include({ name: 'Mari Maasikas' });
        await service.post({ ...CLIENT, name: null });
        expect((await customer('42'))?.document).to.include({ name: 'Mari Maasikas', phone: '+12015550142' });
      });

      it('loses no holder where several come at once', async () => {
        service.sources.set('core', registering('fill'));
        const clients = Array.from({ length: 12 }, (_one, at) => ({ ...CLIENT, client: 100 + at, phone: null }));
        const answers = await Promise.all(clients.map((client) => service.post(client)));
        expect(answers.map(({ body }) => body.rejected)).to.deep.equal(clients.map(() => 0));
        expect((await account('17'))?.document.holders).to.have.length(12);
      });

      it('names what cannot be registered, keeps it, and decides the events all the same', async () => {
        const source = registering('fill');
        const document = { ...source.mapping.document };
        document.cases = [{ ...(document.cases[0] as object), name: 'client', events: [{ ...EVENT }] }];
        service.sources.set('core', sourceOf(document));
        const { body } = await service.post({ ...BOOKING, ...CLIENT, phone: '12' });
        expect(body).to.include({ accepted: 1, rejected: 1 });
        expect(body.results.map(({ code }) => code).filter(Boolean)).to.deep.equal(['phone-invalid']);
        expect((await quarantine()).map(({ code }) => code)).to.deep.equal(['phone-invalid']);
      });

      it('keeps nothing of somebody who was erased', async () => {
        service.sources.set('core', registering('fill'));
        await service.post(CLIENT);
        await eraseCustomer(service.house, { entity: 'default', customerId: '42', actor: 'test' } as never);
        const { body } = await service.post(CLIENT);
        expect(body.results.map(({ code }) => code)).to.include('erased');
        expect(await quarantine()).to.deep.equal([]);
      });
    });
  });
}
