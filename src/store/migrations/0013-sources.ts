/** What platforms sent and mappings ignored: counts by reason and day. */
import { id, sequence, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

export const sourceTables: Migration = {
  name: '0013-sources',
  tables: [
    {
      name: 'source_ignored',
      columns: { source: id, reason: text(64), day: text(10), seen: sequence, last_at: time },
      primary: ['source', 'reason', 'day'],
    },
  ],
};
