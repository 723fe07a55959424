/** The bank's HTTP interface. The plugin's router comes before the body parser: signatures cover the bytes as they were sent. */
import express from 'express';
import { MOUNT } from './alerts.js';
import { Refused } from './refused.js';
import { openAccount, transfer } from './transfers.js';

export function createBank({ knex, alerts, log }) {
  const app = express();
  app.use(MOUNT, alerts.router);
  app.use(express.json());

  app.put('/accounts/:id', async (req, res) => {
    await openAccount(knex, req.params.id, req.body.balance);
    res.status(204).end();
  });
  app.get('/accounts', async (_req, res) => {
    res.json(await knex('bank_accounts').select('id', 'cents').orderBy('id'));
  });
  app.post('/transfers', async (req, res) => {
    res.status(201).json(await transfer({ knex, alerts }, req.body));
  });

  app.use((error, _req, res, _next) => {
    if (!(error instanceof Refused)) log.error({ error: error.name, code: error.code }, 'a request failed');
    res
      .status(error instanceof Refused ? 422 : 500)
      .json({ error: error instanceof Refused ? error.message : 'failed' });
  });
  return app;
}
