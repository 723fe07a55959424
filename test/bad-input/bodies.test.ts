/** Bodies that cannot be read, and what is no event: each refused by name, and kept where its sender is believed. */
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { expect } from 'chai';
import { listQuarantine, openQuarantined } from '../../src/store/quarantine.js';
import { databases } from '../support/databases.js';
import { type Answered, type AppUnderTest, event, openApp, SECRET, type Signing, told } from './app-under-test.js';

const CARD = '4111111111111111';
const BATCH = 'application/cloudevents-batch+json';

/** Verified, and still not to be read: answered with the code, and kept as it came. */
const UNREADABLE: [what: string, status: number, code: string, body: string, signing?: Signing][] = [
  ['broken JSON', 400, 'json-malformed', '{"specversion":"1.0","id":"e1",'],
  ['an empty body', 400, 'json-malformed', ''],
  ['a key __proto__', 400, 'forbidden-key', '{"specversion":"1.0","__proto__":{"admin":true}}'],
  ['a key __proto__ in its data', 400, 'forbidden-key', '{"specversion":"1.0","data":{"a":{"__proto__":{"x":1}}}}'],
  ['constructor.prototype', 400, 'forbidden-key', '{"data":{"constructor":{"prototype":{"x":1}}}}'],
  ['a list that is not called a batch', 400, 'batch-malformed', '[]'],
  ['a batch that is no list', 400, 'batch-malformed', '{}', { contentType: BATCH }],
  ['another content type', 415, 'content-type-unsupported', 'a=1', { contentType: 'text/plain' }],
];

/** Readable JSON that is no event of ours: answered with the code and the place, and kept. */
const NO_EVENT: [what: string, code: string, path: string | undefined, body: unknown][] = [
  ['a text', 'not-an-event', '', 'hello'],
  ['null', 'not-an-event', '', null],
  ['an empty object', 'specversion-unsupported', '/specversion', {}],
  ['another version of CloudEvents', 'specversion-unsupported', '/specversion', event({ specversion: '0.3' })],
  ['an unknown type', 'type-unknown', '/type', event({ type: 'transaction.imagined' })],
  ['a type of Object’s own', 'type-unknown', '/type', event({ type: 'constructor' })],
  ['a type that is only made inside', 'type-reserved', '/type', event({ type: 'schedule.inactive' })],
  ['no source', 'source-missing', '/source', event({ source: undefined })],
  ['no data', 'data-missing', '/data', { ...event(), data: undefined }],
  ['a list as data', 'data-missing', '/data', { ...event(), data: [] }],
  ['no account', 'data-invalid', '/data/accountId', event({ data: { accountId: undefined } })],
  ['an unknown direction', 'data-invalid', '/data/direction', event({ data: { direction: 'sideways' } })],
];

for (const database of databases) {
  describe(`bodies that are no events on ${database.name}`, () => {
    let home: AppUnderTest;

    before(async () => {
      home = await openApp(database);
    });
    after(() => home?.close());

    for (const [what, status, code, body, signing] of UNREADABLE) {
      it(`answers ${what} with ${code}, and keeps the body`, async () => {
        expect(told(await home.send(body, signing))).to.deep.equal([status, code]);
        const [kept] = await home.quarantine();
        expect(kept).to.deep.include({ code, body });
      });
    }

    for (const [what, code, path, body] of NO_EVENT) {
      it(`answers ${what} with ${code} at ${path === '' ? 'its root' : path}, and keeps it`, async () => {
        const answer = await home.send(JSON.stringify(body));
        expect(told(answer)).to.deep.equal([422, code]);
        expect(answer.body.path).to.equal(path);
        const [kept] = await home.quarantine();
        expect(kept?.code).to.equal(code);
        expect(JSON.parse(kept?.body ?? '')).to.deep.equal(JSON.parse(JSON.stringify(body)));
      });
    }

    it('says where JSON breaks, and does not quote it', async () => {
      const { body } = await home.send(`{\n  "id": "e1",\n  "secret": ${CARD}x\n}`);
      expect(body.detail).to.match(/line 3/);
      expect(JSON.stringify(body)).not.to.include(CARD);
    });

    it('keeps no card number of a body that it could not read', async () => {
      await home.send(`{"data":{"pan":"${CARD}","cvv":"123","city":"Tartu"`);
      const [kept] = await home.quarantine();
      expect(kept?.body).to.include('Tartu');
      expect(kept?.body).not.to.include(CARD);
      expect(kept?.body).not.to.include('123');
    });

    it('answers bytes that are no UTF-8 with body-not-utf8, and keeps them byte for byte', async () => {
      const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
      const seconds = String(Math.floor(Date.now() / 1000));
      const key = Buffer.from(SECRET.slice(6), 'base64');
      const mac = createHmac('sha256', key).update(`m1.${seconds}.`).update(body).digest('base64');
      const headers = { 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` };
      expect(told(await home.send(body, { headers }))).to.deep.equal([400, 'body-not-utf8']);
      expect((await home.quarantine())[0]?.code).to.equal('body-not-utf8');
      const { vault } = home.app.house;
      const [row] = await listQuarantine(vault.database, vault.database.knex, { limit: 1 });
      const kept = await openQuarantined(vault, vault.database.knex, row?.id ?? 0);
      expect(kept?.body.equals(body)).to.equal(true);
    });

    it('answers a body over the limit with body-too-large, and takes the event when it is shorter', async () => {
      const one = event();
      const before = (await home.quarantine()).length;
      const long = { ...one, data: { ...(one.data as object), description: 'x'.repeat(200_000) } };
      const answer = await home.send(long);
      expect(told(answer)).to.deep.equal([413, 'body-too-large']);
      expect(answer.body.detail).to.include('200000');
      expect(await home.quarantine()).to.have.length(before);
      expect(told(await home.send(one))).to.deep.equal([200, 'accepted']);
    });

    it('counts a body that does not say how long it is', async () => {
      const { status, body } = await chunked(`${home.url}/v1/events`, 'x'.repeat(250_000));
      expect([status, body.code]).to.deep.equal([413, 'body-too-large']);
    });

    it('answers a batch of too many with batch-too-large, and takes its halves', async () => {
      const many = Array.from({ length: 1001 }, () => ({ specversion: '1.0' }));
      expect(told(await home.send(many, { contentType: BATCH }))).to.deep.equal([413, 'batch-too-large']);
    });

    it('takes the good events of a batch, and answers and keeps the one that is bad', async () => {
      const batch = [event(), event({ data: { amount: '12abc' } }), event(), event({ type: 'nonsense' })];
      const { status, body } = await home.send(batch, { contentType: BATCH });
      expect(status).to.equal(200);
      const results = body.results.map((result: { code?: string; status: string }) => result.code ?? result.status);
      expect(results).to.deep.equal(['accepted', 'amount-malformed', 'accepted', 'type-unknown']);
      expect([body.accepted, body.duplicates, body.rejected]).to.deep.equal([2, 0, 2]);
      const kept = (await home.quarantine()).slice(0, 2).map((entry) => JSON.parse(entry.body).id);
      expect(kept).to.have.members([batch[1]?.id, batch[3]?.id]);
      const stored = await home.storedIds();
      expect(stored).to.include.members([batch[0]?.id, batch[2]?.id]);
      expect(stored).not.to.include.members([batch[1]?.id]);
    });

    it('refuses only the event of a batch that has a key __proto__, and pollutes nothing', async () => {
      const [one, other] = [event(), event()];
      const evil = JSON.stringify(event({ id: 'evil' })).replace('"data":{', '"data":{"__proto__":{"polluted":true},');
      const { body } = await home.send(`[${JSON.stringify(one)},${evil},${JSON.stringify(other)}]`, {
        contentType: BATCH,
      });
      const results = body.results.map((result: { code?: string; status: string }) => result.code ?? result.status);
      expect(results).to.deep.equal(['accepted', 'forbidden-key', 'accepted']);
      const [kept] = await home.quarantine();
      expect(kept?.body).to.include('"__proto__":{"polluted":true}');
      expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
    });
  });
}

/** In pieces, without a content-length. */
function chunked(url: string, body: string): Promise<Pick<Answered, 'status' | 'body'>> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    outgoing.on('error', reject);
    for (let start = 0; start < body.length; start += 50_000) outgoing.write(body.slice(start, start + 50_000));
    outgoing.end();
  });
}
