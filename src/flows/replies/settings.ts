/** How replies are read and answered, from the configuration. */
import { type CountryPolicy, type ReplyPolicies, withOverrides } from '../../core/replies/policy.js';
import type { ReplyWording } from '../../core/replies/texts.js';

export interface ReplySettings extends ReplyWording {
  policies: ReplyPolicies;
  /** Adapters whose provider answers STOP, START and HELP by itself: nothing of ours is added. */
  answeredByProvider: readonly string[];
}

/** @param config `replies` of the configuration; its policies are laid over what is shipped */
export function toReplySettings({
  policies,
  ...wording
}: Omit<ReplySettings, 'policies'> & { policies: Record<string, CountryPolicy> }): ReplySettings {
  return { ...wording, policies: withOverrides(policies) };
}
