/**
 * The operator's brake (semantics: deciding, 10). A hold stops alerts from leaving, those in the outbox and those to come;
 * `resume` lets them go again where nothing else holds them.
 */
import { LedgerbellError } from '../contracts/errors.js';
import { LANES } from '../contracts/rule.js';
import { appendAudit } from '../store/audit.js';
import { holdQueued, releaseHeld } from '../store/held-alerts.js';
import { type Hold, type HoldScope, listHolds, placeHold, releaseHold } from '../store/holds.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { isTopic } from './preference-mistakes.js';

export type { Hold, HoldScope };

export interface HoldRequest {
  scope: HoldScope;
  /** The lane's, rule's, topic's or provider's name; absent for `all`. */
  value?: string;
  reason: string;
  actor: string;
}

export interface HoldAnswer {
  scope: HoldScope;
  value?: string;
  /** False where it was so already. */
  changed: boolean;
  /** How many alerts were moved. */
  alerts: number;
}

/** @throws LedgerbellError `hold-target-unknown`, `request-invalid` */
export async function holdAlerts(house: House, request: HoldRequest): Promise<HoldAnswer> {
  const { scope, reason, actor } = request;
  const value = namedValue(request);
  requireTarget(house, scope, value);
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const at = house.now();
    const changed = await placeHold(database, trx, { scope, value, since: at, placedBy: actor, reason });
    const alerts = await holdQueued(database, trx, { scope, value }, at);
    if (changed) {
      const subject = subjectOf(scope, value);
      await appendAudit(database, trx, { at, actor, action: 'hold', subject, detail: { reason, alerts } });
    }
    return { scope, ...(value === '' ? {} : { value }), changed, alerts };
  });
}

/** What another hold still holds stays held. @throws LedgerbellError `request-invalid` */
export async function resumeAlerts(house: House, request: HoldRequest): Promise<HoldAnswer> {
  const { scope, reason, actor } = request;
  const value = namedValue(request);
  const { database } = house.vault;
  return withTransaction(database, async (trx) => {
    const at = house.now();
    const changed = await releaseHold(database, trx, { scope, value });
    const alerts = changed ? await releaseHeld(database, trx, await listHolds(database, trx), at) : 0;
    if (changed) {
      const subject = subjectOf(scope, value);
      await appendAudit(database, trx, { at, actor, action: 'resume', subject, detail: { reason, alerts } });
    }
    return { scope, ...(value === '' ? {} : { value }), changed, alerts };
  });
}

/**
 * Queues alerts that are held although nothing holds them: a batch that read the holds just before a resume leaves some.
 * For a tick. Returns how many.
 */
export async function releaseForgotten(house: House): Promise<number> {
  const { database } = house.vault;
  return withTransaction(database, async (trx) =>
    releaseHeld(database, trx, await listHolds(database, trx), house.now()),
  );
}

export async function currentHolds(house: House): Promise<Hold[]> {
  return listHolds(house.vault.database, house.vault.database.knex);
}

function namedValue({ scope, value }: HoldRequest): string {
  if ((scope === 'all') === (value === undefined)) return value ?? '';
  const message = scope === 'all' ? '`value` has no meaning with the scope "all"' : `\`value\` names the ${scope}`;
  throw new LedgerbellError('request-invalid', message, { path: '/value' });
}

/** A brake on a misspelt name would look placed and stop nothing. */
function requireTarget(house: House, scope: HoldScope, value: string): void {
  if (scope === 'all' || targetExists(house, scope, value)) return;
  throw new LedgerbellError('hold-target-unknown', `There is no ${scope} of this name`, { path: '/value' });
}

function targetExists(house: House, scope: Exclude<HoldScope, 'all'>, value: string): boolean {
  switch (scope) {
    case 'lane':
      return LANES.some((lane) => lane === value);
    case 'rule':
      return house.ruleSet().rules.some(({ name }) => name === value);
    case 'topic':
      return isTopic(house.ruleSet(), value);
    case 'provider':
      return house.adapters.some(({ name }) => name === value);
  }
}

function subjectOf(scope: HoldScope, value: string): string {
  return scope === 'all' ? 'all' : `${scope}:${value}`;
}
