import { expect } from 'chai';
import type { Receipt, SmsMessage } from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, openHouse } from '../support/house.js';
import { register } from '../support/registered.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { statusesIn } from './delivery-world.js';

/** Enough for each to have been first at every step. */
const PAIRS = 40;

for (const database of databases) {
  describe(`a receipt in the moment in which the answer is recorded, on ${database.name}`, () => {
    let home: HouseUnderTest;

    afterEach(() => home.close());

    const names: [string, (message: SmsMessage) => Receipt][] = [
      ['by our id', ({ alertId }) => ({ alertId, state: 'delivered' })],
      ["by the provider's id alone", ({ alertId }) => ({ providerId: `g-${alertId}`, state: 'delivered' })],
    ];

    for (const [how, receiptOf] of names) {
      it(`is never missed where it names the message ${how}`, async () => {
        const sent: SmsMessage[] = [];
        const send = async (message: SmsMessage) => {
          sent.push(message);
          return { status: 'accepted' as const, providerId: `g-${message.alertId}` };
        };
        const named = { name: 'gateway', adapter: { send }, processesIn: [] };
        const delivery = { senders: { default: 'BANK' }, attemptMs: 5_000, concurrency: 2 * PAIRS };
        const source = ruleSet({ name: 'large', conditions: debitFrom('100.00') });
        home = await openHouse(database, { source, house: { adapters: [named], delivery } });
        await register(home);
        for (let pair = 0; pair < PAIRS; pair++) await home.commit(posted());
        const { leaving } = await claimAlerts(home.house, 'test', PAIRS);
        expect(leaving).to.have.length(PAIRS);
        for (const claimed of leaving) {
          const result = await sendAlert(home.house, claimed);
          const receipt = receiptOf(sent.at(-1) as SmsMessage);
          await Promise.all([settleAttempts(home.house, [result]), receiveReceipts(home.house, 'gateway', [receipt])]);
        }
        expect(await statusesIn(home)).to.deep.equal(Array(PAIRS).fill('large delivered'));
      });
    }
  });
}
