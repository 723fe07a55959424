/** This machine knows the zones and languages that are configured, by data that is not out of date. */
import { type Found, fail, ok, type Surroundings, warn } from './finding.js';

const YEARS = 2;

export async function checkTimeZones({ timeZone, locale, now }: Surroundings): Promise<Found[]> {
  return [data(now()), zone(timeZone), language(locale)];
}

function data(now: number): Found {
  const said = process.versions.tz ?? '';
  const year = Number.parseInt(said, 10);
  const age = new Date(now).getUTCFullYear() - year;
  if (Number.isFinite(age) && age < YEARS) return ok('time zone data', said);
  return warn(
    'time zone data',
    `${said || 'of unknown age'}: rules of summer time may have changed since`,
    'Update Node, or set NODE_ICU_DATA to newer data',
  );
}

function zone(timeZone: string): Found {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return ok('time zone', timeZone);
  } catch {
    return fail('time zone', `${timeZone} is not known here`, 'Use a Node with full ICU data');
  }
}

function language(locale: string): Found {
  const isKnown = Intl.DateTimeFormat.supportedLocalesOf([locale]).length > 0;
  if (isKnown) return ok('locale', locale);
  return fail(
    'locale',
    `${locale} is not known here: amounts and dates would be written in English`,
    'Use a Node with full ICU data',
  );
}
