/** Which replica reads which partition of a stream. */
import { id, type Table, text, time } from '../ddl.js';
import type { Migration } from './migration.js';

const TABLES: Table[] = [
  { name: 'leases', columns: { name: id, owner: text(64), held_until: time }, primary: ['name'] },
];

export const leases: Migration = { name: '0011-leases', tables: TABLES };
