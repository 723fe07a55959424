/** What the configuration may say to a mapping: defaults filled in, and what is wrong with it. */

import countries from 'i18n-iso-countries';
import type { MappingDocument, ParameterDeclaration } from '../../contracts/source.js';
import { currencyExponent } from '../event/money.js';
import { isZone } from './functions/zone.js';

type Declared = MappingDocument['parameters'];

export function withDefaults(declared: Declared, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const defaults = Object.entries(declared ?? {}).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

export interface ParameterMistake {
  name: string;
  message: string;
}

/** @param given before the defaults */
export function parameterMistakes(declared: Declared, given: Readonly<Record<string, unknown>>): ParameterMistake[] {
  const known = declared ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  const names = Object.keys(known);
  return [
    ...unknown.map((name) => ({
      name,
      message:
        names.length === 0
          ? 'is not known: the mapping has no parameters'
          : `is not known: the mapping has ${names.join(', ')}`,
    })),
    ...Object.entries(known).flatMap(([name, declaration]) => {
      const message = faultOf(declaration, given[name]);
      return message === undefined ? [] : [{ name, message }];
    }),
  ];
}

const EXPECTED: Readonly<Record<ParameterDeclaration['type'], string>> = {
  text: 'must be text',
  currency: 'must be a currency such as EUR',
  zone: 'must be an IANA zone such as Europe/Tallinn',
  country: 'must be a country such as EE',
  boolean: 'must be true or false',
  list: 'must be a list of texts',
};

const FITS: Readonly<Record<ParameterDeclaration['type'], (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && value !== '',
  currency: (value) => typeof value === 'string' && currencyExponent(value) !== undefined,
  zone: (value) => typeof value === 'string' && isZone(value),
  country: (value) => typeof value === 'string' && /^[A-Z]{2}$/.test(value) && countries.isValid(value),
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

function faultOf({ type, required, description }: ParameterDeclaration, value: unknown): string | undefined {
  if (value === undefined || value === null) return required === true ? `is required: ${description}` : undefined;
  return FITS[type](value) ? undefined : EXPECTED[type];
}
