/** Every migration, in the order they run. Adding one: a new file and one line here. */
import { firstTables } from './0001-tables.js';
import { delivery } from './0002-delivery.js';
import { replyTables } from './0003-replies.js';
import { challengeTables } from './0004-challenges.js';
import { scheduleTables } from './0005-schedules.js';
import { customerPages } from './0006-customer-pages.js';
import { openQuarantine } from './0007-open-quarantine.js';
import { campaignTables } from './0008-campaigns.js';
import { legalHolds } from './0009-legal-holds.js';
import { shortLinks } from './0009-short-links.js';
import { leases } from './0011-leases.js';
import { statementTables } from './0012-statements.js';
import { sourceTables } from './0013-sources.js';
import type { Migration } from './migration.js';

export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  delivery,
  replyTables,
  challengeTables,
  scheduleTables,
  customerPages,
  openQuarantine,
  campaignTables,
  shortLinks,
  legalHolds,
  leases,
  statementTables,
  sourceTables,
];
