/** What ingestion needs of the house, and what it reports. */
import type { House } from '../house.js';

export type IngestHouse = Pick<House, 'vault' | 'settings' | 'ruleSet' | 'now'>;

export interface CommitSummary {
  events: number;
  duplicates: number;
  /** Why each of them was rejected. */
  rejected: readonly string[];
  /** Decisions by rule and outcome (`alert`, or the reason). */
  decisions: { rule: string; outcome: string }[];
}
