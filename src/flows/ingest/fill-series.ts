/**
 * A rule that brings a new measure needs what the account did before. Its stored events are folded into the new series
 * the first time the account is touched; a past too long for that leaves the series warming up, and the rule says so.
 */
import type { Knex } from 'knex';
import { foldEvent } from '../../core/profile/fold.js';
import { viewLifecycle } from '../../core/profile/lifecycle.js';
import { emptyProfile, type Profile } from '../../core/profile/profile.js';
import { emptySeries, type SeriesState } from '../../core/profile/series.js';
import type { RuleSet } from '../../core/rules/rule-set.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { Vault } from '../../store/crypto/vault.js';
import { readEventsOf } from '../../store/events.js';
import { loadTransactions, saveTransactions } from '../../store/profiles.js';

/** Events folded again within one commit; beyond it the commit would take too long. */
const MOST_EVENTS = 20_000;
const PAGE = 1000;

/** Whose past is folded, under which rules. */
export interface Past {
  vault: Vault;
  trx: Knex.Transaction;
  ruleSet: RuleSet;
  subject: string;
  key: SubjectKey;
}

/** Brings a loaded profile up to the series of the rule set; writes what each transaction added to the new ones. */
export async function fillSeries(past: Past, profile: Profile): Promise<Profile> {
  const folded = await foldAgain(past, profile);
  if (folded === undefined) return profile;
  await keepCounted(past, profile, folded);
  return filled(profile, folded, past.ruleSet);
}

/** The same for a replay, which has every transaction at hand and writes nothing. */
export async function refoldSeries(past: Past, profile: Profile): Promise<Profile> {
  const folded = await foldAgain(past, profile);
  return folded === undefined ? profile : filled(profile, folded, past.ruleSet);
}

/** Folded with another set of series than the rules have now. */
export function isBehind(profile: Profile, ruleSet: RuleSet): boolean {
  return profile.seriesKey !== ruleSet.seriesKey && profile.sequence > 0;
}

/** The stored past folded into the series of the rule set; undefined where nothing is missing, or it cannot be had whole. */
async function foldAgain({ vault, trx, ruleSet, subject, key }: Past, profile: Profile): Promise<Profile | undefined> {
  if (!isBehind(profile, ruleSet)) return undefined;
  let folded = emptyProfile(profile.name);
  if (ruleSet.series.every(({ id }) => profile.series[id] !== undefined)) return folded;
  if (profile.sequence > MOST_EVENTS) return undefined;
  const before = profile.sequence + 1;
  for (;;) {
    const page = await readEventsOf(vault.database, trx, subject, key, {
      afterSequence: folded.sequence,
      limit: PAGE,
      before,
    });
    for (const { event } of page) {
      const { kept, id, next } = viewLifecycle(folded, event, ruleSet.series);
      const transactions =
        id === undefined || next === undefined ? folded.transactions : { ...folded.transactions, [id]: next };
      folded = { ...foldEvent(folded, event, ruleSet.stages), series: kept, transactions };
    }
    if (page.length < PAGE) break;
  }
  // Retention may have purged the beginning: then what is stored is not the whole past.
  return folded.sequence === profile.sequence ? folded : undefined;
}

function filled(profile: Profile, folded: Profile, ruleSet: RuleSet): Profile {
  const series = chosen({ ...folded.series, ...profile.series }, ruleSet);
  return { ...profile, series, seriesKey: ruleSet.seriesKey, transactions: withCounted(profile, folded) };
}

function chosen(series: Readonly<Record<string, SeriesState>>, ruleSet: RuleSet): Record<string, SeriesState> {
  return Object.fromEntries(ruleSet.series.map(({ id }) => [id, series[id] ?? emptySeries()]));
}

/** What each transaction added to the new series has to be known when it is reversed. */
function withCounted(profile: Profile, folded: Profile): Profile['transactions'] {
  return Object.fromEntries(
    Object.entries(profile.transactions).map(([id, transaction]) => [
      id,
      { ...transaction, counted: { ...folded.transactions[id]?.counted, ...transaction.counted } },
    ]),
  );
}

async function keepCounted({ vault, trx, subject, key }: Past, profile: Profile, folded: Profile): Promise<void> {
  const ids = Object.keys(folded.transactions).filter((id) => profile.transactions[id] === undefined);
  const keys = new Map([[subject, key]]);
  for (let start = 0; start < ids.length; start += PAGE) {
    const some = ids.slice(start, start + PAGE);
    const stored =
      (
        await loadTransactions(
          vault.database,
          trx,
          some.map((id) => ({ subject, id })),
          keys,
        )
      ).get(subject) ?? {};
    const changed = some.flatMap((id) => {
      const known = stored[id];
      const counted = folded.transactions[id]?.counted;
      if (known === undefined || counted === undefined) return [];
      return [{ subject, id, transaction: { ...known, counted: { ...counted, ...known.counted } } }];
    });
    await saveTransactions(vault.database, trx, changed, keys);
  }
}
