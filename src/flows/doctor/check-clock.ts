/** Our clock agrees with the database's and with those of the providers: signatures, deadlines and leases rely on it. */
import { readDatabaseClock } from '../../store/inspect-database.js';
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

const MUCH_MS = 60_000;
/** The database's clock is told to a millisecond, a `Date` header to a second and after a journey. */
const LITTLE_MS = { database: 1_000, others: 5_000 };

export async function checkClock(around: Surroundings): Promise<Found[]> {
  const { database, offsets, now } = around;
  const found: Found[] = [];
  if (database !== undefined) {
    const before = now();
    const clock = await readDatabaseClock(database);
    if (clock !== undefined) found.push(judge('database', (before + now()) / 2 - clock, LITTLE_MS.database));
  }
  for (const { of, ms } of offsets) found.push(judge(of, ms, LITTLE_MS.others));
  return found.length > 0 ? found : [ok('clock', 'nobody was asked for the time')];
}

/** @param ms our clock minus the other one */
function judge(subject: string, ms: number, little: number): Found {
  const apart = Math.abs(ms);
  if (apart <= little) return ok(subject, 'its clock and ours agree');
  const message = `our clock is ${(apart / 1000).toFixed(1)} s ${ms > 0 ? 'ahead of' : 'behind'} its`;
  const mend = 'Have both machines follow the same time servers (chrony, systemd-timesyncd)';
  return apart > MUCH_MS ? fail(subject, message, mend) : warn(subject, message, mend);
}
