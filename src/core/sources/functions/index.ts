/** Every function that a mapping may call, in the order of the documentation. A new one is a line in one of these lists. */
import { CODE_FUNCTIONS } from './code.js';
import { LIST_FUNCTIONS } from './lists.js';
import type { MappingFunction } from './mapping-function.js';
import { MONEY_FUNCTIONS } from './money.js';
import { PRIVACY_FUNCTIONS } from './privacy.js';
import { TEXT_FUNCTIONS } from './text.js';
import { TIME_FUNCTIONS } from './time.js';

export const MAPPING_FUNCTIONS: readonly MappingFunction[] = [
  ...MONEY_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...CODE_FUNCTIONS,
  ...PRIVACY_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...LIST_FUNCTIONS,
];

const byName = new Map(MAPPING_FUNCTIONS.map((one) => [one.name, one]));

export function mappingFunction(name: string): MappingFunction | undefined {
  return byName.get(name);
}
