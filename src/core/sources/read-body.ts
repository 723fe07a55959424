/** The bytes of a delivery become a value: JSON whose numbers keep their text, a form, or XML. */
import type { BodyFormat, SourceDelivery } from '../../contracts/source.js';
import type { Value } from './expression/value.js';
import { readForm } from './formats/form.js';
import { readJson } from './formats/json.js';
import { readXml } from './formats/xml.js';
import { MappingRefused } from './mapping-refused.js';

const READERS: Readonly<Record<BodyFormat, (text: string) => Value>> = {
  json: readJson,
  form: readForm,
  xml: readXml,
};

const TYPES: readonly [pattern: RegExp, format: BodyFormat][] = [
  [/^[\w.-]+\/(?:[\w.-]+\+)?json$/, 'json'],
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^(?:application|text)\/(?:[\w.-]+\+)?xml$/, 'xml'],
];

/** Of these nothing can be told about the body. */
const SAYS_NOTHING = /^(?:|text\/plain|application\/octet-stream)$/;

/** @throws MappingRefused `mapping-content-type`, `mapping-body`, `mapping-too-deep`, `mapping-too-many` */
export function readSourceBody(
  delivery: Pick<SourceDelivery, 'body' | 'contentType'>,
  formats: readonly BodyFormat[],
): Value {
  const format = formatOf(delivery.contentType, formats);
  return READERS[format](decoded(delivery.body));
}

function formatOf(contentType: string | undefined, formats: readonly BodyFormat[]): BodyFormat {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const said = SAYS_NOTHING.test(type) ? formats[0] : TYPES.find(([pattern]) => pattern.test(type))?.[1];
  if (said !== undefined && formats.includes(said)) return said;
  throw new MappingRefused('mapping-content-type', { at: '/body' });
}

/** UTF-8, as all of them say; a byte order mark is no part of the text. */
function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new MappingRefused('mapping-body', { at: '/body' }, 'The body is not UTF-8.', cause);
  }
}
