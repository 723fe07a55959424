/** Counts brackets before a parser that calls itself does: a megabyte of `[` would end its stack. */
import { MappingRefused } from '../mapping-refused.js';

export const DEEPEST_BODY = 64;

/** Text in double quotes is passed over. @throws MappingRefused `mapping-too-deep` */
export function checkDepth(text: string, open: string, close: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (quoted) {
      if (character === '\\') at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (open.includes(character)) depth += 1;
    else if (close.includes(character)) depth -= 1;
    if (depth > DEEPEST_BODY) throw new MappingRefused('mapping-too-deep', { at: '/body' });
  }
}
