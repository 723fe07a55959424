/** Folds events with `step`, each account with one holder, and keeps the profiles. */
import type { LedgerEvent } from '../../src/contracts/event.js';
import type { Context } from '../../src/core/context.js';
import { emptyProfile, type Profile } from '../../src/core/profile/profile.js';
import type { RuleSet } from '../../src/core/rules/rule-set.js';
import { type StepResult, step } from '../../src/core/step.js';

const SETTINGS = {
  locale: 'en',
  timeZone: 'Europe/Prague',
  rates: { base: 'EUR', CZK: '25', USD: '1.1' },
  holidays: [],
  contactChangeMs: 72 * 3_600_000,
};

export function contextOf({ accountId = '', amount }: LedgerEvent): Context {
  return {
    settings: SETTINGS,
    account: { id: accountId, currency: amount?.currency },
    recipients: [
      {
        customerId: `c${accountId}`,
        role: 'owner',
        status: 'active',
        discreet: false,
        phone: { version: 1 },
        preferences: {},
        consents: {},
      },
    ],
    versions: {},
  };
}

export function foldWith(
  ruleSet: RuleSet,
  profiles: Map<string, Profile>,
  event: LedgerEvent,
  context: Context,
): StepResult {
  const profile = profiles.get(event.profile) ?? emptyProfile(event.profile);
  const result = step(ruleSet, profile, event, context, event.time);
  // The store keeps transactions apart, so that a profile stays small.
  profiles.set(event.profile, { ...result.profile, transactions: {} });
  return result;
}
