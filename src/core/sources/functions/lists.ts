/** Lists and objects. */
import { grow } from '../expression/run.js';
import { isObject, NumberText, typeName, type Value, type ValueObject } from '../expression/value.js';
import { expected, listOf, type MappingFunction } from './mapping-function.js';

const length: MappingFunction = {
  name: 'length',
  takes: [1, 1],
  gives: 'length(value): characters of a text, items of a list, keys of an object',
  run: ([value]) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'string') return new NumberText(String([...value].length));
    if (Array.isArray(value)) return new NumberText(String(value.length));
    if (isObject(value)) return new NumberText(String(Object.keys(value).length));
    throw expected('text, a list or an object', value);
  },
};

const keys: MappingFunction = {
  name: 'keys',
  takes: [1, 1],
  gives: 'keys(object): its keys as a list',
  run: ([value], run) => {
    if (!isObject(value)) return null;
    const found = Object.keys(value);
    grow(run, found.length);
    return found;
  },
};

const notNull: MappingFunction = {
  name: 'not_null',
  takes: [1, 20],
  gives: 'not_null(a, b, ...): the first that is there',
  run: (values) => values.find((value) => value !== null) ?? null,
};

const toArray: MappingFunction = {
  name: 'to_array',
  takes: [1, 1],
  gives: 'to_array(value): the list itself, or a list of the one; what is missing gives an empty one',
  run: ([value]) => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]),
};

const reverse: MappingFunction = {
  name: 'reverse',
  takes: [1, 1],
  gives: 'reverse(list): the other way round',
  run: ([value], run) => {
    if (value === null) return null;
    grow(run, listOf(value).length);
    return [...listOf(value)].reverse();
  },
};

const merge: MappingFunction = {
  name: 'merge',
  takes: [1, 20],
  gives: 'merge(a, b, ...): one object; later keys win',
  run: (values, run) => {
    const made: ValueObject = Object.create(null);
    for (const value of values) {
      if (value === null) continue;
      if (!isObject(value)) throw expected('an object', value);
      grow(run, Object.keys(value).length);
      for (const key of Object.keys(value)) made[key] = value[key] as Value;
    }
    return made;
  },
};

const type: MappingFunction = {
  name: 'type',
  takes: [1, 1],
  gives: "type(value): 'string', 'number', 'boolean', 'array', 'object' or 'null'",
  run: ([value]) => typeName(value ?? null),
};

export const LIST_FUNCTIONS: readonly MappingFunction[] = [length, keys, notNull, toArray, reverse, merge, type];
