/**
 * Folds a profile again from its stored events, each under the rule set and the context it was decided with. The live
 * profile is the same fold, so both agree; the explanation of an old decision starts from here.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { Context, CustomerSummary } from '../core/context.js';
import { foldEvent } from '../core/profile/fold.js';
import { emptyProfile, type Profile } from '../core/profile/profile.js';
import { compileRuleSet, type RuleSet } from '../core/rules/rule-set.js';
import { step } from '../core/step.js';
import { latestCheckpoint } from '../store/checkpoints.js';
import { loadContexts } from '../store/contexts.js';
import { customerSubject } from '../store/crypto/subject-hash.js';
import type { SubjectKey } from '../store/crypto/subject-key.js';
import { readEventsOf, type StoredEvent } from '../store/events.js';
import { ruleSetSource } from '../store/rule-sets.js';
import type { House } from './house.js';
import { refoldSeries } from './ingest/fill-series.js';
import { contextOf, summaryOf } from './ingest/working-set.js';

const PAGE = 500;

export interface Replay {
  /** The profile before `before`, or after everything. */
  profile: Profile;
  /** The rule set of one stored event. */
  ruleSetOf(event: StoredEvent): Promise<RuleSet>;
  contextOf(event: StoredEvent, ruleSet: RuleSet): Promise<Context>;
}

/** `before`: the sequence to stop in front of; everything unless stated. */
export async function replayProfile(
  house: House,
  trx: Knex.Transaction,
  subject: string,
  key: SubjectKey,
  before?: number,
): Promise<Replay> {
  const { database } = house.vault;
  const ruleSets = new Map<string, RuleSet>();

  async function ruleSetOf({ ruleSet: id }: StoredEvent): Promise<RuleSet> {
    const known = ruleSets.get(id);
    if (known !== undefined) return known;
    const source = await ruleSetSource(database, trx, id);
    // Tests and hosts may run a set that was never stored: the running one, if it is the same.
    const running = house.ruleSet();
    if (source === undefined && running.id !== id) {
      throw new LedgerbellError('rule-set-unknown', `The rule set ${id} that decided this event is not stored`);
    }
    const compiled = source === undefined ? running : compileRuleSet(source);
    ruleSets.set(id, compiled);
    return compiled;
  }

  async function contextThen({ event, decidedAt }: StoredEvent, ruleSet: RuleSet): Promise<Context> {
    const contexts = await loadContexts(house.vault, trx, event.entity, {
      accountIds: event.accountId === undefined ? [] : [event.accountId],
      customerIds: event.accountId === undefined && event.customerId !== undefined ? [event.customerId] : [],
      at: decidedAt,
    });
    const summaries = new Map<string, CustomerSummary>();
    if (ruleSet.readsSummary && event.accountId !== undefined) {
      for (const id of contexts.customers.keys()) {
        const profile = await foldUntil(house, trx, customerSubject(event.entity, id), decidedAt);
        if (profile !== undefined) summaries.set(customerSubject(event.entity, id), summaryOf(profile));
      }
    }
    return contextOf(house, event, contexts, summaries);
  }

  const checkpoint = await latestCheckpoint(database, trx, subject, key, before);
  let profile = checkpoint ?? emptyProfile(subject.slice(subject.indexOf('/') + 1));
  for (;;) {
    const page = await readEventsOf(database, trx, subject, key, {
      afterSequence: profile.sequence,
      limit: PAGE,
      before,
    });
    for (const stored of page) {
      const ruleSet = await ruleSetOf(stored);
      profile = await refoldSeries({ vault: house.vault, trx, ruleSet, subject, key }, profile);
      const context = await contextThen(stored, ruleSet);
      profile = step(ruleSet, profile, stored.event, context, stored.decidedAt).profile;
    }
    if (page.length < PAGE) return { profile, ruleSetOf, contextOf: contextThen };
  }
}

/** What a customer's own profile knew at a time: devices and changes need no rules. */
async function foldUntil(
  house: House,
  trx: Knex.Transaction,
  subject: string,
  at: number,
): Promise<Profile | undefined> {
  const key = (await house.vault.keys.find(trx, [subject])).get(subject);
  if (key === undefined || key.destroyed) return undefined;
  const checkpoint = await latestCheckpoint(house.vault.database, trx, subject, key);
  let profile = checkpoint ?? emptyProfile(subject.slice(subject.indexOf('/') + 1));
  for (;;) {
    const page = await readEventsOf(house.vault.database, trx, subject, key, {
      afterSequence: profile.sequence,
      limit: PAGE,
    });
    for (const { event, decidedAt } of page) {
      if (decidedAt > at) return profile;
      profile = foldEvent(profile, event, []);
    }
    if (page.length < PAGE) return profile;
  }
}
