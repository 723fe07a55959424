/** No framework at all: the handler is a function of a request, an answer, and what to do with what is not its own. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeWith, log, plugin, port, registry } from './plugin.js';

const ledgerbell = plugin.handler('/ledgerbell');

const server = createServer((req, res) => ledgerbell(req, res, () => answer(req, res)));

async function answer(req, res) {
  if (req.url === '/metrics') {
    res.setHeader('content-type', registry.contentType).end(await registry.metrics());
  } else if (req.url === '/echo') {
    const body = await text(req);
    res.setHeader('content-type', 'application/json').end(body);
  } else {
    res.writeHead(404).end();
  }
}

await plugin.start();
server.listen(port, '127.0.0.1', () => log.info({ url: `http://127.0.0.1:${server.address().port}` }, 'open'));
closeWith(async () => {
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
});
