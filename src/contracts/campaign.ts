import type { Condition, MessagesDocument } from './rule.js';

/** `campaigns/<name>/campaign.json`: one text to many customers who agreed to get such texts. */
export interface CampaignDocument {
  $schema?: string;
  /** Names it for good: the same name is the same campaign, and tells nobody twice. */
  name: string;
  description: string;
  /** An opt-in topic: only who has a consent to it on record is told. */
  topic: string;
  /** There is no other for a campaign. */
  lane?: 'marketing';
  /** Whom it is for: json-rules-engine's conditions over the fact `customer`. */
  segment: Condition;
  schedule?: CampaignSchedule;
  /** At most this many messages leave in a second or a minute, over all replicas. */
  throttle?: { messages: number; per: 'second' | 'minute' };
  /** Reached, it pauses by itself. */
  budget?: CampaignBudget;
  /** Texts that are tried against each other; absent, the one message that is called as the campaign is. */
  variants?: CampaignVariant[];
  /** Whole addresses by name; a text shows `{{ links.offer }}`, a short link of the customer's own. */
  links?: Record<string, string>;
  /** Which of `links` leads to where a customer says no, where no text says STOP. */
  wayOut?: string;
}

export interface CampaignSchedule {
  /** RFC 3339 with an offset; absent, as soon as it is started. */
  startsAt?: string;
  /** What has not left by then is not sent. */
  endsAt?: string;
  /** By the customer's clock; 1 is Monday. */
  weekdays?: number[];
  /** By the customer's clock, `HH:MM`: from the first on, and not at or after the second. */
  hours?: { from: string; to: string };
}

export interface CampaignBudget {
  messages?: number;
  /** By the prices of texts.json. */
  money?: { amount: string; currency: string };
}

export interface CampaignVariant {
  name: string;
  /** In messages.json. */
  message: string;
  /** Its share of the customers, relative to the others'; 1 where absent. */
  weight?: number;
}

/** What `POST /v1/campaigns` takes, and a campaign's folder holds. */
export interface CampaignSource {
  campaign: CampaignDocument;
  messages: MessagesDocument;
}

/**
 * `draft`: written down. `proposed`: somebody asked to start it, and another person has to. `running`: also before its first
 * hour. `paused`: by a person or by its budget. `stopped`: for good. `finished`: everybody was told, or its end came.
 */
export const CAMPAIGN_STATES = ['draft', 'proposed', 'running', 'paused', 'stopped', 'finished'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** Why a customer who matches the segment is not told. Closed list, in the order that is asked. */
export const CAMPAIGN_SKIPS = [
  'role',
  'status',
  'opted-out',
  'no-consent',
  'stopped',
  'no-phone',
  'costly-number',
  'frequency-cap',
  'no-text',
] as const;
export type CampaignSkip = (typeof CAMPAIGN_SKIPS)[number];
