/** Where a provider knows no reference of ours it may have found a neighbour's message: one that is known as another alert's is not this one. */
import type { Knex } from 'knex';
import type { LookupOutcome } from '../../contracts/adapter.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { lockByProviderId } from '../../store/outbox-changes.js';
import type { House } from '../house.js';

/** @param alerts locked, by id */
export async function withoutNeighbours(
  { vault: { database } }: House,
  trx: Knex.Transaction,
  alerts: ReadonlyMap<string, OutboxAlert>,
  answers: ReadonlyMap<string, LookupOutcome>,
): Promise<Map<string, LookupOutcome>> {
  const believed = new Map(answers);
  for (const { alertId, provider, providerId } of alerts.values()) {
    const answer = answers.get(alertId);
    if (provider === undefined || providerId !== undefined || answer?.status !== 'found') continue;
    if (answer.providerId === undefined) continue;
    const owners = await lockByProviderId(database, trx, provider, [answer.providerId]);
    if (owners.some((owner) => owner.alertId !== alertId))
      believed.set(alertId, { status: 'unclear', code: 'of-another-alert' });
  }
  return believed;
}
