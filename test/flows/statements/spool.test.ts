import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Spooled, spool } from '../../../src/flows/statements/spool.js';

const TEXT = 'an account of Jane Doe, '.repeat(20_000);

async function* pieces(): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(TEXT);
  for (let from = 0; from < bytes.length; from += 10_007) yield bytes.subarray(from, from + 10_007);
}

async function textOf(file: Spooled): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('an upload on disk', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledgerbell-spool-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('can be read as often as needed', async () => {
    const file = await spool(pieces(), { name: 'a.xml', mostBytes: 1_000_000, folder });
    try {
      expect(file).to.include({ name: 'a.xml', bytes: TEXT.length });
      expect(await textOf(file)).to.equal(TEXT);
      expect(await textOf(file)).to.equal(TEXT);
    } finally {
      await file.dispose();
    }
  });

  it('leaves no name behind, not even while it is read', async () => {
    const file = await spool(pieces(), { name: 'a.xml', mostBytes: 1_000_000, folder });
    expect(await readdir(folder)).to.deep.equal([]);
    await file.dispose();
  });

  it('is refused where it is longer than it may be', async () => {
    const refused = await spool(pieces(), { name: 'a.xml', mostBytes: 100_000, folder }).catch(
      (error: unknown) => error,
    );
    expect(refused).to.include({ code: 'body-too-large' });
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
