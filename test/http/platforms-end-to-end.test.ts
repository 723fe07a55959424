/** Platforms' own webhooks through the whole application: signed as they sign, mapped, decided, and never decided twice. */
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { type Answered, type AppUnderTest, openApp } from '../bad-input/app-under-test.js';
import { databases } from '../support/databases.js';

const PASSWORD = 'the password of a platform, 1!';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const basic = `Basic ${Buffer.from(`ledgerbell:${PASSWORD}`).toString('base64')}`;
const user = { id: 'platform', username: 'ledgerbell', password: PASSWORD, types: ['transaction.*', 'customer.*'] };

const SOURCES = {
  marqeta: { mapping: 'marqeta', signature: { users: [user] } },
  mambu: { mapping: 'mambu', signature: { users: [user] }, parameters: { currency: 'USD' } },
  stripe: { mapping: 'stripe', signature: { secrets: [SECRET] } },
  lithic: { mapping: 'lithic', signature: { secrets: [SECRET] } },
  unit: { mapping: 'unit', signature: { secrets: [SECRET] } },
  column: { mapping: 'column', signature: { secrets: [SECRET] } },
};

type Platform = keyof typeof SOURCES;

/** How each proves that a body is its own. */
const PROOFS: Record<Platform, (body: string) => Record<string, string>> = {
  marqeta: () => ({ authorization: basic }),
  mambu: () => ({ authorization: basic, 'x-notifications-idempotency-key': 'n-1' }),
  stripe: (payload) => ({
    'stripe-signature': new Stripe('sk_test_nothing').webhooks.generateTestHeaderString({ payload, secret: SECRET }),
  }),
  lithic: (body) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign('msg_1', new Date(), body),
  }),
  unit: (body) => ({ 'x-unit-signature': createHmac('sha1', SECRET).update(body).digest('base64') }),
  column: (body) => ({ 'column-signature': createHmac('sha256', SECRET).update(body).digest('hex') }),
};

const at = new Date().toISOString();
const seconds = Math.floor(Date.now() / 1000);

/** A payment of 450 dollars or more out of the account `a-<platform>`. */
const BODIES: Record<Platform, object> = {
  marqeta: {
    transactions: [
      {
        type: 'pindebit',
        state: 'COMPLETION',
        token: 'm-1',
        user_token: 'a-marqeta',
        created_time: at,
        amount: 450,
        currency_code: 'USD',
        response: { code: '0000' },
      },
    ],
    cardtransitions: [{ token: 'c-1', state: 'ACTIVE' }],
  },
  mambu: {
    event: 'withdrawal',
    account: 'a-mambu',
    client: 'holder',
    transaction: '9001',
    amount: '1,450.00',
    currency: 'USD',
    at,
  },
  stripe: {
    id: 'evt_1',
    object: 'event',
    type: 'treasury.received_debit.created',
    created: seconds,
    data: {
      object: {
        id: 'rd_1',
        amount: 45_000,
        currency: 'usd',
        financial_account: 'a-stripe',
        status: 'succeeded',
        created: seconds,
      },
    },
  },
  lithic: {
    event_type: 'payment_transaction.updated',
    family: 'PAYMENT',
    category: 'ACH',
    token: 'p-1',
    type: 'RECEIPT_DEBIT',
    direction: 'DEBIT',
    status: 'SETTLED',
    result: 'APPROVED',
    currency: 'USD',
    financial_account_token: 'a-lithic',
    settled_amount: 45_000,
    events: [{ token: 'e-1', type: 'ACH_RECEIPT_SETTLED', amount: 45_000, created: at }],
  },
  unit: {
    data: [
      {
        id: 'u-1',
        type: 'transaction.created',
        attributes: { createdAt: at, direction: 'Debit', amount: 45_000, available: 100, balance: 100, summary: 'x' },
        relationships: {
          account: { data: { id: 'a-unit', type: 'account' } },
          transaction: { data: { id: '1', type: 'originatedAchTransaction' } },
        },
      },
    ],
  },
  column: {
    id: 'evnt_1',
    created_at: at,
    type: 'ach.incoming_transfer.settled',
    data: { id: 'acht_1', type: 'DEBIT', amount: 45_000, currency_code: 'USD', bank_account_id: 'a-column' },
  },
};

for (const database of databases) {
  describe(`platforms' own webhooks on ${database.name}`, () => {
    let home: AppUnderTest;

    before(async () => {
      home = await openApp(database, { config: { sources: SOURCES } });
      await home.register('holder');
      for (const name of [...Object.keys(SOURCES), 'card']) {
        const account = { holders: [{ customerId: 'holder', role: 'owner' }], currency: 'USD' };
        expect((await home.ask('PUT', `/accounts/a-${name}`, account)).status).to.equal(201);
      }
    });
    after(() => home?.close());

    async function post(platform: Platform, text: string, proof = PROOFS[platform](text)): Promise<Answered> {
      const headers = { 'content-type': 'application/json', ...proof };
      const response = await fetch(`${home.url}/v1/sources/${platform}/events`, {
        method: 'POST',
        headers,
        body: text,
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    }

    for (const platform of Object.keys(SOURCES) as Platform[]) {
      const text = JSON.stringify(BODIES[platform]);

      it(`${platform}: refuses a body that was changed on the way where the signature covers it, and a request without proof`, async () => {
        const before = await home.storedIds();
        const coversBody = !('authorization' in PROOFS[platform](text));
        const forged = await post(
          platform,
          text.replace('45', '95'),
          coversBody ? PROOFS[platform](text) : { authorization: `${basic}A` },
        );
        expect([forged.status, forged.body.code]).to.deep.equal([
          401,
          coversBody ? 'signature-invalid' : 'credentials-invalid',
        ]);
        const bare = await post(platform, text, {});
        expect([bare.status, bare.body.code]).to.deep.equal([401, 'signature-missing']);
        expect(await home.storedIds()).to.deep.equal(before);
        expect(await home.quarantine(), 'unverified bodies are never stored').to.deep.equal([]);
      });

      it(`${platform}: takes what is signed, once`, async () => {
        const first = await post(platform, text);
        expect(first.status, JSON.stringify(first.body)).to.equal(200);
        expect(first.body).to.include({
          accepted: 1,
          duplicates: 0,
          rejected: 0,
          ignored: platform === 'marqeta' ? 1 : 0,
        });
        expect(await home.storedIds()).to.include(first.body.results.find(({ id }: { id: string }) => id !== '').id);
        expect((await post(platform, text)).body).to.include({ accepted: 0, duplicates: 1, rejected: 0 });
      });
    }

    it('knows a notification of Mambu by its idempotency key', async () => {
      expect(await home.storedIds()).to.include('n-1');
    });

    it('tells a card payment once from its authorisation to its clearing, and that it was taken back', async () => {
      const of = (more: object) =>
        JSON.stringify({
          transactions: [
            {
              type: 'authorization',
              state: 'PENDING',
              token: 't-1',
              user_token: 'a-card',
              card_token: 'c-1',
              created_time: new Date().toISOString(),
              amount: 420.5,
              currency_code: 'USD',
              card_acceptor: { name: 'CORNER SHOP', mcc: '5411', city: 'Denver', country_code: 'USA' },
              ...more,
            },
          ],
        });
      const later = { preceding_related_transaction_token: 't-1', state: 'COMPLETION' };
      const authorised = await post('marqeta', of({}));
      const cleared = await post(
        'marqeta',
        of({ ...later, type: 'authorization.clearing', token: 't-2', amount: 430 }),
      );
      const reversed = await post(
        'marqeta',
        of({ ...later, type: 'authorization.reversal', token: 't-3', amount: 430 }),
      );
      const rules = ({ body }: Answered) =>
        body.results[0].alerts
          .filter(({ status }: { status: string }) => status === 'queued')
          .map(({ rule }: { rule: string }) => rule);
      expect(rules(authorised)).to.include('card-payment');
      expect(rules(cleared)).to.not.include('card-payment');
      expect(rules(reversed)).to.include('transaction-reversed');
    });

    it('holds a platform to what its secret may send', async () => {
      const text = JSON.stringify({ event: 'account-closed', account: 'a-mambu', client: 'holder', at });
      const answer = await post('mambu', text, { authorization: basic, 'x-notifications-idempotency-key': 'n-2' });
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'secret-may-not-send']);
    });

    it('shows its configuration without a secret', async () => {
      const { body } = await home.ask('GET', '/config');
      expect(body.sources.marqeta.signature.users[0]).to.include({ username: 'ledgerbell', password: '***' });
      expect(JSON.stringify(body)).to.not.contain(PASSWORD).and.not.contain(SECRET);
    });
  });
}
