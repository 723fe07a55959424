/**
 * The OpenAPI document, and a page to read it in a browser. Everything comes from here and every address is relative, so
 * that it works under any mount, without the internet, and under a strict content security policy.
 */
import { Router } from 'express';
// The package's main file would load the whole page script into this process.
import absolutePath from 'swagger-ui-dist/absolute-path.js';
import document from '../../schemas/openapi.json' with { type: 'json' };
import { sendJson } from './problem.js';

const ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Inline styles are set by the page's own script library. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ledgerbell</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
});
`;

/** Needs no key: it says nothing about the installation but its address. */
export function createDocsRouter(): Router {
  const router = Router();
  router.get('/openapi.json', (req, res) => {
    sendJson(res, 200, { ...document, servers: [{ url: req.baseUrl === '' ? '/' : req.baseUrl }] });
  });
  router.get('/docs', (req, res) => {
    // Without the slash, the page's relative addresses would be one level too high.
    if (!pathOf(req.originalUrl).endsWith('/')) res.writeHead(302, { location: './docs/' }).end();
    else res.setHeader('content-security-policy', POLICY).type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_req, res) => {
    res.type('text/javascript').send(START);
  });
  for (const asset of ASSETS) {
    router.get(`/docs/${asset}`, (_req, res) => {
      res.sendFile(asset, { root: absolutePath(), maxAge: '1d' });
    });
  }
  return router;
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}
