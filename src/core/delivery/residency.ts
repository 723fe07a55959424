/** Where an entity's messages may be processed (`sms.residency`): ISO 3166 codes and `EU`, which stands for its member states. */

/** Members of the European Union: https://european-union.europa.eu/principles-countries-history/eu-countries_en */
const EU_MEMBERS: readonly string[] =
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' ');

/** An entity's name to the places it allows; an entity without an entry allows all. */
export type Residency = Readonly<Record<string, readonly string[]>>;

/** The places of `processesIn` that this entity does not allow. None where nothing leaves this machine. */
export function placesRefused(residency: Residency, entity: string, processesIn: readonly string[]): string[] {
  const allowed = Object.hasOwn(residency, entity) ? residency[entity] : undefined;
  if (allowed === undefined) return [];
  return processesIn.filter(
    (place) => !allowed.includes(place) && !(allowed.includes('EU') && EU_MEMBERS.includes(place)),
  );
}
