/** Pages that only say something: saved, and why a link does not work. */
import { html } from './html.js';
import type { Page } from './page.js';
import type { PageTexts } from './texts/index.js';

export interface Notice {
  texts: PageTexts;
  bank: string;
  title: string;
  /** Sentences, each a paragraph. */
  says: readonly string[];
  /** It went as the customer wished. */
  good?: boolean;
}

export function noticePage({ texts, bank, title, says, good = false }: Notice): Page {
  const body = html`<div class="${good ? 'done' : 'card'}" role="${good ? 'status' : 'note'}">
<h1>${title}</h1>
${says.map((paragraph) => html`<p>${paragraph}</p>`)}
</div>`;
  return { texts, bank, title, body };
}
