/** What waits in quarantine is counted by an index, not by reading the sealed bodies. */
import type { DdlTarget } from '../ddl.js';
import { addIndex } from './alter-table.js';
import type { Migration } from './migration.js';

export const openQuarantine: Migration = {
  name: '0007-open-quarantine',
  statements: (target: DdlTarget) => addIndex('quarantine', 'quarantine_open', ['replayed_at'], target),
};
