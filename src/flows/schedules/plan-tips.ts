/**
 * Plans security tips for whoever is registered: everybody when tips are switched on, and once a day those who came since. How
 * far it came is noted with each page, so that a start that was killed goes on where it was, and two replicas do no harm.
 */
import type { Knex } from 'knex';
import { localDay } from '../../core/schedule/local-time.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { listRegistered, type Registered } from '../../store/customers.js';
import type { Database } from '../../store/database.js';
import { planSchedules } from '../../store/schedules.js';
import { getSetting, putSetting } from '../../store/settings.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { policyOf } from './policy-of.js';

const PAGE = 500;
const NAME = 'security-tips';

/** What is noted; nothing while there are no tips. */
interface Progress {
  /** The local day of the bank that is dealt with. */
  day?: string;
  /** Only those registered at or after it, epoch milliseconds. */
  since?: number;
  /** When this round began: the next one's `since`. */
  began?: number;
  /** The last one of the page before; absent where the round is over. */
  after?: Pick<Registered, 'entity' | 'customerId'>;
}

export async function planTips(house: House): Promise<void> {
  const { database } = house.vault;
  const isOff = policyOf(house).securityTips.everyMonths === 0;
  for (let more = true; more; )
    more = await withTransaction(database, (trx) => (isOff ? switchOff(database, trx) : planPage(house, trx)));
}

/** Switched on again, everybody is planned for again. */
async function switchOff(database: Database, trx: Knex.Transaction): Promise<false> {
  const { day } = await progressOf(database, trx);
  if (day !== undefined) await note(database, trx, {});
  return false;
}

/** Returns whether there is more. */
async function planPage({ vault, now, settings }: House, trx: Knex.Transaction): Promise<boolean> {
  const { database } = vault;
  const at = now();
  const today = localDay(at, settings.timeZone);
  const known = await progressOf(database, trx);
  if (known.day === today && known.after === undefined) return false;
  const round = known.after === undefined ? { day: today, since: known.began ?? 0, began: at } : known;
  const page = await listRegistered(database, trx, { since: round.since ?? 0, after: known.after, limit: PAGE });
  const planned = page.map(({ entity, customerId }) => ({
    kind: 'tip' as const,
    subject: customerSubject(entity, customerId),
    name: [],
    dueAt: at,
  }));
  await planSchedules(database, trx, planned);
  const last = page.length < PAGE ? undefined : page.at(-1);
  const { day, since, began } = round;
  await note(database, trx, { day, since, began, ...(last === undefined ? {} : { after: last }) });
  return last !== undefined;
}

async function progressOf(database: Database, trx: Knex): Promise<Progress> {
  const noted = await getSetting(database, trx, NAME);
  return noted === undefined ? {} : (JSON.parse(noted.toString()) as Progress);
}

function note(database: Database, trx: Knex, progress: Progress): Promise<void> {
  return putSetting(database, trx, NAME, Buffer.from(JSON.stringify(progress)));
}
