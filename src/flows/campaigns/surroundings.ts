/** What a campaign is held to in this house. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { CampaignSurroundings } from '../../core/campaign/lint-campaign.js';
import { shortLinkFault } from '../../core/message/short-link.js';
import type { House } from '../house.js';
import { DEFAULT_REPLIES } from '../replies/send-answer.js';
import { shortLinkBase } from '../short-links/make-short-links.js';

type Around = Pick<House, 'ruleSet' | 'replies' | 'delivery' | 'shortLinks' | 'publicUrl'>;

export function surroundingsOf(house: Around): CampaignSurroundings {
  const { source } = house.ruleSet();
  const linkBase = baseOf(house);
  return {
    topics: source.topics,
    replies: (house.replies ?? DEFAULT_REPLIES).policies,
    senders: house.delivery,
    linkFault: (links) => shortLinkFault('marketing', links, house.shortLinks?.hosts ?? []),
    ...(source.texts === undefined ? {} : { texts: source.texts }),
    ...(linkBase === undefined ? {} : { linkBase }),
  };
}

/** Undefined where no link can be made. */
function baseOf(house: Around): string | undefined {
  try {
    return shortLinkBase(house);
  } catch (error) {
    if (error instanceof LedgerbellError) return undefined;
    throw error;
  }
}
