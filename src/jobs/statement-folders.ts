/** Looks into the folders that files of entries come in, every few seconds. */
import type { House } from '../flows/house.js';
import { openFolder, type StatementFolder } from '../flows/statements/folder.js';
import { takeStatement } from '../flows/statements/take-statement.js';
import { createDoze } from './doze.js';

const LOOK_EVERY_MS = 5_000;

export interface StatementFolders {
  /** Begins no more, and waits for the file under way to come to its next step. */
  stop(): Promise<void>;
}

export function watchFolders(house: House, everyMs = LOOK_EVERY_MS): StatementFolders {
  const stopped = new AbortController();
  const folders = foldersOf(house, stopped.signal);
  let stopping = false;
  const doze = createDoze();

  async function run(folder: StatementFolder): Promise<void> {
    await folder.look().catch((error: Error) => {
      house.log.error({ error: error.name }, 'a folder of files cannot be read; the next look tries again');
    });
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      for (const folder of folders) if (!stopping) await run(folder);
      if (!stopping) await doze.sleep(everyMs);
    }
  }

  const looking = folders.length === 0 ? Promise.resolve() : loop();
  return {
    async stop() {
      stopping = true;
      stopped.abort();
      doze.ring();
      await looking;
    },
  };
}

/** One for each source that has one. */
function foldersOf(house: House, signal: AbortSignal): StatementFolder[] {
  return [...(house.sources?.values() ?? [])].flatMap((source) => {
    const { files } = source;
    if (files?.folder === undefined) return [];
    const { folder, reader } = files;
    return [
      openFolder({ folder, log: house.log, take: (file) => takeStatement(house, { source, reader, file, signal }) }),
    ];
  });
}
