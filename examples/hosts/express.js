/** Express 5, and Express 4 alike. */
import express from 'express';
import { closeWith, log, plugin, port, registry } from './plugin.js';

const app = express();
app.use('/ledgerbell', plugin.router); // in front of the body parser
app.use(express.json());
app.post('/echo', (req, res) => res.json(req.body));
app.get('/metrics', async (_req, res) => res.type(registry.contentType).send(await registry.metrics()));

await plugin.start();
const server = app.listen(port, '127.0.0.1', () => {
  log.info({ url: `http://127.0.0.1:${server.address().port}` }, 'open');
});
closeWith(async () => {
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
});
