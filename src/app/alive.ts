/** A database that comes back from a backup is told by a file beside it, in which the time is noted while it lives. */
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { guardRestore, noteAlive } from '../flows/guard-restore.js';
import type { House } from '../flows/house.js';

const NOTED_EVERY = 60_000;

/** Holds everything where the database is a restored one, and returns what stops noting the time. */
export async function keepAliveNoted(house: House, { dataFolder, database }: Config): Promise<() => void> {
  const { log, now, vault } = house;
  const file = join(dataFolder, `${database.tablePrefix}alive`);
  if (await guardRestore(vault.database, file, now())) {
    log.warn({ hold: 'all' }, 'the database was restored from a backup: everything is held until `ledgerbell resume`');
  }
  const noted = setInterval(() => {
    noteAlive(vault.database, file, now()).catch((error: unknown) =>
      log.warn({ error: (error as Error)?.name }, 'the time the database was last alive could not be noted'),
    );
  }, NOTED_EVERY);
  return () => clearInterval(noted);
}
