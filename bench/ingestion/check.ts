/** Before any time is taken: the product and the stack written by hand make the same alerts of the same events. */
import { ACCOUNTS, postings } from '../world/ingestion.js';
import { openConnection } from './connection.js';
import type { Entrant } from './entrants.js';
import { BATCH, signedRequest } from './requests.js';

const REQUESTS = 3;

/** @returns how many events were compared */
export async function checkAlerts(entrants: readonly Entrant[]): Promise<number> {
  const answers = new Map<string, string>();
  for (const { name, worker } of entrants) answers.set(name, await alertsOf(worker.ready as number));
  const [first, ...others] = [...answers];
  for (const [name, alerts] of others) {
    if (alerts !== first?.[1]) throw new Error(`${name} and ${first?.[0]} differ:\n${alerts}\n${first?.[1]}`);
  }
  return REQUESTS * BATCH;
}

async function alertsOf(port: number): Promise<string> {
  const now = Date.now();
  const events = postings('check', 1, ACCOUNTS, now);
  const connection = await openConnection(port);
  const told: string[] = [];
  for (let time = 0; time < REQUESTS; time++) {
    const { status, body } = await connection.send(signedRequest('batch', events, now));
    if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
    const results: { id: string; alerts: { rule: string }[] }[] = JSON.parse(body).results;
    for (const { id, alerts } of results) told.push(`${id}: ${alerts.map(({ rule }) => rule).sort()}`);
  }
  connection.close();
  return told.join('\n');
}
