/** The same customer's or account's ids at other systems. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../contracts/errors.js';
import type { Database } from './database.js';
import type { RegistryMemory } from './registry-memory.js';
import { selectIn } from './select-in.js';

export type AliasKind = 'account' | 'customer';
export interface Alias {
  source: string;
  id: string;
}

interface Row {
  entity: string;
  kind: AliasKind;
  source: string;
  alias: string;
  target_id: string;
}

/** How `resolveAliases` names an alias in its answer. */
export const aliasKey = (alias: Alias): string => `${alias.source}\u0000${alias.id}`;

/** Most installations have none, and then nothing has to be looked up. */
export async function hasAliases(database: Database, trx: Knex, memory: RegistryMemory): Promise<boolean> {
  memory.hasAliases ??= (await trx(database.table('aliases')).first('alias')) !== undefined;
  return memory.hasAliases;
}

/** The ids that aliases stand for, by `aliasKey`; unknown ones are left out. */
export async function resolveAliases(
  database: Database,
  trx: Knex,
  entity: string,
  kind: AliasKind,
  aliases: Alias[],
): Promise<Map<string, string>> {
  if (aliases.length === 0) return new Map();
  const table = database.table('aliases');
  const rows = await selectIn<Row>(
    database,
    trx,
    {
      sql: (list) =>
        `select source, alias, target_id from ${table} where entity = ? and kind = ? and (source, alias) in ${list}`,
      before: [entity, kind],
      width: 2,
    },
    aliases.map((alias) => [alias.source, alias.id]),
  );
  return new Map(rows.map((row) => [aliasKey({ source: row.source, id: row.alias }), row.target_id]));
}

/** The aliases of each of these ids, in a stable order. */
export async function aliasesOf(
  database: Database,
  trx: Knex,
  entity: string,
  kind: AliasKind,
  ids: string[],
): Promise<Map<string, Alias[]>> {
  const rows: Row[] = await trx<Row>(database.table('aliases'))
    .where({ entity, kind })
    .whereIn('target_id', ids)
    .orderBy(['source', 'alias']);
  const found = new Map<string, Alias[]>();
  for (const row of rows) {
    const list = found.get(row.target_id) ?? [];
    found.set(row.target_id, [...list, { source: row.source, id: row.alias }]);
  }
  return found;
}

/** Sorted and without repetition, as `aliasesOf` answers them; undefined where there are none. */
export function sortedAliases(aliases: Alias[] | undefined): Alias[] | undefined {
  const unique = new Map((aliases ?? []).map(({ source, id }) => [aliasKey({ source, id }), { source, id }]));
  if (unique.size === 0) return undefined;
  return [...unique].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([, alias]) => alias);
}

/** Replaces all aliases of one id. @throws LedgerbellError `alias-taken` where one belongs to another id */
export async function replaceAliases(
  database: Database,
  trx: Knex.Transaction,
  owner: { entity: string; kind: AliasKind; id: string },
  aliases: Alias[],
): Promise<void> {
  const { entity, kind, id } = owner;
  const table = database.table('aliases');
  await trx<Row>(table).where({ entity, kind, target_id: id }).delete();
  if (aliases.length === 0) return;
  const rows = aliases.map((alias) => ({ entity, kind, source: alias.source, alias: alias.id, target_id: id }));
  await trx<Row>(table).insert(rows).onConflict(['entity', 'kind', 'source', 'alias']).ignore();
  const resolved = await resolveAliases(database, trx, entity, kind, aliases);
  const taken = aliases.findIndex((alias) => resolved.get(aliasKey(alias)) !== id);
  if (taken === -1) return;
  throw new LedgerbellError('alias-taken', `An alias already belongs to another ${kind}`, {
    path: `/aliases/${taken}`,
  });
}
