/** One account or customer may have other ids at other systems: events are folded under the one that was registered. */
import type { Knex } from 'knex';
import type { LedgerEvent } from '../../contracts/event.js';
import { type AliasKind, aliasKey, hasAliases, resolveAliases } from '../../store/aliases.js';
import type { Database } from '../../store/database.js';
import type { RegistryMemory } from '../../store/registry-memory.js';
import type { IncomingEvent } from './types.js';

export async function resolveIdentities<Item extends IncomingEvent>(
  database: Database,
  trx: Knex,
  memory: RegistryMemory,
  incoming: readonly Item[],
): Promise<readonly Item[]> {
  if (!(await hasAliases(database, trx, memory))) return incoming;
  const resolved: Item[] = [...incoming];
  for (const entity of new Set(incoming.map(({ event }) => event.entity))) {
    const own = incoming.filter(({ event }) => event.entity === entity).map(({ event }) => event);
    const accounts = await lookUp(database, trx, entity, 'account', own);
    const customers = await lookUp(database, trx, entity, 'customer', own);
    if (accounts.size === 0 && customers.size === 0) continue;
    for (const [index, item] of resolved.entries()) {
      if (item.event.entity === entity) resolved[index] = { ...item, event: renamed(item.event, accounts, customers) };
    }
  }
  return resolved;
}

function lookUp(
  database: Database,
  trx: Knex,
  entity: string,
  kind: AliasKind,
  events: readonly LedgerEvent[],
): Promise<Map<string, string>> {
  const ids = new Map<string, { source: string; id: string }>();
  for (const event of events) {
    const id = kind === 'account' ? event.accountId : event.customerId;
    if (id !== undefined) ids.set(aliasKey({ source: event.source, id }), { source: event.source, id });
  }
  return resolveAliases(database, trx, entity, kind, [...ids.values()]);
}

function renamed(
  event: LedgerEvent,
  accounts: ReadonlyMap<string, string>,
  customers: ReadonlyMap<string, string>,
): LedgerEvent {
  const nameOf = (id: string | undefined, names: ReadonlyMap<string, string>) =>
    id === undefined ? undefined : (names.get(aliasKey({ source: event.source, id })) ?? id);
  const accountId = nameOf(event.accountId, accounts);
  const customerId = nameOf(event.customerId, customers);
  const profile = event.profile.startsWith('account:') ? `account:${accountId}` : `customer:${customerId}`;
  return { ...event, accountId, customerId, profile };
}
