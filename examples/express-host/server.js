/**
 * Starts the bank: its database, its alerts, its HTTP server; and stops them in the opposite order. The process belongs to
 * the bank: signals and exit codes are handled here, and nowhere in the plugin.
 */
import { createAlerts } from './alerts.js';
import { createBank } from './bank.js';
import { openDatabase } from './database.js';
import { log } from './log.js';

const port = Number(process.env.BANK_PORT ?? 3000);
const knex = await openDatabase(process.env.BANK_DATABASE);
const alerts = await createAlerts({ knex, log, publicUrl: process.env.BANK_URL ?? `http://127.0.0.1:${port}` });
await alerts.start();

const server = createBank({ knex, alerts, log }).listen(port, '127.0.0.1', () => {
  log.info({ url: `http://127.0.0.1:${server.address().port}` }, 'the bank is open');
});

async function close() {
  server.closeIdleConnections();
  await new Promise((resolve) => server.close(resolve));
  await alerts.stop();
  // The plugin borrowed the pool and gave it back: the bank still has its database to close its books.
  const [{ transfers }] = await knex('bank_transfers').count({ transfers: '*' });
  await knex.destroy();
  log.info({ transfers: Number(transfers) }, 'the bank is closed');
}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, close);
