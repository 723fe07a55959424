/** Phone numbers: checked, written as E.164, masked, and placed in the time zones they can be in. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { LedgerbellError } from '../contracts/errors.js';

/** No valid number is longer, however it is written; more is not worth a parser's time. */
const LONGEST_TEXT = 60;

/**
 * E.164 (`+12015550100`) of a number written in any usual way; `defaultRegion` (`EE`) reads those without `+`.
 * Throws `phone-invalid`, whose message never holds the number.
 */
export function parsePhone(text: unknown, defaultRegion?: string): string {
  const defaultCountry = defaultRegion !== undefined && isSupportedCountry(defaultRegion) ? defaultRegion : undefined;
  const phone =
    typeof text === 'string' && text.length <= LONGEST_TEXT
      ? parsePhoneNumberFromString(plain(text), { defaultCountry, extract: false })
      : undefined;
  if (!phone?.isValid() || phone.ext !== undefined) {
    throw new LedgerbellError(
      'phone-invalid',
      'This is not a valid phone number: write it as +, country code, number.',
    );
  }
  return phone.number;
}

/** Copied numbers come with direction marks and spaces around them, typed ones in full-width digits. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim();
}

/** `+1201***00`: enough to recognise one's own number, too little to call it. */
export function maskPhone(e164: string): string {
  return e164.length >= 8 ? `${e164.slice(0, 5)}***${e164.slice(-2)}` : '***';
}

/** ISO 3166 region of a number, or undefined for those of no country (+800, +883). */
export function phoneCountry(e164: string): string | undefined {
  return parsePhoneNumberFromString(e164)?.country;
}

/** Whether whoever owns the number earns by each message to it: a premium rate or shared cost. */
export function isCostly(e164: string): boolean {
  const type = parsePhoneNumberFromString(e164)?.getType();
  return type === 'PREMIUM_RATE' || type === 'SHARED_COST';
}

/**
 * Every IANA zone the number's owner can be in: all zones of its country (29 for the United States), or every offset
 * there is for a number of no country. Never empty.
 */
export function possibleTimeZones(e164: string): readonly string[] {
  const country = phoneCountry(e164);
  return (country !== undefined && zonesOf(country)) || EVERY_OFFSET;
}

/** Regions with phone numbers that the zone database files under another. */
const ZONES_BY_HAND: Record<string, string[]> = {
  AC: ['Atlantic/St_Helena'],
  TA: ['Atlantic/St_Helena'],
  XK: ['Europe/Belgrade'],
};

/** UTC-12 to UTC+14; the sign in these names is reversed. */
const EVERY_OFFSET: readonly string[] = Array.from({ length: 27 }, (_, index) => {
  const west = 12 - index;
  return west === 0 ? 'Etc/GMT' : `Etc/GMT${west > 0 ? '+' : ''}${west}`;
});

const knownZones = new Map<string, readonly string[] | undefined>();

function zonesOf(country: string): readonly string[] | undefined {
  if (!knownZones.has(country)) knownZones.set(country, ZONES_BY_HAND[country] ?? intlZonesOf(country));
  return knownZones.get(country);
}

/** Node 20 has a property where later versions have a method. */
function intlZonesOf(country: string): readonly string[] | undefined {
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    timeZones?: string[];
    getTimeZones?: () => string[] | undefined;
  };
  const zones = locale.getTimeZones?.() ?? locale.timeZones;
  return zones && zones.length > 0 ? zones : undefined;
}
