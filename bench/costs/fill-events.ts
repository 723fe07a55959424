/** Makes a long past by copying stored events under other keys and profiles, within the database. */
import type { Database } from '../../src/store/database.js';

const ROWS_A_STATEMENT = 50_000;

export async function fillEvents({ knex, dialect, table }: Database, count: number): Promise<void> {
  const events = table('events');
  const columns = Object.keys((await knex(events).first()) ?? {}).filter((column) => column !== 'row_id');
  const random =
    dialect === 'sqlite' ? (bytes: number) => `randomblob(${bytes})` : (bytes: number) => `random_bytes(${bytes})`;
  const changed: Record<string, string> = {
    event_key: random(32),
    event_id: `lower(hex(${random(16)}))`,
    profile_hash: random(16),
    body_mac: random(32),
  };
  const names = columns.map((column) => `\`${column}\``).join(',');
  const values = columns.map((column) => changed[column] ?? `\`${column}\``).join(',');
  // Counted once: on MariaDB that reads an index from end to end.
  const [before] = (await knex(events).count({ rows: '*' })) as [{ rows: number }];
  for (let stored = Number(before.rows), left = count; left > 0; ) {
    const some = Math.min(left, stored, ROWS_A_STATEMENT);
    await knex.raw(`insert into ${events} (${names}) select ${values} from ${events} order by row_id limit ${some}`);
    stored += some;
    left -= some;
  }
}
