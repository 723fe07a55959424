/** `/v1/p/{token}`: a customer's own page of choices, without a key, a cookie or a script. The link is all there is. */
import { type Request, type Response, Router } from 'express';
import { DEFAULT_PAGE_SETTINGS } from '../../core/page-settings.js';
import type { House } from '../../flows/house.js';
import type { Choices } from '../../flows/preference-links/choices.js';
import { type ClosedLink, openLink } from '../../flows/preference-links/open-link.js';
import { typedIn } from '../../flows/preference-links/read-form.js';
import { type Saved, saveChoices } from '../../flows/preference-links/save-choices.js';
import type { ChoicesForm } from '../pages/choices-form.js';
import { choicesPage, PAGE_LANGUAGE } from '../pages/choices-page.js';
import { readFormBody } from '../pages/form-body.js';
import { type Notice, noticePage } from '../pages/notice-page.js';
import { sendPage } from '../pages/page.js';
import { isSameOrigin } from '../pages/same-origin.js';
import { consentWording, shownTime } from '../pages/shown.js';
import { PAGE_TEXTS, type PageTexts, textsFor } from '../pages/texts/index.js';
import { problemOf, sendProblem } from '../problem.js';

type Handler = (house: House, req: Request<{ token: string }>, res: Response) => Promise<void>;

export function createPreferencePages(house: House): Router {
  const router = Router();
  const serve = (handler: Handler) => (req: Request<{ token: string }>, res: Response) => {
    handler(house, req, res).catch((error: unknown) => failed(house, req, res, error));
  };
  router.get('/p/:token', serve(show));
  router.post('/p/:token', serve(save));
  router.get('/p/:token/saved', serve(showSaved));
  router.all(['/p/:token', '/p/:token/saved'], (req, res) => {
    const allowed = req.path.endsWith('/saved') ? 'GET, HEAD' : 'GET, HEAD, POST';
    res.setHeader('allow', allowed);
    sendProblem(res, { status: 405, code: 'method-not-allowed', detail: `This path answers ${allowed}` }, house.log);
  });
  return router;
}

const show: Handler = async (house, req, res) => {
  const opened = await openLink(house, req.params.token);
  if (opened.state !== 'open') {
    closed(house, req, res, opened);
    return;
  }
  const { link, choices } = opened;
  sendPage(res, 200, choicesPage({ ...frame(house, languageIn(req), choices.locale), link, choices }));
};

const save: Handler = async (house, req, res) => {
  if (!isSameOrigin(req, house.publicUrl)) {
    notSaved(house, req, res);
    return;
  }
  const form = await readFormBody(req);
  const language = typedIn(form, PAGE_LANGUAGE);
  const texts = (choices: Choices): PageTexts => textsFor(language, choices.locale, house.settings.locale);
  const wordingOf = (topic: string, choices: Choices): string =>
    choices.topics.filter(({ name }) => name === topic).map((one) => consentWording(one, texts(choices)))[0] ?? '';
  const saved = await saveChoices(house, { token: req.params.token, form, wordingOf });
  answerSave(house, req, res, saved, (page) => ({ ...page, ...frame(house, language, page.choices.locale) }), form);
};

function answerSave(
  house: House,
  req: Request<{ token: string }>,
  res: Response,
  saved: Saved,
  framed: (page: Pick<ChoicesForm, 'link' | 'choices'>) => ChoicesForm,
  form: NonNullable<ChoicesForm['filled']>['form'],
): void {
  switch (saved.state) {
    case 'saved':
      // Seen after a redirect, so that loading the page again sends nothing again.
      res.writeHead(303, { location: savedAddress(req), 'cache-control': 'no-store' }).end();
      return;
    case 'mistaken': {
      const { link, choices, mistakes } = saved;
      sendPage(res, 422, choicesPage({ ...framed({ link, choices }), filled: { form, mistakes } }));
      return;
    }
    case 'refused':
      notSaved(house, req, res, saved.locale);
      return;
    default:
      closed(house, req, res, saved);
  }
}

const showSaved: Handler = async (house, req, res) => {
  const opened = await openLink(house, req.params.token);
  if (opened.state === 'open') {
    res.writeHead(303, { location: `../${req.params.token}`, 'cache-control': 'no-store' }).end();
    return;
  }
  if (opened.state !== 'used') {
    closed(house, req, res, opened);
    return;
  }
  const { texts, bank } = frame(house, languageIn(req), opened.locale);
  const { title, body, more } = texts.saved;
  sendPage(res, 200, noticePage({ texts, bank, title, says: [body, more], good: true }));
};

/** Relative, because whoever forwards to us may have taken a part of the path away. */
function savedAddress(req: Request<{ token: string }>): string {
  const here = (req.originalUrl.split('?')[0] ?? '').endsWith('/') ? '' : `${req.params.token}/`;
  return `${here}saved`;
}

function closed(house: House, req: Request, res: Response, link: ClosedLink): void {
  const locale = link.state === 'invalid' ? undefined : link.locale;
  const { texts, bank } = frame(house, languageIn(req), locale, browserLanguage(req));
  const { title } = texts.link[link.state];
  const body =
    link.state === 'used'
      ? texts.link.used.body(shownTime(link.usedAt, texts, link.timeZone))
      : texts.link[link.state].body;
  const says = [body, texts.link.next];
  sendPage(res, link.state === 'invalid' ? 404 : 410, noticePage({ texts, bank, title, says }));
}

function notSaved(house: House, req: Request, res: Response, locale?: string): void {
  const { texts, bank } = frame(house, languageIn(req), locale, browserLanguage(req));
  const { title, body } = texts.link.refused;
  sendPage(res, 403, noticePage({ texts, bank, title, says: [body] }));
}

/** The customer is told in their words, the operator in the log. */
function failed(house: House, req: Request, res: Response, error: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, code } = problemOf(error);
  if (status >= 500)
    house.log.error({ code, error: (error as Error)?.name }, 'a page for a customer could not be served');
  const { texts, bank } = frame(house, languageIn(req), undefined, browserLanguage(req));
  const { title, body } = texts.link.failed;
  const notice: Notice = { texts, bank, title, says: [body] };
  sendPage(res, status, noticePage(notice));
}

function frame(
  { settings, pages = DEFAULT_PAGE_SETTINGS }: House,
  ...locales: readonly (string | undefined)[]
): { texts: PageTexts; bank: string } {
  return { texts: textsFor(...locales, settings.locale), bank: pages.name };
}

function languageIn({ originalUrl }: Request): string | undefined {
  return new URLSearchParams(originalUrl.split('?')[1] ?? '').get(PAGE_LANGUAGE) ?? undefined;
}

function browserLanguage(req: Request): string | undefined {
  if (req.headers['accept-language'] === undefined) return undefined;
  return req.acceptsLanguages(PAGE_TEXTS.map(({ language }) => language)) || undefined;
}
