/** `/v1/l/{token}`: leads on from a short link in a message. No key, no cookie, no script, and nothing told of who made it. */
import { type Request, type Response, Router } from 'express';
import { DEFAULT_PAGE_SETTINGS } from '../../core/page-settings.js';
import type { House } from '../../flows/house.js';
import { followShortLink } from '../../flows/short-links/follow-short-link.js';
import { isPreview } from '../is-preview.js';
import { type DeadLink, linkPage } from '../pages/link-page.js';
import { sendPage } from '../pages/page.js';
import { PAGE_TEXTS, textsFor } from '../pages/texts/index.js';
import { problemOf, sendProblem } from '../problem.js';

/** When trying again is worth while for whoever is over a limit. */
const RETRY_AFTER_SECONDS = 600;

const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
};

export function createShortLinkRouter(house: House): Router {
  const router = Router();
  router.get('/l/:token', (req, res) => {
    follow(house, req, res, req.params.token).catch((error: unknown) => failed(house, req, res, error));
  });
  router.all('/l/:token', (_req, res) => {
    res.setHeader('allow', 'GET, HEAD');
    sendProblem(res, { status: 405, code: 'method-not-allowed', detail: 'This path answers GET' }, house.log);
  });
  return router;
}

async function follow(house: House, req: Request, res: Response, token: string): Promise<void> {
  const followed = await followShortLink(house, { token, address: req.ip ?? '', counts: !isPreview(req) });
  switch (followed.state) {
    case 'leads':
      // Parsed once more, so that what is written into the header is plain ASCII.
      res.writeHead(302, { ...HEADERS, location: new URL(followed.target).href, 'content-length': 0 }).end();
      return;
    case 'limited':
      res.setHeader('retry-after', String(RETRY_AFTER_SECONDS));
      sendDead(house, req, res, 429, 'limited');
      return;
    default:
      sendDead(house, req, res, 404, 'nowhere');
  }
}

/** The customer is told in their words, the operator in the log. */
function failed(house: House, req: Request, res: Response, error: unknown): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { status, code } = problemOf(error);
  if (status >= 500) house.log.error({ code, error: (error as Error)?.name }, 'a short link could not be followed');
  sendDead(house, req, res, status, 'failed');
}

/** Who opens it is nobody we know, so the browser says which language they read. */
function sendDead(house: House, req: Request, res: Response, status: number, why: DeadLink): void {
  const { settings, pages = DEFAULT_PAGE_SETTINGS } = house;
  const isSaid = req.headers['accept-language'] !== undefined;
  const asked = isSaid && req.acceptsLanguages(PAGE_TEXTS.map(({ language }) => language));
  const texts = textsFor(asked || settings.locale);
  sendPage(res, status, linkPage(why, { texts, bank: pages.name }));
}
