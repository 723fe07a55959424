/** What `cases.json` holds: examples that a rule must get right. The schema is schemas/cases.schema.json. */
import type { PreferencesDocument } from '../../contracts/customer.js';
import type { SuppressionReason } from '../../contracts/decision.js';
import type { JsonObject } from '../../contracts/json.js';
import type { CustomerStatus, HolderRole } from '../../contracts/rule.js';
import type { Settings } from '../context.js';
import { isObject } from './read-messages.js';

export interface CaseCustomer {
  id?: string;
  locale?: string;
  timeZone?: string;
  home?: { latitude: number; longitude: number; country?: string };
  status?: CustomerStatus;
  role?: HolderRole;
  discreet?: boolean;
  phone?: boolean;
  preferences?: PreferencesDocument;
  consents?: Record<string, boolean>;
}

/** A CloudEvent cut short. */
export interface CaseEvent {
  type: string;
  time: string;
  id?: string;
  source?: string;
  learn?: boolean;
  data?: JsonObject;
}

export interface CaseExpectation {
  sms?: string | Record<string, string>;
  reason?: SuppressionReason | Record<string, SuppressionReason>;
  silent?: true;
  bank?: true;
}

export interface RuleCase {
  name: string;
  customer?: CaseCustomer;
  holders?: CaseCustomer[];
  preferences?: PreferencesDocument;
  consents?: Record<string, boolean>;
  account?: { id?: string; currency?: string; home?: CaseCustomer['home'] };
  settings?: Partial<Pick<Settings, 'locale' | 'timeZone' | 'rates' | 'holidays'>>;
  with?: string[];
  given?: CaseEvent[];
  when: CaseEvent;
  now?: string;
  then: CaseExpectation;
}

export interface CaseResult {
  rule: string;
  case: string;
  passed: boolean;
  /** In words, one line for each recipient. */
  expected: string;
  got: string;
}

/** The cases of a `cases.json` that passed its schema. */
export function casesOf(document: unknown): RuleCase[] {
  return isObject(document) && Array.isArray(document.cases) ? (document.cases as RuleCase[]) : [];
}
