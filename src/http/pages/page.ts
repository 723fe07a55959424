/** The frame around each page for customers, and the headers that go with it. No script, no cookie, nothing from elsewhere. */
import type { ServerResponse } from 'node:http';
import { Html, html } from './html.js';
import { STYLE, STYLE_HASH } from './style.js';
import type { PageTexts } from './texts/index.js';

export interface Page {
  texts: PageTexts;
  /** How the bank calls itself. */
  bank: string;
  title: string;
  body: Html;
  /** The same page in the other languages. */
  languages?: readonly { language: string; name: string; href: string }[];
}

const POLICY = [
  "default-src 'none'",
  `style-src ${STYLE_HASH}`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export function sendPage(res: ServerResponse, status: number, page: Page): void {
  const text = Buffer.from(renderPage(page));
  res.statusCode = status;
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  res.setHeader('content-length', text.length);
  res.end(res.req.method === 'HEAD' ? undefined : text);
}

export function renderPage({ texts, bank, title, body, languages = [] }: Page): string {
  const page = html`<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${title} – ${bank}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">${texts.skip}</a>
<header class="bar"><div><b>${bank}</b>${
    languages.length > 0 &&
    html`<nav aria-label="${texts.languages}">${languages.map(
      ({ language, name, href }) => html`<a href="${href}" hreflang="${language}" lang="${language}">${name}</a> `,
    )}</nav>`
  }</div></header>
<main id="content">
${body}
</main>
<footer><p>${texts.footer}</p></footer>
</body>
</html>
`;
  return page.text;
}
