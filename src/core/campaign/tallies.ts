/** What came of the customers that were looked at: added up page by page, for a preview and for a run alike. */
import { CAMPAIGN_SKIPS, type CampaignSkip } from '../../contracts/campaign.js';

export interface Tallies {
  /** Customers looked at. */
  seen: number;
  /** Of these, in the segment. */
  matched: number;
  /** Of these, told. */
  messages: number;
  parts: number;
  /** Millionths of the prices' currency; of those whose price is known. */
  cost: number;
  skipped: Partial<Record<CampaignSkip, number>>;
  /** Messages and their parts, by the locale of the text and by variant. */
  locales: Record<string, { messages: number; parts: number }>;
  variants: Record<string, number>;
}

export function noTallies(): Tallies {
  return { seen: 0, matched: 0, messages: 0, parts: 0, cost: 0, skipped: {}, locales: {}, variants: {} };
}

export function countSkipped(tallies: Tallies, reason: CampaignSkip): void {
  tallies.matched += 1;
  tallies.skipped[reason] = (tallies.skipped[reason] ?? 0) + 1;
}

export function countMessage(
  tallies: Tallies,
  message: { locale: string; variant: string; parts: number; cost?: number },
): void {
  const { locale, variant, parts, cost = 0 } = message;
  tallies.matched += 1;
  tallies.messages += 1;
  tallies.parts += parts;
  tallies.cost += cost;
  const own = tallies.locales[locale] ?? { messages: 0, parts: 0 };
  tallies.locales[locale] = { messages: own.messages + 1, parts: own.parts + parts };
  tallies.variants[variant] = (tallies.variants[variant] ?? 0) + 1;
}

export function addTallies(a: Tallies, b: Tallies): Tallies {
  const skipped: Tallies['skipped'] = {};
  for (const reason of CAMPAIGN_SKIPS) {
    const sum = (a.skipped[reason] ?? 0) + (b.skipped[reason] ?? 0);
    if (sum > 0) skipped[reason] = sum;
  }
  const locales: Tallies['locales'] = { ...a.locales };
  for (const [locale, { messages, parts }] of Object.entries(b.locales)) {
    const own = locales[locale] ?? { messages: 0, parts: 0 };
    locales[locale] = { messages: own.messages + messages, parts: own.parts + parts };
  }
  const variants = { ...a.variants };
  for (const [name, count] of Object.entries(b.variants)) variants[name] = (variants[name] ?? 0) + count;
  return {
    seen: a.seen + b.seen,
    matched: a.matched + b.matched,
    messages: a.messages + b.messages,
    parts: a.parts + b.parts,
    cost: a.cost + b.cost,
    skipped,
    locales,
    variants,
  };
}
