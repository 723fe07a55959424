/** Codes: the mapping's own tables, ISO 4217, ISO 3166. */
import currencyCodes from 'currency-codes';
import countries from 'i18n-iso-countries';
import { currencyExponent } from '../../event/money.js';
import { ValueRefused } from '../mapping-refused.js';
import { isAbsent, type MappingFunction, textOf, written } from './mapping-function.js';

const code: MappingFunction = {
  name: 'code',
  takes: [2, 3],
  gives:
    'code(table, value[, otherwise]): what the table of the mapping has for it; without `otherwise` an unknown one is refused',
  run: ([table, value, ...otherwise], { tables }) => {
    const found = tables.codes.get(textOf(table));
    if (found === undefined) throw new ValueRefused('mapping-code', 'the mapping has no table of this name');
    if (isAbsent(value)) return otherwise[0] ?? null;
    const meant = typeof value === 'boolean' ? String(value) : written(value);
    const translated = found.get(meant);
    if (translated !== undefined) return translated;
    if (otherwise.length > 0) return otherwise[0] ?? null;
    throw new ValueRefused('mapping-code', 'the table has no such code');
  },
};

const currency: MappingFunction = {
  name: 'currency',
  takes: [1, 1],
  gives: 'currency(value): the ISO 4217 code in capitals, of a code in any case or of its number (978)',
  run: ([value]) => {
    if (isAbsent(value)) return null;
    const text = written(value).trim();
    const named = /^\d{1,3}$/.test(text) ? currencyCodes.number(text.padStart(3, '0'))?.code : text.toUpperCase();
    if (named === undefined || currencyExponent(named) === undefined) throw new ValueRefused('mapping-currency');
    return named;
  },
};

const country: MappingFunction = {
  name: 'country',
  takes: [1, 2],
  gives:
    'country(value[, otherwise]): the ISO 3166 code of two letters, of one of two or three letters in any case or of its number (233); without `otherwise` what is none is refused',
  run: ([value, ...otherwise]) => {
    if (isAbsent(value)) return null;
    const found = countryOf(written(value).trim().toUpperCase());
    if (found !== undefined) return found;
    if (otherwise.length > 0) return otherwise[0] ?? null;
    throw new ValueRefused('mapping-country');
  },
};

function countryOf(text: string): string | undefined {
  const isNumber = /^\d{1,3}$/.test(text);
  const found = isNumber
    ? countries.numericToAlpha2(text.padStart(3, '0'))
    : text.length === 3
      ? countries.alpha3ToAlpha2(text)
      : text;
  return found !== undefined && countries.isValid(found) ? found : undefined;
}

export const CODE_FUNCTIONS: readonly MappingFunction[] = [code, currency, country];
