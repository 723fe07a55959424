/** What encryption costs: every seal and open that one event needs, against the CPU of its whole way through the pipeline. */
import { randomBytes } from 'node:crypto';
import { eventContent } from '../../src/core/event/canonical.js';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { createSubjectKey } from '../../src/store/crypto/subject-key.js';
import { contest } from '../harness/contest.js';
import { createDatabase, databaseCpu, type Kind, kinds } from '../harness/databases.js';
import { bySize, type Size } from '../harness/settings.js';
import { median } from '../harness/statistics.js';
import { amount, percent, printTable } from '../harness/table.js';
import { registerAccounts } from '../ingestion/house.js';
import { openInside } from '../ingestion/inside.js';
import { ACCOUNTS, ingestionRules, postings } from '../world/ingestion.js';
import { toSource } from '../world/ledgerbell-rules.js';
import { bytesWritten, type Stored, storedIn } from './stored-bytes.js';

interface Measured {
  kind: Kind;
  events: number;
  /** CPU of this process and of the database, microseconds an event. */
  cpu: number;
  databaseCpu: number;
  written: number;
  stored: Stored;
}

export async function sealing({ size }: { size: Size }): Promise<void> {
  const events = bySize(size, { quick: 2_000, usual: 20_000, full: 100_000 });
  const measured: Measured[] = [];
  for (const kind of kinds()) measured.push(await ingestOn(kind, events));
  const cost = await sealingCost(measured[0]?.stored as Stored, size);
  printTable({
    title: 'What encryption costs, µs an event',
    notes: [
      `Each event seals its body (${amount(cost.bodyBytes)} bytes) and its transaction, and opens and seals its profile (${amount(cost.profileBytes)} bytes); one in ten seals a text. Against the CPU of the pipeline in one process, 20 rules.`,
    ],
    columns: ['', 'sealing and opening', 'service CPU', 'share', 'with the database CPU'],
    rows: measured.map(({ kind, cpu, databaseCpu: database }) => [
      kind,
      cost.microseconds.toFixed(1),
      cpu.toFixed(1),
      percent(cost.microseconds / cpu),
      percent(cost.microseconds / (cpu + database)),
    ]),
  });
  printTable({
    title: 'Bytes an event',
    notes: [
      'Written: what went to the write-ahead log (SQLite: its frames, without a checkpoint; MariaDB: innodb_os_log_written). Stored: growth of the tables with their indexes. Sealed: mean size of the column.',
    ],
    columns: ['', 'written', 'stored', 'event body, sealed', 'profile, sealed', 'transaction, sealed'],
    rows: measured.map(({ kind, events: count, written, stored }) => [
      kind,
      amount(written / count),
      amount(stored.bytes / count),
      ...[stored.event, stored.profile, stored.transaction].map(amount),
    ]),
  });
}

async function ingestOn(kind: Kind, events: number): Promise<Measured> {
  const bench = await createDatabase(kind, 'sealing');
  await registerAccounts(bench, ACCOUNTS);
  const inside = await openInside(bench, toSource(ingestionRules(20), { notify: 'customer' }));
  const source = postings('sealing', 3, ACCOUNTS, Date.now());
  await inside.ingest(source, 2_000);
  // A checkpoint would start the log anew, and its length no longer say what was written.
  if (kind === 'SQLite') await inside.vault.database.knex.raw('pragma wal_autocheckpoint = 0');
  const before = {
    bytes: await bytesWritten(bench),
    stored: await storedIn(inside.vault.database),
    database: databaseCpu(kind),
  };
  const cpu = process.cpuUsage();
  await inside.ingest(source, events);
  const { user, system } = process.cpuUsage(cpu);
  const database = databaseCpu(kind);
  const stored = await storedIn(inside.vault.database);
  const written = (await bytesWritten(bench)) - before.bytes;
  await inside.close();
  await bench.drop();
  return {
    kind,
    events,
    cpu: (user + system) / events,
    databaseCpu: ((database - before.database) * 1000) / events,
    written,
    stored: { ...stored, bytes: stored.bytes - before.stored.bytes },
  };
}

async function sealingCost(stored: Stored, size: Size) {
  const event = parseEvent(postings('sealed', 3, ACCOUNTS, Date.now()).next(), {
    now: Date.now() + 1,
    futureToleranceMs: 0,
    origin: 'outside',
  });
  const body = Buffer.from(eventContent(event));
  const [profile, transaction, text] = [stored.profile, stored.transaction, 80].map((bytes) =>
    randomBytes(Math.round(bytes)),
  );
  const key = createSubjectKey(randomBytes(32));
  const context = `event/${'0'.repeat(64)}`;
  const sealed = key.seal(profile as Buffer, context);
  const rates = await contest(
    [
      {
        name: 'an event',
        run(turn) {
          key.seal(body, context);
          key.seal(transaction as Buffer, context);
          key.open(sealed, context);
          if (turn % 10 === 0) key.seal(text as Buffer, context);
          return key.seal(profile as Buffer, context);
        },
      },
    ],
    { rounds: 5, turnMs: bySize(size, { quick: 50, usual: 300 }) },
  );
  return {
    microseconds: 1e6 / median(rates.get('an event') ?? []),
    bodyBytes: body.length,
    profileBytes: stored.profile,
  };
}
