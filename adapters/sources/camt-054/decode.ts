/** Bytes of an XML file as text, by its byte order mark or what its declaration says of the encoding; UTF-8 else. */
import { TextDecoder } from 'node:util';
import { LedgerbellError } from '../../../src/contracts/errors.js';

const DECLARED = /^<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;
const LONGEST_DECLARATION = 256;

/** @throws LedgerbellError `statement-malformed` where the encoding is unknown, or the bytes are not what it says */
export async function* decodeXml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (decoder !== undefined) {
      yield decoded(decoder, chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < LONGEST_DECLARATION) continue;
    decoder = decoderOf(head);
    yield decoded(decoder, head);
  }
  if (decoder === undefined) {
    decoder = decoderOf(head);
    yield decoded(decoder, head);
  }
  yield decoded(decoder);
}

function decoderOf(first: Buffer): TextDecoder {
  const [a, b] = first;
  const label = a === 0xfe && b === 0xff ? 'utf-16be' : a === 0xff && b === 0xfe ? 'utf-16le' : declared(first);
  try {
    return new TextDecoder(label, { fatal: true });
  } catch (cause) {
    throw new LedgerbellError('statement-malformed', 'The encoding that the file states is not known', { cause });
  }
}

function declared(first: Buffer): string {
  const head = first.subarray(0, LONGEST_DECLARATION).toString('latin1').replace(/^ï»¿/, '');
  return DECLARED.exec(head)?.[1] ?? 'utf-8';
}

/** Without a chunk: the end, where a character that was cut off shows. */
function decoded(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw new LedgerbellError('statement-malformed', 'The file is not in the encoding that it states', { cause });
  }
}
