/**
 * `GET /v1/verify/{code}`: did my bank send this? Anybody may ask, without a key, so how often is limited and what is answered
 * about an unknown code tells nothing: not even the time it took.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Request, type Response, Router } from 'express';
import { LedgerbellError } from '../../contracts/errors.js';
import { wordingIn } from '../../core/message/wording.js';
import { DEFAULT_PAGE_SETTINGS } from '../../core/page-settings.js';
import type { House } from '../../flows/house.js';
import { askCode, type VerifyAnswer } from '../../flows/verify/ask-code.js';
import { sendPage } from '../pages/page.js';
import { PAGE_TEXTS, type PageTexts, textsFor } from '../pages/texts/index.js';
import { verifyLimitedPage, verifyPage } from '../pages/verify-page.js';
import { sendJson, sendProblem } from '../problem.js';
import { rfc3339 } from '../time.js';

/** Answers leave at multiples of this after the request came, milliseconds: the database takes a small part of one. */
const ANSWER_MS = 150;
/** When trying again is worth while for whoever is over a limit. */
const RETRY_AFTER_SECONDS = 600;

export function createVerifyRouter(house: House): Router {
  const router = Router();
  router.get('/verify', (req, res) => askForCode(house, req, res));
  router.get('/verify/:code', (req, res) => {
    answer(house, req, res, req.params.code).catch((error: unknown) => refuse(house, req, res, error));
  });
  router.all(['/verify', '/verify/:code'], (_req, res) => {
    res.setHeader('allow', 'GET, HEAD');
    sendProblem(res, { status: 405, code: 'method-not-allowed', detail: 'This path answers GET' }, house.log);
  });
  return router;
}

/** The form of a page sends the code as a query; from there on it is the address of the answer. */
function askForCode(house: House, req: Request, res: Response): void {
  const code = new URLSearchParams(searchOf(req)).get('code')?.trim() ?? '';
  const up = pathOf(req).endsWith('/') ? '../' : '';
  if (code !== '' && code.length <= 40) {
    res
      .writeHead(303, {
        location: `${up}verify/${encodeURIComponent(code.replace(/[^A-Za-z0-9-]/g, ' '))}`,
        'cache-control': 'no-store',
      })
      .end();
    return;
  }
  sendPage(res, 200, verifyPage({ ...pageOf(house, req), action: `${up}verify` }));
}

async function answer(house: House, req: Request, res: Response, code: string): Promise<void> {
  const started = performance.now();
  const found = await askCode(house, code, req.ip ?? '');
  const took = performance.now() - started;
  await pause(ANSWER_MS - (took % ANSWER_MS));
  if (!wantsPage(req)) {
    res.setHeader('cache-control', 'no-store');
    res.vary('accept, accept-language');
    sendJson(res, 200, view(found, textsOf(house, req)));
    return;
  }
  const action = pathOf(req).endsWith('/') ? '../../verify' : '../verify';
  sendPage(res, 200, verifyPage({ ...pageOf(house, req), action, answer: found }));
}

function view(found: VerifyAnswer, { language }: PageTexts): object {
  if (!found.genuine) return { genuine: false };
  const { topic, title, sentAt, number } = found;
  return { genuine: true, topic, title: wordingIn(title, language), sentAt: rfc3339(sentAt), number };
}

function refuse(house: House, req: Request, res: Response, error: unknown): void {
  const isLimited = error instanceof LedgerbellError && error.code === 'verify-limited';
  if (isLimited) res.setHeader('retry-after', String(RETRY_AFTER_SECONDS));
  if (isLimited && wantsPage(req)) sendPage(res, 429, verifyLimitedPage(pageOf(house, req)));
  else sendProblem(res, error, house.log);
}

function pageOf(house: House, req: Request) {
  const { settings, pages = DEFAULT_PAGE_SETTINGS } = house;
  return { texts: textsOf(house, req), bank: pages.name, timeZone: settings.timeZone };
}

/** Who asks is nobody we know, so the browser says which language they read. */
function textsOf({ settings }: House, req: Request): PageTexts {
  const asked = req.acceptsLanguages(PAGE_TEXTS.map(({ language }) => language));
  const anything = req.headers['accept-language'] === undefined || asked === false;
  return textsFor(anything ? settings.locale : asked);
}

function wantsPage(req: Request): boolean {
  return req.accepts(['application/json', 'text/html']) === 'text/html';
}

const pathOf = ({ originalUrl }: Request): string => originalUrl.split('?')[0] ?? '';
const searchOf = ({ originalUrl }: Request): string => originalUrl.split('?')[1] ?? '';
