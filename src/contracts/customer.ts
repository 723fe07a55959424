import type { Json, JsonObject } from './json.js';
import type { CustomerStatus, HolderRole } from './rule.js';

export interface Place {
  latitude: number;
  longitude: number;
  country?: string;
}

/** `PUT /v1/customers/{id}` */
export interface CustomerDocument {
  phone?: string;
  name?: string;
  /** BCP 47. */
  locale?: string;
  /** IANA. */
  timeZone?: string;
  home?: Place;
  status?: CustomerStatus;
  /** Prefer texts without balance, payee or debt. */
  discreet?: boolean;
  /** The same customer's ids at other systems. */
  aliases?: { source: string; id: string }[];
}

/** `PUT /v1/accounts/{id}` */
export interface AccountDocument {
  holders: { customerId: string; role: HolderRole }[];
  currency?: string;
  home?: Place;
  aliases?: { source: string; id: string }[];
}

/** `PUT /v1/customers/{id}/preferences` */
export interface PreferencesDocument {
  topics?: Record<string, TopicPreference>;
  /** Local times, `HH:MM`; may pass midnight. */
  quietHours?: { from: string; to: string };
  /** Printed in every genuine SMS. */
  phrase?: PhrasePreference;
}
/** A phrase of the customer's own, which an imitator does not know. */
export interface PhrasePreference {
  text: string;
  /** Also first in the message and in discreet texts, where a locked phone shows it. Default false. */
  lockScreen?: boolean;
  /** Also in one-time codes. Default false. */
  codes?: boolean;
}
export interface TopicPreference {
  wanted?: boolean;
  /** The customer's own values, within the rule's bounds. */
  parameters?: Record<string, Json>;
}

/** `POST /v1/customers/{id}/consents`: one row of the append-only ledger. */
export interface ConsentDocument {
  topic: string;
  granted: boolean;
  /** Who recorded it: the customer, or an employee's id. */
  by: string;
  /** RFC 3339; when it was given. */
  at: string;
  /** How: `web`, `branch`, `phone`, `sms`, ... */
  how: string;
  /** What the customer was told, word for word. */
  wording: string;
}

export type { JsonObject };
