/** Text, without regular expressions: none of these can be made to take long. */

import { parseDecimal } from '../decimal.js';
import { grow, spend } from '../expression/run.js';
import { NumberText, type Value } from '../expression/value.js';
import { ValueRefused } from '../mapping-refused.js';
import { countOf, expected, isAbsent, listOf, type MappingFunction, textOf, written } from './mapping-function.js';

/** Of one text, null of null; never longer than twice as long. */
function ofText(name: string, gives: string, change: (text: string) => string): MappingFunction {
  return {
    name,
    takes: [1, 1],
    gives: `${name}(text): ${gives}`,
    run: ([value], run) => {
      if (value === null) return null;
      const text = textOf(value);
      grow(run, 2 * text.length);
      return change(text);
    },
  };
}

/** A question about two texts; false where either is missing. */
function asking(name: string, gives: string, ask: (text: string, part: string) => boolean): MappingFunction {
  return {
    name,
    takes: [2, 2],
    gives: `${name}(text, part): ${gives}`,
    run: ([text, part], run) => {
      if (isAbsent(text) || part === null) return false;
      spend(run, 1 + Math.floor(textOf(text).length / 64));
      return ask(textOf(text), textOf(part));
    },
  };
}

const text: MappingFunction = {
  name: 'text',
  takes: [1, 1],
  gives: 'text(value): a number or boolean as text, digit for digit as it came; blank text is absent',
  run: ([value]) => {
    if (isAbsent(value)) return null;
    return typeof value === 'boolean' ? String(value) : written(value);
  },
};

const label: MappingFunction = {
  name: 'label',
  takes: [1, 1],
  gives: 'label(value): text without spaces around it or doubled in it, at most 255 characters; blank text is absent',
  run: ([value], run) => {
    if (isAbsent(value)) return null;
    const whole = written(value);
    grow(run, whole.length);
    return [...whole.slice(0, 4096).split(/\s/).filter(Boolean).join(' ')].slice(0, 255).join('');
  },
};

const slug: MappingFunction = {
  name: 'slug',
  takes: [1, 1],
  gives: "slug(text): lower-case words with dashes, as `kind` is written: 'Standing Order' gives standing-order",
  run: ([value]) => {
    if (isAbsent(value)) return null;
    const words = written(value)
      .slice(0, 256)
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^a-z0-9]/)
      .filter(Boolean);
    return words.join('-').slice(0, 64).replace(/-$/, '');
  },
};

const number: MappingFunction = {
  name: 'number',
  takes: [1, 1],
  gives: 'number(text): a number of it, for coordinates and counts; amounts stay text',
  run: ([value]) => {
    if (isAbsent(value)) return null;
    const digits = written(value).trim().replace(/^\+/, '');
    if (parseDecimal(digits) === undefined) throw new ValueRefused('mapping-type', 'this is no number');
    return new NumberText(digits);
  },
};

const join: MappingFunction = {
  name: 'join',
  takes: [2, 2],
  gives: 'join(between, list): one text of a list of texts and numbers; what is missing in it is left out',
  run: ([between, list], run) => {
    const parts = listOf(list)
      .filter((item) => item !== null)
      .map(written);
    grow(
      run,
      parts.reduce((size, part) => size + part.length + textOf(between).length, 0),
    );
    return parts.join(textOf(between));
  },
};

const split: MappingFunction = {
  name: 'split',
  takes: [2, 2],
  gives: 'split(text, at): a list of the parts',
  run: ([value, at], run) => {
    if (value === null) return null;
    const whole = textOf(value);
    if (textOf(at) === '') throw expected('text to split at', at);
    spend(run, whole.length);
    grow(run, whole.length);
    return whole.split(textOf(at));
  },
};

const replace: MappingFunction = {
  name: 'replace',
  takes: [3, 3],
  gives: 'replace(text, old, new): every `old` as plain text, no pattern',
  run: ([value, old, by], run) => {
    if (value === null) return null;
    const whole = textOf(value);
    if (textOf(old) === '') throw expected('text to replace', old);
    const parts = whole.split(textOf(old));
    grow(run, whole.length + parts.length * textOf(by).length);
    return parts.join(textOf(by));
  },
};

const padLeft: MappingFunction = {
  name: 'padLeft',
  takes: [3, 3],
  gives: "padLeft(text, length, character): padLeft('7', `3`, '0') gives 007",
  run: ([value, length, character], run) => {
    if (isAbsent(value)) return null;
    const wanted = countOf(length);
    if (wanted > 255) throw new ValueRefused('mapping-size');
    grow(run, wanted);
    return written(value).padStart(wanted, textOf(character).slice(0, 1) || ' ');
  },
};

const contains: MappingFunction = {
  name: 'contains',
  takes: [2, 2],
  gives: 'contains(textOrList, part): whether it has it',
  run: ([where, part], run) => {
    if (where === null) return false;
    if (Array.isArray(where)) {
      spend(run, where.length);
      return where.some((item) => item === part || sameNumber(item, part));
    }
    spend(run, 1 + Math.floor(textOf(where).length / 64));
    return textOf(where).includes(textOf(part));
  },
};

export const TEXT_FUNCTIONS: readonly MappingFunction[] = [
  text,
  label,
  slug,
  number,
  ofText('lower', 'in small letters', (value) => value.toLowerCase()),
  ofText('upper', 'in capitals', (value) => value.toUpperCase()),
  ofText('trim', 'without spaces around it', (value) => value.trim()),
  join,
  split,
  replace,
  padLeft,
  contains,
  asking('starts_with', 'whether it starts so', (value, part) => value.startsWith(part)),
  asking('ends_with', 'whether it ends so', (value, part) => value.endsWith(part)),
];

function sameNumber(a: Value, b: Value | undefined): boolean {
  return a instanceof NumberText && b instanceof NumberText && a.text === b.text;
}
