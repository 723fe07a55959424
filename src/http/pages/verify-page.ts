/** "Did my bank send this?" in a browser: a field for the code, and what is known of it. */
import type { VerifyAnswer } from '../../flows/verify/ask-code.js';
import { textField } from './field.js';
import { type Html, html } from './html.js';
import type { Page } from './page.js';
import { shownTime, topicTitle } from './shown.js';
import type { PageTexts } from './texts/index.js';

export interface VerifyPage {
  texts: PageTexts;
  bank: string;
  timeZone: string;
  /** Where the form leads, relative to the page. */
  action: string;
  /** Absent before a code was asked for. */
  answer?: VerifyAnswer;
}

export function verifyPage(page: VerifyPage): Page {
  const { texts, bank, answer } = page;
  const words = texts.verify;
  if (answer === undefined) {
    const body = html`<h1>${words.title}</h1>
<p>${words.intro}</p>
${codeForm(page, words.ask)}`;
    return { texts, bank, title: words.title, body };
  }
  const title = answer.genuine ? words.yes : words.no;
  return {
    texts,
    bank,
    title,
    body: html`${answer.genuine ? known(page, answer) : unknown(words)}${codeForm(page, words.ask, words.again)}`,
  };
}

export function verifyLimitedPage({ texts, bank }: Pick<VerifyPage, 'texts' | 'bank'>): Page {
  const { title, body } = texts.verify.limited;
  return { texts, bank, title, body: html`<div class="card" role="note"><h1>${title}</h1><p>${body}</p></div>` };
}

function known({ texts, timeZone }: VerifyPage, answer: Extract<VerifyAnswer, { genuine: true }>): Html {
  const words = texts.verify;
  const title = topicTitle({ name: answer.topic.replaceAll('*', ''), title: answer.title }, texts);
  return html`<div class="done" role="status"><h1>${words.yes}</h1>
<p>${words.yesBody}</p>
<dl><dt>${words.topic}</dt><dd>${title}</dd><dt>${words.sent}</dt><dd>${shownTime(answer.sentAt, texts, timeZone)}</dd><dt>${words.number}</dt><dd>${answer.number}</dd></dl>
<p>${words.compare}</p></div>
`;
}

function unknown(words: PageTexts['verify']): Html {
  return html`<div class="summary" role="status"><h1>${words.no}</h1>
<p>${words.noBody}</p>
<ul>${words.advice.map((line) => html`<li>${line}</li>`)}</ul></div>
`;
}

function codeForm({ texts, action }: VerifyPage, ask: string, heading?: string): Html {
  const words = texts.verify;
  const field = textField({ name: 'code', label: words.label, value: '', hints: [words.hint], maximum: 40 });
  return html`${heading !== undefined && html`<h2>${heading}</h2>`}
<form method="get" action="${action}">${field}
<p class="save"><button type="submit">${ask}</button></p></form>`;
}
