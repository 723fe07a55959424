/** `account`: the account as it stood before this event, and the balance as this event leaves it. */
import type { FactDefinition, Frame } from '../rules/frame.js';
import { money, plain } from './data.js';

const DAY = 86_400_000;

export const account: FactDefinition = {
  name: 'account',
  description: 'The account as it stood before this event; `balanceAfter` as this event leaves it',
  paths: {
    id: 'text',
    currency: 'text',
    balance: 'money',
    balanceAfter: 'money',
    percentTaken: 'number',
    events: 'number',
    daysSinceActivity: 'number',
  },
  accessor: ({ path }) => {
    switch (path[0]) {
      case 'balance':
        return money((frame) => frame.profile.balance);
      case 'balanceAfter':
        return money((frame) => frame.event.balanceAfter);
      case 'percentTaken':
        return plain(percentTaken);
      case 'events':
        return plain((frame) => frame.profile.sequence);
      case 'currency':
        return plain((frame) => frame.context.account?.currency ?? frame.profile.balance?.currency);
      case 'daysSinceActivity':
        return plain(({ profile, event }) =>
          profile.activeAt === undefined ? undefined : Math.max(0, Math.floor((event.time - profile.activeAt) / DAY)),
        );
      default:
        return plain((frame) => frame.event.accountId);
    }
  },
};

/** Whole percents, rounded down; more than a hundred where the account is overdrawn after it. */
function percentTaken({ profile: { balance }, event: { balanceAfter } }: Frame): number | undefined {
  if (balance === undefined || balanceAfter === undefined || balance.currency !== balanceAfter.currency)
    return undefined;
  if (balance.minor <= 0 || balanceAfter.minor >= balance.minor) return undefined;
  return Number(((BigInt(balance.minor) - BigInt(balanceAfter.minor)) * 100n) / BigInt(balance.minor));
}
