/** The product as it is run, every part of it; its alerts are held, so that what is measured is taking events in. */

import { createApp } from '../../src/app.js';
import { parseConfig } from '../../src/config/load-config.js';
import { holdAlerts } from '../../src/flows/hold.js';
import { heapInUse } from '../harness/heap.js';
import { answer } from '../harness/worker.js';
import { WEBHOOK_SECRET } from '../world/ingestion.js';
import { KEYS, PREFIX } from './house.js';
import { startSampling, stopSampling } from './stages.js';

export interface ProductArgument {
  database: object;
  rules: string;
  folder: string;
}

answer<ProductArgument>(async ({ database, rules, folder }) => {
  const { useNullAsDefault, ...knex } = database as Record<string, unknown>;
  void useNullAsDefault;
  const document = {
    http: { port: 0 },
    dataFolder: folder,
    database: { ...knex, tablePrefix: PREFIX },
    ingest: { signature: { secrets: [WEBHOOK_SECRET] }, queueCapacity: 20_000 },
    rules: [rules],
    encryption: { keys: KEYS },
    timeZone: 'Europe/Tallinn',
    breaker: { multiple: 1_000, minimum: 1_000_000 },
    log: { level: 'error' },
  };
  const app = await createApp(parseConfig(document, { folder, env: {} }));
  await holdAlerts(app.house, { scope: 'all', reason: 'benchmark', actor: 'bench' });
  const { url } = await app.start();
  return { ready: Number(new URL(url).port), answers: { heap: heapInUse, startSampling, stopSampling } };
});
