/**
 * Files of 100,000 entries, taken by the real command, which is killed on the way: each entry is one event, nothing is
 * decided twice, and memory does not grow with the file. Set LEDGERBELL_REPLAY_ENTRIES for another size.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { openDatabase } from '../../src/store/database.js';
import { type CreatedDatabase, databases } from '../support/databases.js';

const ENTRIES = Number(process.env.LEDGERBELL_REPLAY_ENTRIES ?? 100_000);
const ACCOUNTS = 500;
/** The command is killed once it has said each of these. */
const KILLS = ['10 %  entries taken', '40 %  entries taken', '70 %  entries taken'];
/** Bytes that the process may take more at the end than at a fifth of the file. */
const GROWTH = 96 * 1024 * 1024;
const TSX = import.meta.resolve('tsx');
const CLI = resolve('src', 'cli.ts');

const FORMATS = { 'camt-054': camtFile, bai2: bai2File } as const;

for (const database of databases) {
  for (const [mapping, write] of Object.entries(FORMATS)) {
    describe(`a ${mapping} file of ${ENTRIES} entries on ${database.name}`, function () {
      this.timeout(0);
      let folder: string;
      let created: CreatedDatabase;

      before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ledgerbell-statement-'));
        created = await database.create();
        const config = { database: { ...created.config, tablePrefix: 'lb_' }, sources: { night: { mapping } } };
        writeFileSync(join(folder, 'ledgerbell.config.json'), JSON.stringify(config));
        await write(join(folder, 'night.txt'));
      });

      after(async () => {
        await created.drop();
        rmSync(folder, { recursive: true, force: true });
      });

      it('is taken once, though its taking is killed three times, in memory that stays flat', async () => {
        for (const line of KILLS) {
          const child = take(folder);
          await said(child, line);
          child.kill('SIGKILL');
          await once(child, 'close');
        }
        const child = take(folder);
        let early = 0;
        let late = 0;
        await said(child, '80 %  entries taken', () => {
          early = residentBytes(child);
        });
        await said(child, '100 %  entries taken', () => {
          late = residentBytes(child);
        });
        if (child.exitCode === null) await once(child, 'close');
        expect(child.exitCode).to.equal(0);
        expect(late - early, 'bytes more').to.be.below(GROWTH);
        console.log(`      resident: ${Math.round(early / 1e6)} MB, then ${Math.round(late / 1e6)} MB`);
        expect(await counted(created)).to.deep.equal({ events: ENTRIES, subjects: ACCOUNTS });
      });
    });
  }
}

function take(folder: string): ChildProcess {
  const { NODE_ENV: _environment, ...env } = process.env;
  const args = ['--import', TSX, CLI, 'statements', 'take', 'night.txt', '--source', 'night'];
  return spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Waits until the command has said it, or has ended. */
function said(child: ChildProcess, line: string, then: () => void = () => undefined): Promise<void> {
  return new Promise((done, failed) => {
    let heard = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (!heard.includes(line)) return;
      then();
      done();
    });
    child.once('close', () => failed(new Error(`It ended before it said "${line}": ${heard.slice(-500)}`)));
  });
}

function residentBytes({ pid }: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

async function counted({ config }: CreatedDatabase): Promise<{ events: number; subjects: number }> {
  const database = openDatabase({ config, tablePrefix: 'lb_' });
  try {
    const row = await database
      .knex(database.table('events'))
      .count({ events: '*' })
      .countDistinct({ subjects: 'profile_hash' })
      .first();
    return { events: Number(row?.events), subjects: Number(row?.subjects) };
  } finally {
    await database.close();
  }
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  for (const line of lines) if (!file.write(`${line}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'finish');
}

/** Amounts of 1.00 to 100.00, to one account after another. */
const minor = (at: number): number => ((at % 100) + 1) * 100;

async function bai2File(path: string): Promise<void> {
  await writeLines(path, lines());

  function* lines(): Generator<string> {
    yield '01,BANK,US,261109,0200,1,,,2/';
    yield '02,US,BANK,1,261108,2359,EUR,2/';
    let [all, count] = [0, 1];
    for (let account = 0; account < ACCOUNTS; account += 1) {
      yield `03,A-${account},,,,,/`;
      let [sum, own] = [0, 0];
      for (let at = account; at < ENTRIES; at += ACCOUNTS) {
        yield `16,165,${minor(at)},0,B-${at},,PAYMENT ${at}/`;
        sum += minor(at);
        own += 1;
      }
      yield `49,${sum},${own + 2}/`;
      all += sum;
      count += own + 2;
    }
    yield `98,${all},${ACCOUNTS},${count + 1}/`;
    yield `99,${all},1,${count + 3}/`;
  }
}

async function camtFile(path: string): Promise<void> {
  await writeLines(path, lines());

  function* lines(): Generator<string> {
    yield '<?xml version="1.0" encoding="UTF-8"?>';
    yield '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>';
    yield '<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-08T23:59:00Z</CreDtTm></GrpHdr>';
    for (let account = 0; account < ACCOUNTS; account += 1) {
      yield `<Ntfctn><Id>N-${account}</Id><Acct><Id><Othr><Id>A-${account}</Id></Othr></Id><Ccy>EUR</Ccy></Acct>`;
      for (let at = account; at < ENTRIES; at += ACCOUNTS) {
        yield `<Ntry><Amt Ccy="EUR">${(minor(at) / 100).toFixed(2)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>`;
        yield `<BookgDt><Dt>2026-11-08</Dt></BookgDt><AcctSvcrRef>R-${at}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties>`;
        yield `<Dbtr><Pty><Nm>Payer ${at}</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>`;
      }
      yield '</Ntfctn>';
    }
    yield '</BkToCstmrDbtCdtNtfctn></Document>';
  }
}
