/** Fastify, through its own bridge to Express: the bridge runs before Fastify reads a body. */
import fastifyExpress from '@fastify/express';
import Fastify from 'fastify';
import { closeWith, log, plugin, port, registry } from './plugin.js';

const app = Fastify({ forceCloseConnections: 'idle' });
await app.register(fastifyExpress);
app.use('/ledgerbell', plugin.router);
app.post('/echo', async (request) => request.body);
app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));

await plugin.start();
log.info({ url: await app.listen({ port, host: '127.0.0.1' }) }, 'open');
closeWith(() => app.close());
