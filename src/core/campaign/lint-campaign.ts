/** Everything that can be said of a campaign without running it: shape, segment, topic, times, budget, texts, and the way out. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import campaignSchema from '../../../schemas/campaign.schema.json' with { type: 'json' };
import type { CampaignDocument, CampaignSource } from '../../contracts/campaign.js';
import type { LeafCondition, TextPolicy, Topic } from '../../contracts/rule.js';
import { parseInstant } from '../event/instant.js';
import type { Senders } from '../replies/one-way.js';
import type { ReplyPolicies } from '../replies/policy.js';
import { lintComparison } from '../rules/lint-comparison.js';
import { lintConditions } from '../rules/lint-conditions.js';
import { type Report, tryReport } from '../rules/lint-report.js';
import { fitsSchema } from '../rules/lint-schema.js';
import { nearest, suggest } from '../rules/nearest.js';
import type { Place } from '../rules/rule-file.js';
import { plainPath } from '../rules/value-kinds.js';
import { type CampaignFinding, partReport } from './campaign-finding.js';
import { lintCampaignTexts } from './lint-campaign-texts.js';
import { SEGMENT_PATHS } from './segment.js';

/** What lies outside the campaign and still decides whether it is right. */
export interface CampaignSurroundings {
  topics: Readonly<Record<string, Topic>>;
  texts?: TextPolicy;
  replies: ReplyPolicies;
  senders: Senders;
  /** What stands before the token of a short link; absent where there are no links. */
  linkBase?: string;
  /** What keeps these links from being made, in words. */
  linkFault(links: Readonly<Record<string, string>>): { name?: string; code: string; message: string } | undefined;
}

const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(campaignSchema);

/** Nothing is thrown, whatever the source is. */
export function lintCampaign(source: unknown, around: CampaignSurroundings): CampaignFinding[] {
  const findings: CampaignFinding[] = [];
  const { campaign, messages } = (source ?? {}) as Partial<CampaignSource>;
  const report = partReport(findings, 'campaign');
  if (!validate(campaign)) for (const error of validate.errors ?? []) reportShape(error, report);
  if (!fitsSchema('messages', messages)) {
    const message = 'the texts are not what messages.json holds';
    partReport(findings, 'messages')([], { code: 'messages-malformed', message, fix: 'See docs/campaigns.md' });
  }
  if (findings.length > 0) return findings;
  const document = campaign as unknown as CampaignDocument;
  lintSegment(document, report);
  lintTopic(document, around, report);
  lintSchedule(document, report);
  lintBudget(document, around, report);
  lintVariants(document, report);
  lintLinks(document, around, report);
  lintCampaignTexts(document, messages, around, findings);
  return findings;
}

function reportShape({ instancePath, keyword, params, message, parentSchema }: ErrorObject, report: Report): void {
  const place = instancePath.split('/').slice(1);
  const key: unknown = params.missingProperty ?? params.additionalProperty;
  const at: Place = key === undefined ? place : [...place, String(key)];
  const name = at.length === 0 ? 'the campaign' : `"${at.join('.')}"`;
  const said = keyword === 'required' ? 'is missing' : keyword === 'additionalProperties' ? 'is not known' : message;
  const help = (parentSchema as { description?: string } | undefined)?.description;
  report(keyword === 'required' ? place : at, {
    code: 'campaign-malformed',
    message: `${name} ${said}`,
    fix: help ?? 'See docs/campaigns.md',
  });
}

function lintSegment({ segment }: CampaignDocument, report: Report): void {
  lintConditions(segment, ['segment'], {
    report,
    shared: [],
    leaf: (leaf, place) => {
      if (isOfCustomer(leaf, place, report)) lintComparison(leaf, place, { types: [], parameters: {} }, report);
    },
  });
}

function isOfCustomer(leaf: LeafCondition, place: Place, report: Report): boolean {
  if (leaf.fact !== 'customer') {
    const message = `a segment knows the fact "customer" and not "${String(leaf.fact)}"`;
    report([...place, 'fact'], { code: 'segment-fact', message, fix: 'Ask for what is known of a customer' });
    return false;
  }
  const path = plainPath(leaf.path);
  if (SEGMENT_PATHS.includes(path)) return true;
  const message = `a segment does not know "${leaf.path ?? '$'}" of a customer`;
  report([...place, 'path'], { code: 'segment-path', message, fix: suggest(path, SEGMENT_PATHS) });
  return false;
}

function lintTopic({ topic }: CampaignDocument, { topics }: CampaignSurroundings, report: Report): void {
  const found = Object.hasOwn(topics, topic) ? topics[topic] : undefined;
  if (found === undefined) {
    const close = nearest(topic, Object.keys(topics));
    const fix = close === undefined ? 'Add it to topics.json as opt-in' : `Did you mean "${close}"?`;
    report(['topic'], { code: 'topic-unlisted', message: `topics.json does not list "${topic}"`, fix });
  } else if (found.consent !== 'opt-in') {
    const message = `marketing needs a consent on record, and the topic "${topic}" is ${found.consent}`;
    report(['topic'], { code: 'marketing-needs-opt-in', message, fix: 'Choose an opt-in topic' });
  }
}

function lintSchedule({ schedule = {} }: CampaignDocument, report: Report): void {
  const fix = 'Write 2026-12-01T09:00:00+02:00';
  const [starts, ends] = (['startsAt', 'endsAt'] as const).map((key) =>
    schedule[key] === undefined
      ? undefined
      : tryReport(report, ['schedule', key], fix, () => parseInstant(schedule[key])),
  );
  if (starts !== undefined && ends !== undefined && ends <= starts) {
    const message = 'it ends before it starts';
    report(['schedule', 'endsAt'], { code: 'schedule-backwards', message, fix: 'Name a later moment' });
  }
  const { hours } = schedule;
  if (hours !== undefined && hours.to <= hours.from) {
    const message = '"to" is not later than "from" on the same day';
    report(['schedule', 'hours'], {
      code: 'hours-backwards',
      message,
      fix: 'Write { "from": "10:00", "to": "19:00" }',
    });
  }
}

function lintBudget({ budget }: CampaignDocument, { texts }: CampaignSurroundings, report: Report): void {
  if (budget?.money === undefined) return;
  const at = ['budget', 'money'];
  if (texts?.prices === undefined) {
    const message = 'a budget of money needs prices, and texts.json has none';
    report(at, { code: 'budget-without-prices', message, fix: 'Add "prices" to texts.json, or count messages' });
  } else if (texts.prices.currency !== budget.money.currency) {
    const message = `the budget is in ${budget.money.currency} and the prices are in ${texts.prices.currency}`;
    report([...at, 'currency'], { code: 'budget-currency', message, fix: `Write "${texts.prices.currency}"` });
  }
}

function lintVariants({ variants = [] }: CampaignDocument, report: Report): void {
  variants.forEach(({ name }, index) => {
    if (variants.findIndex((other) => other.name === name) === index) return;
    const message = `there are two variants "${name}"`;
    report(['variants', index, 'name'], { code: 'variant-duplicate', message, fix: 'Give each a name of its own' });
  });
}

function lintLinks(document: CampaignDocument, around: CampaignSurroundings, report: Report): void {
  const { links, wayOut } = document;
  if (wayOut !== undefined && !Object.hasOwn(links ?? {}, wayOut)) {
    const message = `"links" has no "${wayOut}"`;
    report(['wayOut'], { code: 'way-out-unknown', message, fix: suggest(wayOut, Object.keys(links ?? {})) });
  }
  if (links === undefined) return;
  if (around.linkBase === undefined) {
    const message = 'links need an address of ours that they can begin with';
    report(['links'], { code: 'short-links-off', message, fix: 'Configure shortLinks.address or http.publicUrl' });
  }
  const fault = around.linkFault(links);
  if (fault === undefined) return;
  const place = fault.name === undefined ? ['links'] : ['links', fault.name];
  report(place, { code: fault.code, message: fault.message, fix: 'See docs/campaigns.md' });
}
