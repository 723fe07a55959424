/** Bodies of platforms, spoiled: by seed, so that any failure can be seen again. */

/** Mulberry32: the same numbers in [0, 1) for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Written as JSON. */
const HOSTILE: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1',
    '-1',
    '0.1',
    '1e400',
    '-1e-400',
    '9007199254740993',
    '0.30000000000000004',
  ],
  ...[
    '1e9999999',
    '123456789012345678901234567890.5',
    '""',
    '" "',
    '"0"',
    '"-"',
    '"."',
    '"1e5"',
    '"+5"',
    '"1,000.00"',
    '"NaN"',
    '"Infinity"',
  ],
  ...[
    '"4111111111111111"',
    '4111111111111111',
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"2026-02-30"',
    '"2026-03-29T03:30:00"',
  ],
  ...[
    '"9999-12-31T23:59:59Z"',
    '"2026-11-21 11:20:33 MST"',
    '"21 November 2026"',
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e950"',
    '"EUR"',
    '"XXX"',
    '"eur"',
  ],
  ...[
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '{"a":{}}',
    '[1,2,3]',
    '[2026,11,21]',
    '[2026,11,21,22,37,0,123456000]',
    '[2026,13,40]',
    '{"prototype":1}',
  ],
  ...[
    '{"constructor":{"prototype":{"x":1}}}',
    '-9223372036854775808',
    '18446744073709551616',
    '1.7976931348623157e308',
    '"a/../../b?c#d"',
    '"{{x}}"',
    '"\'"',
  ],
];

const BYTES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '<',
  '>',
  '&',
  '=',
  '%',
  '\u0000',
  '\ud83d',
  'e',
  '-',
  '9',
  ' ',
  '\n',
];

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** One body spoiled in one to four ways. */
export function mutated(text: string, random: () => number): string {
  let spoiled = text;
  const times = 1 + Math.floor(random() * 4);
  for (let time = 0; time < times; time += 1)
    spoiled = random() < 0.7 ? inStructure(spoiled, random) : inBytes(spoiled, random);
  return spoiled;
}

/** A value replaced, a key taken away, doubled or renamed, a list made long, a value buried. */
function inStructure(text: string, random: () => number): string {
  const places = valuePlaces(text);
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) return inBytes(text, random);
  const [from, to] = place;
  const value = text.slice(from, to);
  return text.slice(0, from) + replacement(value, random) + text.slice(to);
}

function replacement(value: string, random: () => number): string {
  const choice = random();
  if (choice < 0.6) return HOSTILE[Math.floor(random() * HOSTILE.length)] as string;
  if (choice < 0.7) return `[${value}]`;
  if (choice < 0.78) return `{"a":${value}}`;
  if (choice < 0.86)
    return `[${Array(1 + Math.floor(random() * 40))
      .fill(value)
      .join(',')}]`;
  if (choice < 0.9) return `${'['.repeat(80)}${value}${']'.repeat(80)}`;
  if (choice < 0.94) return JSON.stringify('x'.repeat(Math.floor(random() * 5000)));
  if (choice < 0.97) return value.startsWith('"') ? value.slice(1, -1) : JSON.stringify(value);
  return `${value},"__proto__":{"polluted":true}`;
}

/** Where scalars stand: good enough to spoil them. */
function valuePlaces(text: string): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(/(?<=[:[,]\s?)(?:"[^"\\]*"|-?\d[\d.eE+-]*|true|false|null)(?=\s?[,\]}])/g)) {
    found.push([match.index, match.index + match[0].length]);
  }
  return found;
}

function inBytes(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const choice = random();
  if (choice < 0.3) return text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
  if (choice < 0.6) return text.slice(0, at) + BYTES[Math.floor(random() * BYTES.length)] + text.slice(at);
  if (choice < 0.75) return text.slice(0, at);
  if (choice < 0.9) return text.slice(0, at) + text.slice(Math.floor(random() * text.length));
  return text.replace(
    /"([A-Za-z_]\w*)"(?=\s?:)/,
    () => HOSTILE_KEYS[Math.floor(random() * HOSTILE_KEYS.length)] as string,
  );
}

const HOSTILE_KEYS = [
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '""',
  '"a b"',
  '"\\u0000"',
  '"toString"',
  '"length"',
];

export type { Json };
