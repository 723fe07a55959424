/** Where a text stops being JSON. Node's own messages quote the text, which may be personal data, and often leave out the place. */

const WHITESPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;

type Wanted = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

/** The offset of the first character that cannot be there; the text's length where it ends too early. Needs no recursion. */
export function jsonErrorOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const afterValue = (): Wanted => (open.length === 0 ? 'nothing' : 'comma-or-end');
  for (;;) {
    take(WHITESPACE);
    const character = text[at];
    if (character === undefined) return at;
    const closes = wanted === 'value-or-end' || wanted === 'key-or-end' || wanted === 'comma-or-end';
    if (closes && character === (open.at(-1) === '{' ? '}' : ']')) {
      open.pop();
      at += 1;
      wanted = afterValue();
    } else if (wanted === 'comma-or-end' && character === ',') {
      at += 1;
      wanted = open.at(-1) === '{' ? 'key' : 'value';
    } else if (wanted === 'colon' && character === ':') {
      at += 1;
      wanted = 'value';
    } else if ((wanted === 'key' || wanted === 'key-or-end') && take(STRING)) {
      wanted = 'colon';
    } else if ((wanted === 'value' || wanted === 'value-or-end') && (character === '{' || character === '[')) {
      open.push(character);
      at += 1;
      wanted = character === '{' ? 'key-or-end' : 'value-or-end';
    } else if ((wanted === 'value' || wanted === 'value-or-end') && (take(STRING) || take(SCALAR))) {
      wanted = afterValue();
    } else {
      return at;
    }
  }
}

/** `line 3, column 14`, both from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}
