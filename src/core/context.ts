/**
 * What `step` is told besides the event and the profile: a versioned snapshot of who holds the account, what they
 * chose, and the settings of the house. Nothing here is folded from events (semantics: deciding, 1 and 2).
 */
import type { Place, PreferencesDocument } from '../contracts/customer.js';
import type { CustomerStatus, HolderRole } from '../contracts/rule.js';
import type { Rates } from './event/money.js';

export interface Settings {
  locale: string;
  timeZone: string;
  rates: Rates;
  /** Bank holidays, `YYYY-MM-DD`. */
  holidays: readonly string[];
  /** How long a replaced number is still told, milliseconds. */
  contactChangeMs: number;
  /** The word that stands for hostile text from outside, by locale. */
  neutralWords?: Record<string, string>;
}

/** A read-only summary of the customer's own profile, for events of their accounts. */
export interface CustomerSummary {
  passwordChangedAt?: number;
  contactChangedAt?: number;
  devices: readonly string[];
}

export interface Recipient {
  customerId: string;
  role: HolderRole;
  status: CustomerStatus;
  /** Absent: the configuration's. */
  locale?: string;
  timeZone?: string;
  home?: Place;
  /** When they were first registered here, epoch milliseconds. */
  registeredAt?: number;
  discreet: boolean;
  /** The usable phone's version, and when the one before it was replaced. */
  phone?: { version: number; replacedAt?: number };
  preferences: PreferencesDocument;
  /** Topic to the latest word in the consent ledger. */
  consents: Record<string, boolean>;
  /** What a STOP from their number ended: topics, and the two words that stand for many. */
  stops?: readonly string[];
  summary?: CustomerSummary;
}

export interface Context {
  settings: Settings;
  account?: { id: string; currency?: string; home?: Place };
  /** The account's holders; for an event without an account, the customer alone. Unregistered ones are left out. */
  recipients: readonly Recipient[];
  /** Values for the texts of this one event, such as a one-time code: never stored, never in a profile. */
  secrets?: Readonly<Record<string, string>>;
  /** `account:704` to its version, and so on: stored with each decision. */
  versions: Record<string, number>;
}
