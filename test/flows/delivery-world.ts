/** Providers for tests of delivery, which answer as the test says, and one round of the courier. */
import type { LookupOutcome, SendOutcome, SmsMessage } from '../../src/contracts/adapter.js';
import { claimAlerts } from '../../src/flows/deliver/claim.js';
import { reportUndelivered } from '../../src/flows/deliver/report-undelivered.js';
import { sendAlert } from '../../src/flows/deliver/send-alert.js';
import { settleAttempts } from '../../src/flows/deliver/settle.js';
import type { House, NamedAdapter } from '../../src/flows/house.js';
import { attemptsOf } from '../../src/store/attempts.js';
import { listAlerts } from '../../src/store/outbox.js';
import type { HouseUnderTest } from '../support/house.js';

export interface FakeProvider {
  named: NamedAdapter;
  sent: SmsMessage[];
  answer: SendOutcome;
  /** Set it where the provider can be asked. */
  found?: LookupOutcome;
  lookups: number;
}

export function fakeProvider(
  name: string,
  options: Partial<Pick<NamedAdapter, 'limits' | 'processesIn'>> & { found?: LookupOutcome } = {},
): FakeProvider {
  const { found, ...rest } = options;
  const provider: FakeProvider = {
    sent: [],
    lookups: 0,
    answer: { status: 'accepted', providerId: `${name}-1` },
    ...(found === undefined ? {} : { found }),
    named: {
      name,
      processesIn: [],
      ...rest,
      adapter: {
        send: async (message) => {
          provider.sent.push(message);
          return provider.answer;
        },
        ...(found === undefined
          ? {}
          : {
              lookup: async () => {
                provider.lookups += 1;
                return provider.found ?? found;
              },
            }),
      },
    },
  };
  return provider;
}

/** One round: claim, send, settle. Returns through what each alert left, in order. */
export async function deliverOnce(house: House, limit = 10): Promise<string[]> {
  const { leaving } = await claimAlerts(house, 'test', limit);
  const results = await Promise.all(leaving.map((claimed) => sendAlert(house, claimed)));
  if (results.length > 0) await settleAttempts(house, results);
  await reportUndelivered(house);
  return results.map(({ adapter }) => adapter);
}

/** `rule status reason` of each alert. */
export async function statusesIn({ database }: HouseUnderTest): Promise<string[]> {
  const alerts = await listAlerts(database, database.knex, { limit: 100 });
  return alerts.map(({ rule, status, reason }) => [rule, status, reason].filter(Boolean).join(' ')).sort();
}

/** `adapter outcome` of each step of the only alert. */
export async function stepsIn({ database }: HouseUnderTest): Promise<string[]> {
  const [alert] = await listAlerts(database, database.knex, { limit: 2 });
  const steps = await attemptsOf(database, database.knex, alert?.alertId ?? '');
  return steps.map(({ adapter, outcome }) => `${adapter} ${outcome}`);
}
