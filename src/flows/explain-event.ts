/** Why an event made, or did not make, an SMS: the profile is folded again up to it, and every rule that looked is traced. */

import type { DecisionCounts } from '../contracts/decision.js';
import { LedgerbellError } from '../contracts/errors.js';
import type { JsonObject } from '../contracts/json.js';
import { explain, type RuleTrace } from '../core/explain.js';
import { appendAudit } from '../store/audit.js';
import { eventKey, findEventHead, readEvent } from '../store/events.js';
import { subjectOf } from '../store/profiles.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { replayProfile } from './replay-profile.js';

export interface EventExplanation {
  event: { source: string; id: string; type: string; time: string; entity: string; data: JsonObject };
  receivedAt: string;
  decidedAt: string;
  ruleSet: string;
  /** As recorded when it was decided. */
  counts: DecisionCounts;
  /** Whether folding it again gave the same counts: false means that something was changed behind the service's back. */
  agrees: boolean;
  rules: RuleTrace[];
}

/**
 * @param name.actor who reads it, for the audit, since an event holds personal data
 * @throws LedgerbellError `event-unknown`, `erased`, `rule-set-unknown`
 */
export async function explainEvent(
  house: House,
  name: { entity: string; source: string; id: string; actor?: string },
): Promise<EventExplanation> {
  const { database, keys } = house.vault;
  return withTransaction(database, async (trx) => {
    const key = eventKey(name);
    const head = await findEventHead(database, trx, key);
    const subject = head === undefined ? undefined : await subjectOf(database, trx, head.profileHash);
    if (head === undefined || subject === undefined) throw unknownEvent();
    const subjectKey = (await keys.find(trx, [subject])).get(subject);
    if (subjectKey === undefined || subjectKey.destroyed) throw new LedgerbellError('erased', 'The data was erased');
    const stored = await readEvent(database, trx, key, subjectKey);
    if (stored === undefined) throw unknownEvent();
    const replay = await replayProfile(house, trx, subject, subjectKey, head.sequence);
    const ruleSet = await replay.ruleSetOf(stored);
    const context = await replay.contextOf(stored, ruleSet);
    const { result, rules } = explain(ruleSet, replay.profile, stored.event, context, stored.decidedAt);
    const { source, id, type, entity, data } = stored.event;
    if (name.actor !== undefined) {
      const subject = `event:${key.toString('hex')}`;
      await appendAudit(database, trx, { at: house.now(), actor: name.actor, action: 'event-explained', subject });
    }
    return {
      event: { source, id, type, time: new Date(stored.event.time).toISOString(), entity, data },
      receivedAt: new Date(stored.receivedAt).toISOString(),
      decidedAt: new Date(stored.decidedAt).toISOString(),
      ruleSet: stored.ruleSet,
      counts: stored.counts,
      agrees: JSON.stringify(result.counts) === JSON.stringify(stored.counts),
      rules,
    };
  });
}

function unknownEvent(): LedgerbellError {
  return new LedgerbellError('event-unknown', 'No event with this source and id is stored');
}
