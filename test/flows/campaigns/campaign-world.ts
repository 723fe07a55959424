/** A house with customers who agreed to offers, a provider, and a campaign; and its runner and courier, one step at a time. */
import type { CampaignDocument, CampaignSource } from '../../../src/contracts/campaign.js';
import type { CustomerDocument } from '../../../src/contracts/customer.js';
import type { TextPolicy } from '../../../src/contracts/rule.js';
import { campaignKey } from '../../../src/core/campaign/campaign-ids.js';
import type { MarketingSettings } from '../../../src/core/campaign/marketing-settings.js';
import { startCampaign } from '../../../src/flows/campaigns/change-state.js';
import { readCampaign } from '../../../src/flows/campaigns/read-campaign.js';
import { type Runner, runCampaigns } from '../../../src/flows/campaigns/run-campaigns.js';
import { writeCampaign } from '../../../src/flows/campaigns/write-campaign.js';
import type { DeliverySettings, House } from '../../../src/flows/house.js';
import { recordConsent } from '../../../src/store/consents.js';
import { putCustomer } from '../../../src/store/customers.js';
import { campaignSource } from '../../core/campaign/sketches.js';
import type { TestDatabase } from '../../support/databases.js';
import { type HouseUnderTest, openHouse } from '../../support/house.js';
import { deliverOnce, type FakeProvider, fakeProvider } from '../delivery-world.js';

export interface CampaignWorld {
  home: HouseUnderTest;
  house: House;
  provider: FakeProvider;
  /** Registers customers `from` to `to`, with a consent to offers unless told otherwise. */
  people(from: number, to: number, change?: (number: number) => Person): Promise<void>;
  consent(customerId: string, granted: boolean): Promise<void>;
  /** Writes it and starts it. */
  start(overrides?: Partial<CampaignDocument>, messages?: CampaignSource['messages']): Promise<void>;
  /** Runner and courier in turn until neither has anything to do now. */
  settle(runner?: Runner): Promise<void>;
  standing(name?: string): ReturnType<typeof readCampaign>;
  close(): Promise<void>;
}

export interface Person extends CustomerDocument {
  consent?: boolean;
}

export interface WorldOptions {
  marketing?: MarketingSettings;
  delivery?: Partial<DeliverySettings>;
  texts?: TextPolicy;
  house?: Partial<House>;
}

export const ENTITY = 'default';
export const KEY = Buffer.from(campaignKey(ENTITY, 'savings'));

export function runnerNamed(owner: string): Runner {
  return { owner, counting: new Map() };
}

export async function openCampaignWorld(database: TestDatabase, options: WorldOptions = {}): Promise<CampaignWorld> {
  const provider = fakeProvider('gateway');
  const delivery = { senders: { default: '+12015550199' }, attemptMs: 5_000, concurrency: 2_000, ...options.delivery };
  const home = await openHouse(database, {
    source: {
      rules: [],
      topics: { offers: { consent: 'opt-in' } },
      conditions: {},
      ...(options.texts === undefined ? {} : { texts: options.texts }),
    },
    house: { adapters: [provider.named], delivery, marketing: options.marketing, ...options.house },
  });
  const { house, clock } = home;
  const { vault } = house;
  const usual = runnerNamed('one');

  async function settle(runner = usual): Promise<void> {
    for (let idle = 0; idle < 2; ) {
      const busy = await runCampaigns(house, runner);
      const left = await deliverOnce(house, 256);
      idle = busy || left.length > 0 ? 0 : idle + 1;
    }
  }

  const consent = (customerId: string, granted: boolean) =>
    home.inTransaction((trx) => insertConsent(trx, customerId, granted));

  async function insertConsent(trx: Parameters<typeof recordConsent>[1], customerId: string, granted: boolean) {
    clock.now += 1;
    const document = {
      topic: 'offers',
      granted,
      by: 'test',
      at: new Date(clock.now).toISOString(),
      how: 'web',
      wording: 'Offers',
    };
    await recordConsent(vault.database, trx, { entity: ENTITY, customerId, document, recordedAt: clock.now });
  }

  return {
    home,
    house,
    provider,
    settle,
    consent,
    async people(from, to, change = () => ({})) {
      await home.inTransaction(async (trx) => {
        for (let number = from; number <= to; number++) {
          const { consent: agreed = true, ...document } = change(number);
          const customerId = customerNamed(number);
          const phone = `+37251${String(number).padStart(5, '0')}`;
          const own = { phone, timeZone: 'Europe/Tallinn', locale: 'en', ...document };
          await putCustomer(vault, trx, { entity: ENTITY, customerId, document: own, at: clock.now });
          if (agreed) await insertConsent(trx, customerId, true);
        }
      });
    },
    async start(overrides = {}, messages) {
      const source = campaignSource(overrides, messages);
      await writeCampaign(house, { entity: ENTITY, source, actor: 'ann' });
      await startCampaign(house, { entity: ENTITY, name: source.campaign.name, actor: 'ann' });
    },
    standing: (name = 'savings') => readCampaign(house, { entity: ENTITY, name }),
    close: () => home.close(),
  };
}

export function customerNamed(number: number): string {
  return `c${String(number).padStart(6, '0')}`;
}

/** How many messages went to each number, for those that got another count than one. */
export function notOnce({ sent }: Pick<FakeProvider, 'sent'>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { to } of sent) counts.set(to, (counts.get(to) ?? 0) + 1);
  return Object.fromEntries([...counts].filter(([, count]) => count !== 1));
}
