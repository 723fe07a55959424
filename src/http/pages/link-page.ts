/** What somebody sees whose short link leads nowhere. It says the same of every such link. */
import { type Notice, noticePage } from './notice-page.js';
import type { Page } from './page.js';
import type { PageTexts } from './texts/index.js';

export type DeadLink = keyof PageTexts['shortLink'] & ('nowhere' | 'limited' | 'failed');

export function linkPage(why: DeadLink, { texts, bank }: Pick<Notice, 'texts' | 'bank'>): Page {
  const { title, body } = texts.shortLink[why];
  return noticePage({ texts, bank, title, says: [body, texts.shortLink.next] });
}
