import { expect } from 'chai';
import { DEFAULT_CHALLENGE_POLICY } from '../../src/core/challenge/policy.js';
import { wipeForgottenCodes } from '../../src/flows/challenges/tidy-challenges.js';
import { databases } from '../support/databases.js';
import { type ChallengesUnderTest, CUSTOMER, openChallenges, wrong } from './challenges-under-test.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PAYMENT = { amount: '250.00', currency: 'EUR', payee: { name: 'Garden Ltd', account: 'EE382200221020145685' } };
const BATCH = {
  currency: 'EUR',
  payments: [
    { amount: '1000.00', payee: { name: 'Garden Ltd', account: 'EE382200221020145685' } },
    { amount: '250.5', payee: { name: 'Anna Tamm', account: 'EE471000001020145685' } },
  ],
};

for (const kind of databases) {
  describe(`one-time codes over HTTP on ${kind.name}`, () => {
    let home: ChallengesUnderTest;
    beforeEach(async () => {
      home = await openChallenges(kind);
    });
    afterEach(() => home.close());

    const send = (purpose = 'sign-in', confirm?: object) =>
      home.bank('POST', '/challenges', { customerId: CUSTOMER, purpose, ...(confirm && { confirm }) });
    const sent = async (purpose = 'sign-in', confirm?: object) => {
      const answer = await send(purpose, confirm);
      expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
      return { id: String(answer.body.id), code: await home.code() };
    };
    const check = async (id: string, code: string, confirm?: object) => {
      const answer = await home.bank('POST', `/challenges/${id}/check`, { code, ...(confirm && { confirm }) });
      expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
      return answer.body.approved as boolean;
    };
    const table = (name: string) => home.database.knex(`lb_${name}`);

    it('a code goes to the phone, passes once, and never again', async () => {
      const answer = await send();
      expect(answer.body).to.deep.include({ phone: '+1201***00' });
      expect(Date.parse(answer.body.expiresAt)).to.equal(home.clock.now + 5 * MINUTE);
      const code = await home.code();
      expect(home.received.at(-1)?.text).to.equal(
        `Sign in: your code is ${code}, valid for 5 minutes. Nobody from the bank will ask for it.`,
      );
      expect(await check(answer.body.id, code)).to.equal(true);
      expect(await check(answer.body.id, code)).to.equal(false);
    });

    it('a code may be typed with spaces', async () => {
      const { id, code } = await sent();
      expect(await check(id, ` ${code.slice(0, 3)} ${code.slice(3)} `)).to.equal(true);
    });

    it('a code is nowhere in the database once it has left, and before that only in the sealed text', async () => {
      const answer = await send('payment', PAYMENT);
      const events = await table('events').select('*');
      const code = await home.code();
      expect(await table('alert_evidence').select('*')).to.deep.equal([]);
      const trace = await home.as('admin')('GET', `/alerts?limit=1`);
      const alert = await home.as('admin')('GET', `/alerts/${trace.body.items[0].id}`);
      expect(alert.body.message.text).to.equal('Pay €250.00 to Garden Ltd, account **** 5685. Code: ******');
      const explained = await home.as('admin')('GET', `/events/ledgerbell%2Fchallenges/${answer.body.id}:1/explain`);
      expect(explained.status).to.equal(200);
      expect(JSON.stringify([events, alert.body, explained.body])).not.to.include(code);
      expect(await check(answer.body.id, code, PAYMENT)).to.equal(true);
    });

    it('a code whose message never left is wiped when its alert has ended', async () => {
      await send();
      expect(await wipeForgottenCodes(home.house)).to.equal(0);
      await table('alerts').update({ status: 'cancelled' });
      expect(await wipeForgottenCodes(home.house)).to.equal(1);
      const [alert] = (await home.as('admin')('GET', '/alerts')).body.items;
      expect((await home.as('admin')('GET', `/alerts/${alert.id}`)).body.message.text).to.include('******');
    });

    it('a code dies when it expires, exactly then', async () => {
      const first = await sent();
      home.clock.now += 5 * MINUTE - 1;
      expect(await check(first.id, first.code)).to.equal(true);
      const second = await sent();
      home.clock.now += 5 * MINUTE;
      expect(await check(second.id, second.code)).to.equal(false);
    });

    it('a code dies after three wrong ones, and the right one comes too late', async () => {
      const { id, code } = await sent();
      for (let tries = 0; tries < 3; tries++) expect(await check(id, wrong(code))).to.equal(false);
      expect(await check(id, code)).to.equal(false);
    });

    it('a newer code for the same purpose ends the one before; other purposes are left alone', async () => {
      const first = await sent();
      const other = await sent('new-device');
      const second = await sent();
      expect(await check(first.id, first.code)).to.equal(false);
      expect(await check(other.id, other.code)).to.equal(true);
      expect(await check(second.id, second.code)).to.equal(true);
    });

    it('a code of one challenge does not pass for another', async () => {
      const first = await sent('sign-in');
      const second = await sent('contact-change');
      if (first.code !== second.code) expect(await check(second.id, first.code)).to.equal(false);
      expect(await check('ch_unknown', first.code)).to.equal(false);
    });

    it('a resend waits, longer each time, ends the code before it, and expires no later', async () => {
      const answer = await send();
      const first = await home.code();
      const { id } = answer.body;
      const resend = () => home.bank('POST', `/challenges/${id}/resend`, {});
      expect((await resend()).status).to.equal(429);
      home.clock.now += 30 * SECOND;
      const again = await resend();
      expect(again.status).to.equal(201);
      expect(again.body.expiresAt).to.equal(answer.body.expiresAt);
      expect(Date.parse(again.body.resendAt)).to.equal(home.clock.now + MINUTE);
      const second = await home.code();
      if (first !== second) expect(await check(id, first)).to.equal(false);
      expect(await check(id, second)).to.equal(true);
      home.clock.now += MINUTE;
      expect((await resend()).status, 'a used one is not sent again').to.equal(429);
    });

    it('wrong codes before a resend still count', async () => {
      const { id, code } = await sent();
      await check(id, wrong(code));
      await check(id, wrong(code));
      home.clock.now += 30 * SECOND;
      expect((await home.bank('POST', `/challenges/${id}/resend`, {})).status).to.equal(201);
      const second = await home.code();
      await check(id, wrong(second));
      expect(await check(id, second)).to.equal(false);
    });

    it('a payment is shown before its code, and the code is good for that payment alone', async () => {
      const changes: [string, object | undefined][] = [
        ['another amount', { ...PAYMENT, amount: '250.01' }],
        ['another currency', { ...PAYMENT, currency: 'USD' }],
        ['another payee', { ...PAYMENT, payee: { ...PAYMENT.payee, account: 'EE471000001020145685' } }],
        ['another name', { ...PAYMENT, payee: { ...PAYMENT.payee, name: 'Garden Lld' } }],
        ['several payments', BATCH],
        ['nothing', undefined],
      ];
      for (const [name, confirm] of changes) {
        home.clock.now += 2 * HOUR;
        const { id, code } = await sent('payment', PAYMENT);
        expect(home.received.at(-1)?.text, name).to.match(/^Pay €250\.00 to Garden Ltd.* Code: \d{6}$/);
        expect(await check(id, code, confirm), name).to.equal(false);
        expect(await check(id, code, PAYMENT), `${name}: the code is dead`).to.equal(false);
        const honest = await sent('payment', PAYMENT);
        expect(await check(honest.id, honest.code, { ...PAYMENT, amount: '250' }), 'the same amount').to.equal(true);
      }
    });

    it('several payments bind the total and every payee', async () => {
      const { id, code } = await sent('payment', BATCH);
      expect(home.received.at(-1)?.text).to.equal(`Pay €1,250.50 to 2 payees: Garden Ltd, Anna Tamm. Code: ${code}`);
      const [first, second] = BATCH.payments;
      const swapped = {
        currency: 'EUR',
        payments: [
          { ...first, amount: '1000.50' },
          { ...second, amount: '250.00' },
        ],
      };
      expect(await check(id, code, swapped), 'the same total, other payments').to.equal(false);
      const honest = await sent('payment', BATCH);
      expect(await check(honest.id, honest.code, BATCH)).to.equal(true);
    });

    it('a loan and a contract are confirmed by their reference', async () => {
      const loan = { reference: 'L-7', title: 'Loan L-7', amount: '5000.00', currency: 'EUR' };
      const { id, code } = await sent('loan-acceptance', loan);
      expect(home.received.at(-1)?.text).to.equal(`Accept Loan L-7, €5,000.00. Code: ${code}`);
      expect(await check(id, code, loan)).to.equal(true);
      const contract = { reference: 'C-1', title: 'Savings agreement' };
      const signing = await sent('contract-signing', contract);
      expect(await check(signing.id, signing.code, { ...contract, reference: 'C-2' })).to.equal(false);
    });

    it('what a purpose needs is told, and so is an amount that cannot be read', async () => {
      expect((await send('payment')).body).to.deep.include({ code: 'confirm-needed', path: '/confirm' });
      expect((await send('sign-in', PAYMENT)).body.code).to.equal('confirm-unexpected');
      expect((await send('payment', { reference: 'L-7', title: 'Loan' })).body.code).to.equal('confirm-unexpected');
      expect((await send('payment', { ...PAYMENT, amount: '1.234' })).body.code).to.equal('amount-decimals');
      expect((await send('payment', { ...PAYMENT, currency: 'ZZZ' })).body.code).to.equal('currency-unknown');
      expect((await send('dancing')).body.code).to.equal('request-invalid');
      expect(await table('challenges').select('*')).to.deep.equal([]);
    });

    it('nothing is sent to nobody, to nowhere, or where a gate says no; and nothing is left behind', async () => {
      const unknown = await home.bank('POST', '/challenges', { customerId: '404', purpose: 'sign-in' });
      expect(unknown.body).to.deep.include({ status: 404, code: 'customer-unknown' });
      await home.as('admin')('PUT', '/customers/3', { name: 'No Phone' });
      const nowhere = await home.bank('POST', '/challenges', { customerId: '3', purpose: 'sign-in' });
      expect(nowhere.body).to.deep.include({ status: 409, code: 'no-phone' });
      await home.as('admin')('PUT', `/customers/${CUSTOMER}`, { phone: '+12015550100', status: 'deceased' });
      const silent = await send();
      expect(silent.body).to.deep.include({ status: 409, code: 'challenge-undeliverable' });
      for (const name of ['challenges', 'alerts', 'quotas'])
        expect(await table(name).select('*'), name).to.deep.equal([]);
    });

    it('semantics line twenty-four: a number that was just changed confirms no payment, and may sign in', async () => {
      await home.as('admin')('PUT', `/customers/${CUSTOMER}`, { phone: '+12015550101' });
      expect((await send('payment', PAYMENT)).body).to.deep.include({ status: 409, code: 'phone-too-new' });
      expect((await send('sign-in')).status).to.equal(201);
      home.clock.now += home.house.settings.contactChangeMs;
      expect((await send('payment', PAYMENT)).status).to.equal(201);
    });

    it('five failures in a row, over all challenges, are followed by a pause that doubles; a success forgets them', async () => {
      const fail = async (times: number) => {
        for (let failed = 0; failed < times; ) {
          home.clock.now += HOUR;
          const { id, code } = await sent();
          for (let tries = 0; tries < 3 && failed < times; tries++, failed++) await check(id, wrong(code));
        }
      };
      await fail(4);
      home.clock.now += HOUR;
      const good = await sent();
      expect(await check(good.id, good.code)).to.equal(true);
      await fail(5);
      expect((await send()).body).to.deep.include({ status: 429, code: 'challenge-limited' });
      home.clock.now += 15 * MINUTE - 1;
      expect((await send()).status).to.equal(429);
      home.clock.now += 1;
      expect((await send()).status).to.equal(201);
      await fail(5);
      home.clock.now += 30 * MINUTE - 1;
      expect((await send()).status, 'the second pause is twice as long').to.equal(429);
      home.clock.now += 1;
      expect((await send()).status).to.equal(201);
      const audit = (await home.as('admin')('GET', '/audit')).body.items.map(
        ({ action }: { action: string }) => action,
      );
      expect(audit.filter((action: string) => action === 'challenge-paused')).to.have.length(2);
    });

    it('a paused customer passes with no code, not even the right one', async () => {
      const kept = await sent('new-device');
      for (let round = 0; round < 2; round++) {
        const { id, code } = await sent();
        for (let tries = 0; tries < 3; tries++) await check(id, wrong(code));
      }
      expect(await check(kept.id, kept.code)).to.equal(false);
    });

    it('only the bank itself and its application may ask', async () => {
      for (const role of ['operator', 'analyst', 'auditor'] as const) {
        const answer = await home.as(role)('POST', '/challenges', { customerId: CUSTOMER, purpose: 'sign-in' });
        expect(answer.body, role).to.deep.include({ status: 403, code: 'forbidden' });
      }
      expect((await home.anonymous('POST', '/challenges/x/check', { code: '1' })).status).to.equal(401);
    });
  });

  describe(`attacks on one-time codes on ${kind.name}`, () => {
    let home: ChallengesUnderTest;
    afterEach(() => home.close());

    const send = (own: object = {}) =>
      home.bank('POST', '/challenges', { customerId: CUSTOMER, purpose: 'sign-in', ...own });
    const passes = async (id: string, code: string) =>
      (await home.bank('POST', `/challenges/${id}/check`, { code })).body.approved === true;

    it('one code checked thirty times at once passes once', async () => {
      home = await openChallenges(kind);
      const { id } = (await send()).body;
      const code = await home.code();
      const outcomes = await Promise.all(Array.from({ length: 30 }, () => passes(id, code)));
      expect(outcomes.filter(Boolean)).to.have.length(1);
    });

    it('wrong codes thrown all at once are counted one by one: three tries, then the right one is too late', async () => {
      home = await openChallenges(kind);
      const { id } = (await send()).body;
      const code = await home.code();
      const guesses = Array.from({ length: 20 }, (_, at) =>
        String((Number(code) + at + 1) % 1_000_000).padStart(6, '0'),
      );
      const outcomes = await Promise.all(guesses.map((guess) => passes(id, guess)));
      expect(outcomes.filter(Boolean)).to.have.length(0);
      const [row] = await home.database.knex('lb_challenges').select('status', 'attempts');
      expect(row).to.deep.equal({ status: 'exhausted', attempts: 3 });
      expect(await passes(id, code)).to.equal(false);
    });

    it('a check that meets a resend sees the old code or the new one, never both', async () => {
      home = await openChallenges(kind);
      const { id } = (await send()).body;
      const code = await home.code();
      home.clock.now += 30_000;
      const [passed, resent] = await Promise.all([
        passes(id, code),
        home.bank('POST', `/challenges/${id}/resend`, {}).then(({ status }) => status === 201),
      ]);
      const after = resent ? await home.code() : code;
      const later = await passes(id, after);
      expect([passed, later].filter(Boolean)).to.have.length(1);
    });

    it('two requests at once leave one live code', async () => {
      home = await openChallenges(kind);
      await Promise.all([send(), send(), send()]);
      expect(await home.database.knex('lb_challenges').where({ status: 'live' })).to.have.length(1);
    });

    it('brute force for a simulated day: as many tries as the limits allow, and no more', async () => {
      home = await openChallenges(kind);
      const end = home.clock.now + 24 * HOUR;
      let [tries, successes] = [0, 0];
      while (home.clock.now < end) {
        const answer = await send();
        if (answer.status !== 201) {
          home.clock.now += 5 * MINUTE;
          continue;
        }
        const code = await home.code();
        for (let guess = 0; guess < 3; guess++) {
          tries += 1;
          // An attacker who guesses evenly hits with one in a million; every guess here is known to be wrong.
          if (await passes(answer.body.id, wrong(code))) successes += 1;
        }
      }
      const chance = tries / 1_000_000;
      console.log(
        `    ${tries} tries in a day, ${successes} successes; by chance one day in ${Math.round(1 / chance)} hits`,
      );
      expect(successes).to.equal(0);
      // Pauses of 15 minutes, 30, an hour, ... after each five failures leave room for about eight fives a day.
      expect(tries).to.be.within(20, 60);
    });

    it('pumping one phone through many customers stops at the limit of the phone', async () => {
      home = await openChallenges(kind);
      let sentOut = 0;
      for (let customer = 0; customer < 30; customer++) {
        await home.as('admin')('PUT', `/customers/p${customer}`, { phone: '+12015550100' });
        if ((await send({ customerId: `p${customer}` })).status === 201) sentOut += 1;
      }
      console.log(`    30 requests for one phone, ${sentOut} sent`);
      expect(sentOut).to.equal(5);
    });

    it('pumping from one address, to one country, stops at their limits, whatever the replica', async () => {
      const challenges = {
        ...DEFAULT_CHALLENGE_POLICY,
        limits: [
          { per: 'address' as const, count: 7, periodMs: HOUR },
          { per: 'country' as const, count: 12, periodMs: HOUR },
        ],
      };
      home = await openChallenges(kind, { challenges });
      const ask = async (number: number, clientAddress: string) => {
        await home.as('admin')('PUT', `/customers/q${number}`, {
          phone: `+120155501${String(number).padStart(2, '0')}`,
        });
        return (await send({ customerId: `q${number}`, clientAddress })).status;
      };
      const fromOne = [];
      for (let number = 0; number < 10; number++) fromOne.push(await ask(number, '198.51.100.7'));
      expect(fromOne.filter((status) => status === 201)).to.have.length(7);
      const fromMany = await Promise.all(Array.from({ length: 10 }, (_, at) => ask(20 + at, `203.0.113.${at}`)));
      expect(fromMany.filter((status) => status === 201)).to.have.length(5);
    });

    it('every kind of no is the same answer', async () => {
      home = await openChallenges(kind);
      const used = (await send()).body.id;
      const code = await home.code();
      await passes(used, code);
      const live = (await send({ purpose: 'new-device' })).body.id;
      const answers = [];
      for (const [id, guess] of [
        [used, code],
        [live, '000'],
        ['ch_unknown', code],
        [live, 'x'.repeat(32)],
      ] as const) {
        const { status, body, headers } = await home.bank('POST', `/challenges/${id}/check`, { code: guess });
        answers.push(JSON.stringify([status, body, headers.get('content-length')]));
      }
      expect(new Set(answers).size).to.equal(1);
    });
  });
}
