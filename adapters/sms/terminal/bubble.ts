/** Draws one SMS the way a phone shows it, in a frame of `width` columns. Pure. */

export interface Bubble {
  sender: string;
  number: string;
  time: string;
  text: string;
  width: number;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

export function drawBubble(bubble: Bubble): string {
  const inner = bubble.width - 4;
  const left = `╭─ ${printable(bubble.sender)} `;
  const right = ` ${bubble.number} ─ ${bubble.time} ─╮`;
  const head = left + '─'.repeat(Math.max(1, bubble.width - columns(left) - columns(right))) + right;
  const lines = bubble.text.split(/\r\n|\r|\n/).flatMap((line) => wrap(printable(line), inner));
  const body = lines.map((line) => `│ ${line}${' '.repeat(inner - columns(line))} │`);
  return [head, ...body, `╰${'─'.repeat(bubble.width - 2)}╯`].join('\n');
}

/** `+12015550100` becomes `+1201***00`: enough to tell two apart, too little to call. */
export function maskNumber(number: string): string {
  return number.length < 9 ? '***' : `${number.slice(0, 5)}***${number.slice(-2)}`;
}

/** A text must not move the cursor, change colours or reorder what follows it. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}

/** Breaks at spaces, and inside a word only when the word alone is too long. */
function wrap(text: string, limit: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => pieces(long, limit))) {
    if (line !== '' && columns(line) + 1 + columns(word) > limit) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, limit: number): string[] {
  const parts = [''];
  for (const character of word) {
    const last = parts.length - 1;
    if (columns(parts[last] + character) > limit) parts.push(character);
    else parts[last] += character;
  }
  return parts;
}

/** Terminal columns: East Asian letters and emoji take two, combining marks none. */
function columns(text: string): number {
  let sum = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    sum += WIDE.test(character) || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
  }
  return sum;
}
