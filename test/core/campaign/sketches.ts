/** A campaign that is right, and what lies around it. */
import type { CampaignDocument, CampaignSource } from '../../../src/contracts/campaign.js';
import type { CampaignSurroundings } from '../../../src/core/campaign/lint-campaign.js';
import { withOverrides } from '../../../src/core/replies/policy.js';

export function campaignSource(
  overrides: Partial<CampaignDocument> = {},
  messages: CampaignSource['messages'] = { en: { offer: { text: 'BANK: save with us. STOP ends these.' } } },
): CampaignSource {
  return {
    campaign: {
      name: 'savings',
      description: 'A better rate for savings',
      topic: 'offers',
      segment: { all: [{ fact: 'customer', path: '$.status', operator: 'equal', value: 'active' }] },
      variants: [{ name: 'a', message: 'offer' }],
      ...overrides,
    },
    messages,
  };
}

export function surroundings(overrides: Partial<CampaignSurroundings> = {}): CampaignSurroundings {
  return {
    topics: { offers: { consent: 'opt-in' }, codes: { consent: 'mandatory' } },
    replies: withOverrides(),
    senders: { senders: { default: '+12015550199' } },
    linkFault: () => undefined,
    ...overrides,
  };
}
