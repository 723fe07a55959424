import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { StatementFile } from '../../../src/flows/statements/statement-file.js';
import { steadyFile } from '../../../src/flows/statements/steady-file.js';

/** What each reading finds in turn, in chunks of so many bytes. */
function readings(...found: [bytes: Buffer, chunk: number][]): StatementFile {
  let next = 0;
  async function* open(): AsyncGenerator<Uint8Array> {
    const [bytes, chunk] = found[Math.min(next++, found.length - 1)] as [Buffer, number];
    for (let from = 0; from < bytes.length; from += chunk) yield bytes.subarray(from, from + chunk);
  }
  return { name: 'night.bai', bytes: found[0]?.[0].length ?? 0, open };
}

/** Its bytes, and why there were no more of them. */
async function read(file: StatementFile): Promise<{ bytes: Buffer; code?: string }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of file.open()) chunks.push(chunk);
  } catch (error) {
    return { bytes: Buffer.concat(chunks), code: (error as { code: string }).code };
  }
  return { bytes: Buffer.concat(chunks) };
}

async function readFirst(file: StatementFile): Promise<void> {
  for await (const _ of file.open()) return;
}

const BLOCK = 65_536;
const BYTES = Buffer.alloc(3 * BLOCK + 100, 'entries of a night ');
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function changedAt(place: number): Buffer {
  const bytes = Buffer.from(BYTES);
  bytes[place] = 0;
  return bytes;
}

describe('a file that is read more than once', () => {
  it('gives the same bytes each time, however they come', async () => {
    const file = steadyFile(readings([BYTES, 1_000], [BYTES, 2 * BLOCK + 1], [BYTES, 7_777]));
    for (let times = 0; times < 3; times += 1) expect((await read(file)).bytes.equals(BYTES)).to.equal(true);
    expect((await file.digest()).toString('hex')).to.equal(sha256(BYTES));
  });

  it('may be empty', async () => {
    const file = steadyFile(readings([Buffer.alloc(0), 1]));
    expect((await file.digest()).toString('hex')).to.equal(sha256(Buffer.alloc(0)));
    expect(await read(file)).to.deep.equal({ bytes: Buffer.alloc(0) });
  });

  it('has the digest of the whole, however little of it was read', async () => {
    const file = steadyFile(readings([BYTES, 1_000]));
    await readFirst(file);
    expect((await file.digest()).toString('hex')).to.equal(sha256(BYTES));
  });

  it('gives nothing from the change on', async () => {
    for (const [place, kept] of [
      [0, 0],
      [BLOCK - 1, 0],
      [BLOCK, BLOCK],
      [3 * BLOCK + 99, 3 * BLOCK],
    ] as const) {
      const file = steadyFile(readings([BYTES, 1_000], [changedAt(place), 1_000]));
      await file.digest();
      const { bytes, code } = await read(file);
      expect([bytes.length, code], `changed at ${place}`).to.deep.equal([kept, 'statement-changed']);
    }
  });

  it('is another one where it is shorter or longer than it was', async () => {
    for (const [length, kept] of [
      [0, 0],
      [BLOCK, BLOCK],
      [3 * BLOCK + 99, 3 * BLOCK],
    ] as const) {
      const shorter = steadyFile(readings([BYTES, 1_000], [BYTES.subarray(0, length), 1_000]));
      await shorter.digest();
      const found = await read(shorter);
      expect([found.bytes.length, found.code], `of ${length}`).to.deep.equal([kept, 'statement-changed']);
    }
    const whole = BYTES.subarray(0, BLOCK);
    const longer = steadyFile(readings([whole, 1_000], [BYTES, 1_000]));
    await longer.digest();
    expect(await read(longer)).to.deep.include({ code: 'statement-changed' });
  });

  it('has no digest where what was read of it has changed before the rest was', async () => {
    const file = steadyFile(readings([BYTES, 1_000], [changedAt(5), 1_000]));
    await readFirst(file);
    const code = await file.digest().then(
      () => undefined,
      (error) => error.code,
    );
    expect(code).to.equal('statement-changed');
  });
});
