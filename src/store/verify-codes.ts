/** Which alert a printed code belongs to. The code itself is nowhere: it is made again from the alert's id. */
import type { Knex } from 'knex';
import type { Database } from './database.js';

export interface VerifyCode {
  /** 32 bytes: a keyed hash of the code. */
  codeHash: Buffer;
  alertId: string;
  /** Of the number that the message went to. */
  phoneVersion: number;
  /** Epoch milliseconds: when the message left, and until when the code is answered. */
  sentAt: number;
  endsAt: number;
}

interface Row {
  code_hash: Buffer;
  alert_id: string;
  phone_version: number;
  sent_at: number;
  ends_at: number;
}

/** SQLite limits how many values one statement may have. */
const ROWS_A_STATEMENT = 100;

/** A message that is sent again keeps its code. */
export async function insertVerifyCodes(
  database: Database,
  trx: Knex.Transaction,
  codes: readonly VerifyCode[],
): Promise<void> {
  // Sorted, so that two replicas that send at once wait for each other instead of deadlocking.
  const sorted = [...codes].sort((a, b) => Buffer.compare(a.codeHash, b.codeHash));
  for (let start = 0; start < sorted.length; start += ROWS_A_STATEMENT) {
    const rows = sorted.slice(start, start + ROWS_A_STATEMENT).map(toRow);
    await trx<Row>(database.table('verify_codes')).insert(rows).onConflict('code_hash').merge();
  }
}

export async function findVerifyCode(
  database: Database,
  trx: Knex,
  codeHash: Buffer,
  now: number,
): Promise<VerifyCode | undefined> {
  const row = await trx<Row>(database.table('verify_codes')).where('code_hash', codeHash).first();
  return row === undefined || Number(row.ends_at) <= now ? undefined : fromRow(row);
}

export async function purgeVerifyCodes(database: Database, trx: Knex, now: number): Promise<number> {
  const codes = database.table('verify_codes');
  const alerts = database.table('alerts');
  const holds = database.table('legal_holds');
  const held = trx(alerts)
    .join(holds, (on) =>
      on.on(`${holds}.entity`, `${alerts}.entity`).andOn(`${holds}.customer_id`, `${alerts}.customer_id`),
    )
    .select(`${alerts}.alert_id`);
  return trx<Row>(codes).where('ends_at', '<=', now).whereNotIn('alert_id', held).delete();
}

function toRow({ codeHash, alertId, phoneVersion, sentAt, endsAt }: VerifyCode): Row {
  return { code_hash: codeHash, alert_id: alertId, phone_version: phoneVersion, sent_at: sentAt, ends_at: endsAt };
}

function fromRow(row: Row): VerifyCode {
  return {
    codeHash: row.code_hash,
    alertId: row.alert_id,
    phoneVersion: row.phone_version,
    sentAt: Number(row.sent_at),
    endsAt: Number(row.ends_at),
  };
}
