/** What customers' pages say of the bank, and how long a link to one works. */

export interface PageSettings {
  /** How the bank calls itself. */
  name: string;
  /** How long a link works, where whoever makes it does not say. */
  linkMs: number;
}

export const DEFAULT_PAGE_SETTINGS: PageSettings = { name: 'Your bank', linkMs: 24 * 3_600_000 };

/** Bounds of what may be asked for. */
export const SHORTEST_LINK_MS = 5 * 60_000;
export const LONGEST_LINK_MS = 30 * 86_400_000;
