/** Every migration, in the order they run. Adding one: a new file and one line here. */
import { firstTables } from './0001-tables.js';
import { delivery } from './0002-delivery.js';
import { replyTables } from './0003-replies.js';
import { challengeTables } from './0004-challenges.js';
import { scheduleTables } from './0005-schedules.js';
import { customerPages } from './0006-customer-pages.js';
import { openQuarantine } from './0007-open-quarantine.js';
import type { Migration } from './migration.js';

export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  delivery,
  replyTables,
  challengeTables,
  scheduleTables,
  customerPages,
  openQuarantine,
];
