/**
 * Texts as bytes: the GSM 7-bit default alphabet with its extension table (3GPP TS 23.038, 6.2.1), one character a byte as
 * SMPP wants it (the SMSC packs), and UCS-2, which on phones is UTF-16.
 */

/** The place in the text is the code; 0x1b is the escape. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const ESCAPE = 0x1b;
const EXTENSION: [string, number][] = [
  ['\f', 0x0a],
  ['^', 0x14],
  ['{', 0x28],
  ['}', 0x29],
  ['\\', 0x2f],
  ['[', 0x3c],
  ['~', 0x3d],
  [']', 0x3e],
  ['|', 0x40],
  ['€', 0x65],
];

const BASIC_CHARACTERS = [...BASIC];
const TO_GSM = new Map<string, readonly number[]>([
  ...BASIC_CHARACTERS.map((character, code): [string, number[]] => [character, [code]]),
  ...EXTENSION.map(([character, code]): [string, number[]] => [character, [ESCAPE, code]]),
]);
TO_GSM.delete('\x1b');
const FROM_EXTENSION = new Map(EXTENSION.map(([character, code]) => [code, character]));

/** Octets of text in one message, and in each part of several: 160 and 153 characters, or 70 and 67 of two bytes. */
const ROOM = { 'gsm-7': { single: 160, part: 153 }, 'ucs-2': { single: 140, part: 134 } };

export type Encoding = keyof typeof ROOM;

/** The bytes of each character, or undefined where the alphabet lacks one. */
function encodeCharacters(text: string, encoding: Encoding): Buffer[] | undefined {
  const characters: Buffer[] = [];
  for (const character of text) {
    if (encoding === 'ucs-2') {
      characters.push(Buffer.from(character, 'utf16le').swap16());
      continue;
    }
    const codes = TO_GSM.get(character);
    if (codes === undefined) return undefined;
    characters.push(Buffer.from(codes));
  }
  return characters;
}

/**
 * The text as it travels: one buffer, or one for each part. No character (an escape and its second byte, a surrogate pair) is cut in two.
 * @returns undefined where the text has a character that the alphabet lacks
 */
export function encodeParts(text: string, encoding: Encoding): Buffer[] | undefined {
  const characters = encodeCharacters(text, encoding);
  if (characters === undefined) return undefined;
  const whole = Buffer.concat(characters);
  const { single, part } = ROOM[encoding];
  return whole.length <= single ? [whole] : split(characters, part);
}

function split(characters: readonly Buffer[], room: number): Buffer[] {
  const parts: Buffer[][] = [[]];
  let used = 0;
  for (const character of characters) {
    if (used + character.length > room) {
      parts.push([]);
      used = 0;
    }
    parts.at(-1)?.push(character);
    used += character.length;
  }
  return parts.map((part) => Buffer.concat(part));
}

export type Alphabet = 'gsm-7' | 'ucs-2' | 'ascii' | 'latin1' | 'iso-8859-5' | 'iso-8859-8';

/**
 * What `data_coding` says of the text (SMPP 3.4, 5.2.19; from 0x10 on 3GPP TS 23.038, 4).
 * @returns undefined for data that is no text, and for what is not known here
 */
export function alphabetOf(dataCoding: number): Alphabet | undefined {
  if (dataCoding >= 0xf0) return (dataCoding & 0x04) === 0 ? 'gsm-7' : undefined;
  if (dataCoding >= 0x10) return dataCoding < 0x40 ? GENERAL[(dataCoding >> 2) & 0x03] : undefined;
  return SMPP_CODINGS[dataCoding];
}

const GENERAL: readonly (Alphabet | undefined)[] = ['gsm-7', undefined, 'ucs-2', undefined];
const SMPP_CODINGS: Record<number, Alphabet | undefined> = {
  0: 'gsm-7',
  1: 'ascii',
  3: 'latin1',
  6: 'iso-8859-5',
  7: 'iso-8859-8',
  8: 'ucs-2',
};

export function decodeText(bytes: Buffer, alphabet: Alphabet): string {
  if (alphabet === 'gsm-7') return decodeGsm(bytes);
  if (alphabet === 'ucs-2') return new TextDecoder('utf-16be').decode(bytes);
  if (alphabet === 'ascii' || alphabet === 'latin1') return bytes.toString('latin1');
  return new TextDecoder(alphabet).decode(bytes);
}

/** An escape before a code that the table lacks shows that code's own character, as 3GPP TS 23.038, 6.2.1.1 wants it; a byte above 127 is no character. */
function decodeGsm(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) {
    let code = bytes.readUInt8(at);
    if (code === ESCAPE && at + 1 < bytes.length) {
      at += 1;
      code = bytes.readUInt8(at);
      text += FROM_EXTENSION.get(code) ?? BASIC_CHARACTERS[code] ?? '\ufffd';
    } else {
      text += code === ESCAPE ? ' ' : (BASIC_CHARACTERS[code] ?? '\ufffd');
    }
  }
  return text;
}
