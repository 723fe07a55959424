/** Looks at customers as a run would, and sends nothing: who would be told, who would not and why, and what it would cost. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import { campaignKey } from '../../core/campaign/campaign-ids.js';
import type { CompiledCampaign } from '../../core/campaign/compile-campaign.js';
import { type ChosenText, renderChosen } from '../../core/campaign/consider.js';
import { sampleLinks } from '../../core/campaign/lint-campaign-texts.js';
import { costOf } from '../../core/campaign/spending.js';
import { addTallies, countMessage, countSkipped, noTallies, type Tallies } from '../../core/campaign/tallies.js';
import { measureText } from '../../core/message/segments.js';
import { maskPhone, phoneCountry } from '../../core/phone.js';
import { countCustomers, customerPage } from '../../store/campaign-customers.js';
import { findCampaign, type StoredCampaign } from '../../store/campaigns.js';
import type { House } from '../house.js';
import { compiledOf } from './compiled.js';
import { type Examined, examine } from './examine.js';
import { surroundingsOf } from './surroundings.js';

const PAGE = 500;
/** Of each variant in each language. */
const SAMPLES = 2;

export interface PreviewSample {
  variant: string;
  locale: string;
  /** Masked. */
  phone: string;
  text: string;
  parts: number;
}

export interface CampaignPreview {
  tallies: Tallies;
  /** Of the prices, where there are any. */
  currency?: string;
  samples: PreviewSample[];
  /** Customers there are in all. */
  customers: number;
  /** Where the next part begins; absent where all were looked at. */
  next?: string;
}

export interface PreviewRequest {
  entity: string;
  name: string;
  /** The last customer of the part before. */
  after?: string;
  /** Customers to look at; all where absent. */
  most?: number;
  /** Told after every page. */
  progress?(seen: number, customers: number): void;
}

/** @throws LedgerbellError `campaign-unknown` */
export async function previewCampaign(house: House, request: PreviewRequest): Promise<CampaignPreview> {
  const { database } = house.vault;
  const { knex } = database;
  const campaign = compiledOf(house, await requireCampaign(house, knex, request));
  const customers = await countCustomers(database, knex, campaign.entity);
  const look = lookingAt(house, campaign);
  let tallies = noTallies();
  const samples: PreviewSample[] = [];
  let { after } = request;
  for (;;) {
    const limit = Math.min(PAGE, (request.most ?? Number.POSITIVE_INFINITY) - tallies.seen);
    if (limit <= 0) break;
    const ids = await customerPage(database, knex, campaign.entity, {
      limit,
      ...(after === undefined ? {} : { after }),
    });
    const page = noTallies();
    page.seen = ids.length;
    for (const one of await examine(house, knex, campaign, ids, house.now())) look(one, page, samples);
    tallies = addTallies(tallies, page);
    request.progress?.(tallies.seen, customers);
    if (ids.length < limit) return answer(tallies, samples, customers);
    after = ids.at(-1);
  }
  return { ...answer(tallies, samples, customers), ...(after === undefined ? {} : { next: after }) };

  function answer(counted: Tallies, shown: PreviewSample[], all: number): CampaignPreview {
    const currency = house.ruleSet().source.texts?.prices?.currency;
    return { tallies: counted, samples: shown, customers: all, ...(currency === undefined ? {} : { currency }) };
  }
}

/** Two parts of one preview. */
export function addPreviews(a: CampaignPreview, b: CampaignPreview): CampaignPreview {
  const samples = [...a.samples];
  for (const one of b.samples) if (hasRoom(samples, one)) samples.push(one);
  return { ...b, tallies: addTallies(a.tallies, b.tallies), samples };
}

function lookingAt(house: House, campaign: CompiledCampaign) {
  const links = sampleLinks(campaign.document, surroundingsOf(house).linkBase);
  const { prices } = house.ruleSet().source.texts ?? {};
  return ({ considered, phone = '' }: Examined, page: Tallies, samples: PreviewSample[]): void => {
    if (considered.outcome === 'skipped') countSkipped(page, considered.reason);
    if (considered.outcome !== 'message') return;
    const text = rendered(considered, links);
    if (text === undefined) {
      countSkipped(page, 'no-text');
      return;
    }
    const { parts } = measureText(text);
    const cost = costOf(prices, parts, phoneCountry(phone));
    const one = { variant: considered.variant.name, locale: considered.locale, parts };
    countMessage(page, { ...one, ...(cost === undefined ? {} : { cost }) });
    const sample = { ...one, phone: maskPhone(phone), text };
    if (hasRoom(samples, sample)) samples.push(sample);
  };
}

function hasRoom(samples: readonly PreviewSample[], { variant, locale }: PreviewSample): boolean {
  return samples.filter((one) => one.variant === variant && one.locale === locale).length < SAMPLES;
}

function rendered(text: ChosenText, links: Record<string, string>): string | undefined {
  try {
    return renderChosen(text, links);
  } catch (error) {
    if (error instanceof LedgerbellError) return undefined;
    throw error;
  }
}

/** @throws LedgerbellError `campaign-unknown` */
export async function requireCampaign(
  { vault: { database } }: Pick<House, 'vault'>,
  trx: Knex,
  { entity, name }: { entity: string; name: string },
): Promise<StoredCampaign> {
  const stored = await findCampaign(database, trx, Buffer.from(campaignKey(entity, name)));
  if (stored === undefined) throw new LedgerbellError('campaign-unknown', `There is no campaign "${name}"`);
  return stored;
}
