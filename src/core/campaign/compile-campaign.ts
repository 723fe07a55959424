/** A campaign, compiled once: its segment, its texts by variant and language, and what the gates ask of a rule. */
import type { CampaignDocument, CampaignSource } from '../../contracts/campaign.js';
import type { RuleDocument, Topic } from '../../contracts/rule.js';
import type { Rate } from '../delivery/token-bucket.js';
import { parseInstant } from '../event/instant.js';
import { type CompiledText, compileText } from '../message/render.js';
import { readMessages } from '../rules/read-messages.js';
import type { CompiledRule } from '../rules/rule-set.js';
import { campaignRule, campaignVersion } from './campaign-ids.js';
import { paceOf } from './pace.js';
import { compileSegment, type Segment } from './segment.js';

export interface CampaignText {
  text: CompiledText;
  discreet?: CompiledText;
}

export interface CompiledVariant {
  name: string;
  weight: number;
  texts: ReadonlyMap<string, CampaignText>;
}

/** What the gates of deciding and of sending look at. */
export type CampaignGate = Pick<CompiledRule, 'topic' | 'lane' | 'document'>;

export interface CompiledCampaign {
  entity: string;
  name: string;
  /** Hash of all that it says. */
  version: string;
  document: CampaignDocument;
  segment: Segment;
  variants: readonly CompiledVariant[];
  pace?: Rate;
  /** Epoch milliseconds. */
  startsAt?: number;
  endsAt?: number;
}

/** @throws LedgerbellError for what `lintCampaign` would have said */
export function compileCampaign(entity: string, source: CampaignSource): CompiledCampaign {
  const { campaign } = source;
  const pace = paceOf(campaign.throttle);
  const { startsAt, endsAt } = campaign.schedule ?? {};
  return {
    entity,
    name: campaign.name,
    version: campaignVersion(source),
    document: campaign,
    segment: compileSegment(campaign.segment, campaign.topic),
    variants: variantsOf(campaign).map(({ name, message, weight = 1 }) => ({
      name,
      weight,
      texts: compileTexts(source, message),
    })),
    ...(pace === undefined ? {} : { pace }),
    ...(startsAt === undefined ? {} : { startsAt: parseInstant(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: parseInstant(endsAt) }),
  };
}

export function variantsOf({ variants, name }: CampaignDocument): NonNullable<CampaignDocument['variants']> {
  return variants ?? [{ name: 'only', message: name }];
}

function compileTexts({ campaign, messages }: CampaignSource, message: string): Map<string, CampaignText> {
  const texts = new Map<string, CampaignText>();
  for (const [locale, byName] of Object.entries(readMessages(messages, campaign.name))) {
    const found = byName[message];
    if (found === undefined) continue;
    const discreet = found.discreet === undefined ? {} : { discreet: compileText(found.discreet) };
    texts.set(locale, { text: compileText(found.text), ...discreet });
  }
  return texts;
}

/** @param topics of the rule set that runs; a campaign's topic asks for a consent even where they no longer list it */
export function gateOf({ document }: CompiledCampaign, topics: Readonly<Record<string, Topic>>): CampaignGate {
  const listed = Object.hasOwn(topics, document.topic) ? topics[document.topic] : undefined;
  return {
    topic: listed ?? { consent: 'opt-in' },
    lane: 'marketing',
    document: standIn(document),
  };
}

function standIn({ name, description, topic, segment }: CampaignDocument): RuleDocument {
  return {
    name: campaignRule(name),
    description,
    on: [],
    topic,
    lane: 'marketing',
    conditions: segment,
    fires: 'each',
    event: { type: 'sms', params: { message: name } },
  };
}
