/** The bank's application, a customer with a phone, and an adapter that keeps what the phone got. */
import type { SmsMessage } from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import type { House } from '../../src/flows/house.js';
import type { TestDatabase } from '../support/databases.js';
import { type Ask, openService, type ServiceUnderTest } from './service-under-test.js';

export const CUSTOMER = '2';
export const PHONE = '+12015550100';

export interface ChallengesUnderTest extends ServiceUnderTest {
  /** The bank's own online bank. */
  bank: Ask;
  /** Everything that reached a phone, oldest first. */
  received: SmsMessage[];
  /** Delivers what waits, and gives the code of the last message. */
  code(): Promise<string>;
}

export async function openChallenges(kind: TestDatabase, own: Partial<House> = {}): Promise<ChallengesUnderTest> {
  const received: SmsMessage[] = [];
  const phone = {
    name: 'phone',
    processesIn: [],
    adapter: {
      send: async (message: SmsMessage) => {
        received.push(message);
        return { status: 'accepted' as const };
      },
    },
  };
  const service = await openService(kind, {
    rules: ['rules'],
    only: ['one-time-code', 'payment-code', 'agreement-code'],
    house: { adapters: [phone], ...own },
  });
  const registered = await service.as('admin')('PUT', `/customers/${CUSTOMER}`, { phone: PHONE, name: 'Ester' });
  if (registered.status !== 201) throw new Error('the customer could not be registered');
  return {
    ...service,
    bank: service.as('application'),
    received,
    async code() {
      const { leaving } = await claimAlerts(service.house, 'test', 100);
      await settleAttempts(service.house, await Promise.all(leaving.map((one) => sendAlert(service.house, one))));
      return codeIn(received.at(-1));
    },
  };
}

export function codeIn(message: SmsMessage | undefined): string {
  const code = /\b\d{6}\b/.exec(message?.text ?? '')?.[0];
  if (code === undefined) throw new Error('the phone got no code');
  return code;
}

/** Another code of six digits. */
export function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}
