/**
 * How many SMS parts a text becomes, counted as networks do (3GPP TS 23.038 and 23.040): 160 septets or 70 UTF-16 units
 * in one message, 153 or 67 in each part of several, and no character is ever cut in two.
 */

/** GSM 7-bit default alphabet, without the escape character. */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** Its extension table: an escape and a second septet. */
const EXTENSION = '\f^{}\\[~]|€';

const SEPTETS = new Map<string, 1 | 2>();
for (const character of BASIC) SEPTETS.set(character, 1);
for (const character of EXTENSION) SEPTETS.set(character, 2);

export interface TextMeasure {
  encoding: 'gsm-7' | 'ucs-2';
  /** Septets in GSM-7, UTF-16 code units in UCS-2. */
  units: number;
  /** Messages the customer's bank pays for; an empty text is still one. */
  parts: number;
}

export function measureText(text: string): TextMeasure {
  const septets = septetCosts(text);
  if (septets) return measure('gsm-7', septets, 160, 153);
  const units = Array.from(text, (character) => character.length);
  return measure('ucs-2', units, 70, 67);
}

/** Whether every character is in the GSM 7-bit alphabet or its extension. */
export function fitsGsm7(text: string): boolean {
  return septetCosts(text) !== undefined;
}

function septetCosts(text: string): number[] | undefined {
  const costs: number[] = [];
  for (const character of text) {
    const cost = SEPTETS.get(character);
    if (cost === undefined) return undefined;
    costs.push(cost);
  }
  return costs;
}

function measure(encoding: TextMeasure['encoding'], costs: number[], single: number, perPart: number): TextMeasure {
  let units = 0;
  let parts = 1;
  let used = 0;
  for (const cost of costs) {
    units += cost;
    if (used + cost > perPart) {
      parts += 1;
      used = 0;
    }
    used += cost;
  }
  return { encoding, units, parts: units <= single ? 1 : parts };
}
