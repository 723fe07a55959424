/** What holds for every campaign, as the bank set it. */
export interface MarketingSettings {
  /** Different people who have to ask for a start. */
  approvals: number;
  /** At most `messages` in the marketing lane to one customer within any `days`; absent, no more than the campaigns themselves say. */
  frequencyCap?: { messages: number; days: number };
  /** No campaign reaches anybody in these hours of their clock, whatever else they chose; local times, may pass midnight. */
  quietHours?: { from: string; to: string };
}

export const DEFAULT_MARKETING: MarketingSettings = {
  approvals: 1,
  frequencyCap: { messages: 4, days: 7 },
  quietHours: { from: '21:00', to: '09:00' },
};
