/**
 * Takes what is in quarantine once more, after whatever refused it was mended. What is still refused stays as it is; an id
 * that came with two contents is never decided again, since only a person can say which one is true.
 */
import { LedgerbellError } from '../contracts/errors.js';
import { parseEvent } from '../core/event/parse-event.js';
import { listQuarantine, markReplayed, openQuarantined, type QuarantineRecord } from '../store/quarantine.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import type { IncomingEvent } from './ingest/types.js';
import { isFromSource, replayDelivery } from './sources/replay-delivery.js';

export interface ReplayedEntry {
  id: number;
  /** `accepted`, `duplicate`, or the code it is refused with now. */
  outcome: string;
  message?: string;
}

const PAGE = 200;

/** What a sender was not allowed to say does not become true by being replayed. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'secret-may-not-send',
  'stream-may-not-send',
  'binary-id-mismatch',
  'binary-needs-fixed-secret',
  'binary-attribute-unsigned',
]);

/** One entry. @throws LedgerbellError `quarantine-unknown` */
export async function replayQuarantined(house: House, id: number): Promise<ReplayedEntry> {
  const entry = await openQuarantined(house.vault, house.vault.database.knex, id);
  if (entry === undefined)
    throw new LedgerbellError('quarantine-unknown', `Nothing with the id ${id} is in quarantine`);
  if (entry.replayedAt !== undefined) return { id, outcome: entry.outcome ?? 'accepted', message: 'replayed before' };
  if (FORBIDDEN.has(entry.code)) {
    return { id, outcome: entry.code, message: 'its sender may not send it: a secret that may has to sign it' };
  }
  if (entry.code === 'id-reused') {
    return {
      id,
      outcome: 'id-reused',
      message: 'another event with this id was decided; send this one with an id of its own',
    };
  }
  if (isFromSource(entry.origin)) return replayDelivery(house, entry);
  return replay(house, id, entry.body);
}

/** Every open entry, oldest first. `onReplayed` is called after each. */
export async function replayAllQuarantined(house: House, onReplayed: (entry: ReplayedEntry) => void): Promise<void> {
  const open: QuarantineRecord[] = [];
  for (let before: number | undefined; ; ) {
    const page = await listQuarantine(house.vault.database, house.vault.database.knex, {
      before,
      limit: PAGE,
      open: true,
    });
    open.push(...page);
    before = page.at(-1)?.id;
    if (page.length < PAGE) break;
  }
  for (const { id } of open.reverse()) onReplayed(await replayQuarantined(house, id));
}

async function replay(house: House, id: number, body: Buffer): Promise<ReplayedEntry> {
  const now = house.now();
  let incoming: IncomingEvent;
  try {
    const original: unknown = JSON.parse(body.toString());
    const limits = { now, futureToleranceMs: house.limits.futureToleranceMs, origin: 'outside' as const };
    incoming = { event: parseEvent(original, limits), original };
  } catch (error) {
    if (error instanceof LedgerbellError) return { id, outcome: error.code, message: error.message };
    return { id, outcome: 'json-malformed', message: 'What was kept is not JSON' };
  }
  const [result] = await house.pipeline.submit([incoming]);
  if (result === undefined || result.status === 'rejected') return { id, outcome: result?.code ?? 'not-decided' };
  const { database } = house.vault;
  await withTransaction(database, (trx) => markReplayed(database, trx, { id, at: now, outcome: result.status }));
  return { id, outcome: result.status };
}
