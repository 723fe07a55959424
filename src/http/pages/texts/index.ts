/** The languages that customers' pages are written in. Adding one: a new file and one line here. */
import { en } from './en.js';
import { et } from './et.js';
import type { PageTexts } from './page-texts.js';

export type { PageTexts };

export const PAGE_TEXTS: readonly PageTexts[] = [en, et];

/** The first of these locales whose language there is; English where none is. */
export function textsFor(...locales: readonly (string | undefined)[]): PageTexts {
  for (const locale of locales) {
    const found = PAGE_TEXTS.find(({ language }) => language === locale?.split('-')[0]?.toLowerCase());
    if (found !== undefined) return found;
  }
  return en;
}
