/** Campaigns in words and tables, for people. */
import { decimalOf } from '../../core/campaign/spending.js';
import type { Tallies } from '../../core/campaign/tallies.js';
import type { CampaignPreview } from '../../flows/campaigns/preview.js';
import type { CampaignStanding } from '../../flows/campaigns/read-campaign.js';
import { sheet, shownTime, table } from '../table.js';

export function standingWords({ campaign, run, spending, missing, clicks, currency }: CampaignStanding): string {
  const facts = {
    campaign: campaign.name,
    description: campaign.source.campaign.description,
    state: [campaign.state, campaign.reason].filter(Boolean).join(': '),
    missing: missing === 0 ? undefined : `${missing} to ask for a start`,
    written: `${shownTime(campaign.createdAt)} by ${campaign.createdBy}`,
    started: campaign.startedAt && `${shownTime(campaign.startedAt)} by ${campaign.approvedBy.join(', ')}`,
    ended: shownTime(campaign.endedAt),
    customers: `${run.tallies.seen} looked at${run.doneAt === undefined ? '' : ', all'}`,
    sent: `${spending.messages}${money(spending.cost, currency)}`,
  };
  const results = Object.entries(run.results.variants ?? {}).flatMap(([variant, own]) =>
    Object.entries(own).map(([status, count]) => [variant, status, count]),
  );
  return [
    sheet(facts),
    talliesTable(run.tallies),
    ...(results.length === 0 ? [] : [table(['variant', 'status', 'messages'], results, '')]),
    ...(clicks.length === 0
      ? []
      : [
          table(
            ['link', 'made', 'followed'],
            clicks.map(({ name, links, clicked }) => [name, links, clicked]),
            '',
          ),
        ]),
  ].join('\n');
}

export function previewWords({ tallies, samples, customers, currency }: CampaignPreview): string {
  const languages = Object.entries(tallies.locales).map(([locale, { messages, parts }]) => [locale, messages, parts]);
  const texts = samples.map(({ variant, locale, phone, parts, text }) => [variant, locale, phone, parts, text]);
  return [
    `${tallies.messages} of ${customers} customers would be told${money(tallies.cost, currency)}.`,
    talliesTable(tallies),
    table(['language', 'messages', 'parts'], languages, 'No messages.'),
    table(['variant', 'language', 'to', 'parts', 'text'], texts, 'No samples.'),
  ].join('\n');
}

function talliesTable({ seen, matched, messages, skipped, variants }: Tallies): string {
  const rows = [
    ['looked at', seen],
    ['in the segment', matched],
    ...Object.entries(skipped).map(([reason, count]) => [`  not told: ${reason}`, count]),
    ['told', messages],
    ...Object.entries(variants).map(([variant, count]) => [`  variant ${variant}`, count]),
  ];
  return table(['customers', ''], rows, '');
}

function money(millionths: number, currency: string | undefined): string {
  return currency === undefined ? '' : `, ${decimalOf(millionths)} ${currency}`;
}
