/** Ledgerbell as this bank uses it: on the bank's own database, with its logger, behind its own sign-in. */
import { createPlugin } from 'ledgerbell';
import { findEmployee } from './employees.js';

/** Where the plugin's routes are; providers are told to call back here. */
export const MOUNT = '/ledgerbell';

export function createAlerts({ knex, log, publicUrl }) {
  return createPlugin({
    knex,
    logger: log,
    tablePrefix: 'alerts_',
    authorize: (request) => findEmployee(request),
    config: {
      dataFolder: process.env.BANK_DATA ?? './data',
      http: { publicUrl: publicUrl + MOUNT },
      sms: { senders: { default: 'EXAMPLEBANK' }, adapters: [{ use: 'terminal', width: 100 }] },
      locale: 'en',
      timeZone: 'Europe/Tallinn',
      phoneRegion: 'EE',
    },
  });
}
