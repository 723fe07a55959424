/** Every state that accounts, customers and preferences ever had, sealed: what was known when an event was decided. */
import type { Knex } from 'knex';
import { openJson, sealJson } from './crypto/sealed-json.js';
import type { SubjectKey } from './crypto/subject-key.js';
import type { Database } from './database.js';

export type VersionKind = 'account' | 'customer' | 'preferences';

export interface VersionName {
  kind: VersionKind;
  entity: string;
  id: string;
  version: number;
}

export interface StateAt<T> {
  version: number;
  state: T;
}

interface Row extends VersionName {
  valid_from: number;
  body: Buffer;
}

const context = (name: VersionName): string => `version/${name.kind}/${name.entity}/${name.id}/${name.version}`;

export async function appendVersion(
  database: Database,
  trx: Knex.Transaction,
  key: SubjectKey,
  name: VersionName & { validFrom: number; state: unknown },
): Promise<void> {
  const { validFrom, state, ...rest } = name;
  await trx(database.table('versions')).insert({
    ...rest,
    valid_from: validFrom,
    body: sealJson(key, state, context(rest)),
  });
}

/** The last state of each id at or before `at` (epoch ms). Left out: what did not exist yet, and what was erased. */
export async function statesAt<T>(
  database: Database,
  trx: Knex,
  kind: VersionKind,
  entity: string,
  keys: Map<string, SubjectKey>,
  at: number,
): Promise<Map<string, StateAt<T>>> {
  const table = database.table('versions');
  const wanted = { kind, entity };
  const last = trx(table)
    .select('id')
    .max('version as version')
    .where(wanted)
    .whereIn('id', [...keys.keys()]);
  last.where('valid_from', '<=', at).groupBy('id').as('last');
  const rows: Row[] = await trx(`${table} as v`)
    .select('v.*')
    .join(last, (join) => join.on('v.id', 'last.id').andOn('v.version', 'last.version'))
    .where({ 'v.kind': kind, 'v.entity': entity });
  const states = new Map<string, StateAt<T>>();
  for (const row of rows) {
    const key = keys.get(row.id);
    if (key === undefined || key.destroyed) continue;
    states.set(row.id, { version: row.version, state: openJson<T>(key, row.body, context(row)) });
  }
  return states;
}
