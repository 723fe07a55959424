/** What is the same in every host: its own database, logger and registry of figures, lent to the plugin. */
import createKnex from 'knex';
import { createPlugin } from 'ledgerbell';
import { Registry } from 'prom-client';

const SQLITE = { client: 'better-sqlite3', connection: { filename: './bank.sqlite' }, useNullAsDefault: true };
const write = (level) => (fields, message) => console.log(JSON.stringify({ level, message, ...fields }));

export const log = { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') };
export const registry = new Registry();
export const knex = createKnex(process.env.BANK_DATABASE ? JSON.parse(process.env.BANK_DATABASE) : SQLITE);
export const port = Number(process.env.BANK_PORT ?? 3000);

/** Employees are known by a badge here; yours are known by your own sign-in. */
const EMPLOYEES = { 'badge-mari': { subject: 'mari', roles: ['admin'] } };

export const plugin = await createPlugin({
  knex,
  logger: log,
  metrics: registry,
  authorize: (req) => EMPLOYEES[req.headers['x-badge']],
  config: { dataFolder: process.env.BANK_DATA ?? './data', timeZone: 'Europe/Tallinn' },
});

/** Signals are the host's: `closeServer` first, then the plugin, then the database that it borrowed. */
export function closeWith(closeServer) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      await closeServer();
      await plugin.stop();
      await knex.destroy();
      log.info({}, 'closed');
    });
  }
}
