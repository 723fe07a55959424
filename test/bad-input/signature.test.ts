/** Senders who are not who they say: refused, nothing of theirs is kept, and the same event signed rightly is taken. */
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { replayAllQuarantined } from '../../src/flows/replay-quarantine.js';
import { databases } from '../support/databases.js';
import {
  type AppUnderTest,
  event,
  FOREIGN_SECRET,
  OLD_SECRET,
  openApp,
  SECRET,
  type Signing,
  told,
} from './app-under-test.js';

const TAMPERED = `v1,${createHmac('sha256', 'x').update('other').digest('base64')}`;

const REFUSED: [what: string, code: string, signing: Signing][] = [
  ['a wrong signature', 'signature-invalid', { secret: FOREIGN_SECRET }],
  ['the signature of another body', 'signature-invalid', { headers: { 'webhook-signature': TAMPERED } }],
  ['the signature of another id', 'signature-invalid', { headers: { 'webhook-id': 'm2' } }],
  ['no signature', 'signature-missing', { headers: { 'webhook-signature': '' } }],
  ['no id', 'signature-missing', { headers: { 'webhook-id': '' } }],
  ['no timestamp', 'signature-missing', { headers: { 'webhook-timestamp': '' } }],
  ['a signature in no known form', 'signature-malformed', { headers: { 'webhook-signature': 'sha256=abc' } }],
  ['a timestamp that is none', 'timestamp-malformed', { headers: { 'webhook-timestamp': '2026-11-10' } }],
  ['a signature that is too old', 'timestamp-too-old', { skewSeconds: -301 }],
  ['a signature of the future', 'timestamp-in-future', { skewSeconds: 302 }],
];

for (const database of databases) {
  describe(`senders who are not believed on ${database.name}`, () => {
    let home: AppUnderTest;

    before(async () => {
      home = await openApp(database);
    });
    after(() => home?.close());

    for (const [what, code, signing] of REFUSED) {
      it(`refuses ${what} as ${code}, keeps nothing of it, and takes the event when it is signed`, async () => {
        const one = event();
        expect(told(await home.send(one, signing))).to.deep.equal([401, code]);
        expect(await home.storedIds()).not.to.include(one.id);
        expect(await home.quarantine(), 'unverified bodies are never stored').to.deep.equal([]);
        expect(told(await home.send(one))).to.deep.equal([200, 'accepted']);
      });
    }

    it('believes either of two secrets while they rotate, also when signatures of both are sent', async () => {
      expect(told(await home.send(event(), { secret: SECRET }))).to.deep.equal([200, 'accepted']);
      expect(told(await home.send(event(), { secret: OLD_SECRET }))).to.deep.equal([200, 'accepted']);
      const body = JSON.stringify(event());
      const seconds = String(Math.floor(Date.now() / 1000));
      const key = Buffer.from(OLD_SECRET.slice(6), 'base64');
      const right = `v1,${createHmac('sha256', key).update(`m1.${seconds}.${body}`).digest('base64')}`;
      const headers = { 'webhook-timestamp': seconds, 'webhook-signature': `${TAMPERED} ${right}` };
      expect(told(await home.send(body, { headers }))).to.deep.equal([200, 'accepted']);
    });

    it('answers what a secret may not send with 403, keeps it, and does not let it in by a replay', async () => {
      const limits = { sources: ['cards'], types: ['transaction.*'], entity: 'north' };
      const secrets = [{ id: 'cards', secret: FOREIGN_SECRET, ...limits }];
      const limited = await openApp(database, { config: { ingest: { signature: { secrets } } } });
      try {
        const signing = { secret: FOREIGN_SECRET };
        const forbidden = [
          event(),
          event({ source: 'cards', type: 'account.opened' }),
          event({ source: 'cards', entity: 'south' }),
        ];
        for (const one of forbidden) {
          expect(told(await limited.send(one, signing))).to.deep.equal([403, 'secret-may-not-send']);
        }
        const broken = event({ source: 'cards', type: 'transaction.imagined' });
        expect(told(await limited.send(broken, signing))).to.deep.equal([422, 'type-unknown']);
        expect(JSON.parse((await limited.quarantine())[0]?.body ?? ''), 'as its secret speaks for').to.include({
          entity: 'north',
        });
        const outcomes: string[] = [];
        await replayAllQuarantined(limited.app.house, ({ outcome }) => outcomes.push(outcome));
        const refused = forbidden.map(() => 'secret-may-not-send');
        expect(outcomes).to.deep.equal([...refused, 'type-unknown']);
        expect(await limited.storedIds()).to.deep.equal([]);
      } finally {
        await limited.close();
      }
    });
  });
}
