/**
 * Keeps an upload on disk while it is read twice: memory stays flat, and nobody else can read it. The file is encrypted with a
 * key that only this process knows, and has no name where the system lets an open file lose it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerbellError } from '../../contracts/errors.js';
import type { StatementFile } from './statement-file.js';

export interface Spooled extends StatementFile {
  /** Removes it. */
  dispose(): Promise<void>;
}

/** @throws LedgerbellError `body-too-large` */
export async function spool(
  chunks: AsyncIterable<Uint8Array>,
  { name, mostBytes, folder: parent = tmpdir() }: { name: string; mostBytes: number; folder?: string },
): Promise<Spooled> {
  const folder = await mkdtemp(join(parent, 'ledgerbell-upload-'));
  const path = join(folder, 'sealed');
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'wx+', 0o600);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    const written = await seal(chunks, file, mostBytes);
    const handle = file;
    return {
      name,
      bytes: written.bytes,
      open: () => unseal(handle, written),
      async dispose() {
        await handle.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await file?.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Sealed {
  key: Buffer;
  nonce: Buffer;
  tag: Buffer;
  bytes: number;
}

const ALGORITHM = 'aes-256-gcm';
const READ_BYTES = 65_536;

async function seal(chunks: AsyncIterable<Uint8Array>, file: FileHandle, mostBytes: number): Promise<Sealed> {
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new LedgerbellError('body-too-large', `A file may have ${mostBytes} bytes at most`);
    await file.write(cipher.update(chunk));
  }
  await file.write(cipher.final());
  return { key, nonce, tag: cipher.getAuthTag(), bytes };
}

async function* unseal(file: FileHandle, { key, nonce, tag }: Sealed): AsyncGenerator<Uint8Array> {
  const decipher = createDecipheriv(ALGORITHM, key, nonce).setAuthTag(tag);
  const buffer = Buffer.alloc(READ_BYTES);
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    yield decipher.update(buffer.subarray(0, bytesRead));
  }
  yield decipher.final();
}
