/** `sources new`: a folder with a first mapping and its cases, guessed from payloads of the platform. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LedgerbellError } from '../../contracts/errors.js';
import { compileMapping } from '../../core/sources/compile-mapping.js';
import { draftMapping } from '../../core/sources/draft-mapping.js';
import type { Value } from '../../core/sources/expression/value.js';
import { readJson } from '../../core/sources/formats/json.js';
import { tryDelivery } from '../../core/sources/try-delivery.js';

export interface NewSource {
  folder: string;
  /** What could not be guessed. */
  missing: string[];
}

const RECEIVED = Date.UTC(2026, 10, 22, 12);
const WORD = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * @param folder where the new folder is made
 * @throws LedgerbellError `name-invalid`, `folder-exists`, `file-unreadable`
 */
export function newSource(name: string, files: readonly string[], folder: string): NewSource {
  if (!WORD.test(name))
    throw new LedgerbellError('name-invalid', 'A mapping is named in lower-case letters, digits and dashes');
  const target = join(folder, name);
  if (existsSync(target)) throw new LedgerbellError('folder-exists', `${target} is there already`);
  const samples = files.map((file) => ({ file, text: readText(file) }));
  const { mapping: document, missing } = draftMapping(
    name,
    samples.map(({ file, text }) => parsed(file, text)),
  );
  const { mapping } = compileMapping(document);
  const cases = samples.map(({ file, text }) => {
    const delivery = {
      body: Buffer.from(text),
      contentType: 'application/json',
      headers: {},
      query: {},
      receivedAt: RECEIVED,
    };
    const tried = tryDelivery(mapping, delivery, { name, parameters: {}, most: 1000 }, {});
    const events = tried.flatMap((item) => item.events);
    const refused = tried.flatMap((item) => item.refused.map(({ code }) => code));
    const expected = { ...(events.length > 0 ? { events } : {}), ...(refused.length > 0 ? { refused } : {}) };
    return { name: `the payload of ${basename(file)}`, text, expected };
  });
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'mapping.json'), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(join(target, 'cases.json'), casesText(cases));
  return { folder: target, missing };
}

/** The payloads stand in it as they were written, so that no number of theirs is rounded. */
function casesText(cases: readonly { name: string; text: string; expected: object }[]): string {
  const written = cases.map(({ name, text, expected }) => {
    const parts = Object.entries(expected).map(
      ([key, value]) => `,\n      ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
    );
    return `    {\n      "name": ${JSON.stringify(name)},\n      "body": ${text.trim()}${parts.join('')}\n    }`;
  });
  return `{\n  "origin": "Our own payloads",\n  "cases": [\n${written.join(',\n')}\n  ]\n}\n`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LedgerbellError('file-unreadable', `${file} cannot be read`, { cause });
  }
}

function parsed(file: string, text: string): Value {
  try {
    return readJson(text);
  } catch (cause) {
    throw new LedgerbellError(
      'file-unreadable',
      `${file} is not JSON: write the mapping of a form, of XML or of Avro by hand`,
      {
        cause,
      },
    );
  }
}
