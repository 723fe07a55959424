/** The bytes of a delivery become a value: JSON whose numbers keep their text, a form, XML, or Avro. */
import type { BodyFormat, SourceDelivery } from '../../contracts/source.js';
import type { Value } from './expression/value.js';
import { type AvroReading, readAvro } from './formats/avro.js';
import { readForm } from './formats/form.js';
import { readJson } from './formats/json.js';
import { readXml } from './formats/xml.js';
import { MappingRefused } from './mapping-refused.js';

const READERS: Readonly<Record<Exclude<BodyFormat, 'avro'>, (text: string) => Value>> = {
  json: readJson,
  form: readForm,
  xml: readXml,
};

const TYPES: readonly [pattern: RegExp, format: BodyFormat][] = [
  [/^[\w.-]+\/(?:[\w.-]+\+)?json$/, 'json'],
  [/^application\/x-www-form-urlencoded$/, 'form'],
  [/^(?:application|text)\/(?:[\w.-]+\+)?xml$/, 'xml'],
  [/^(?:application\/(?:[\w.-]+\+)?avro|avro\/binary|application\/vnd\.apache\.avro\+binary)$/, 'avro'],
];

/** Of these nothing can be told about the body. */
const SAYS_NOTHING = /^(?:|text\/plain|application\/octet-stream)$/;

/**
 * @param avro what a mapping that reads Avro needs for it
 * @throws MappingRefused `mapping-content-type`, `mapping-body`, `mapping-schema`, `mapping-too-deep`, `mapping-too-many`
 */
export function readSourceBody(
  delivery: Pick<SourceDelivery, 'body' | 'contentType'>,
  formats: readonly BodyFormat[],
  avro?: AvroReading,
): Value {
  const format = formatOf(delivery.contentType, formats);
  if (format === undefined) throw new MappingRefused('mapping-content-type', { at: '/body' });
  if (format !== 'avro') return READERS[format](decoded(delivery.body));
  if (avro === undefined) throw new MappingRefused('mapping-schema', { at: '/avro' });
  return readAvro(delivery.body, avro);
}

/** Whether the body is what only the source's schemas can read. */
export function isAvro(delivery: Pick<SourceDelivery, 'contentType'>, formats: readonly BodyFormat[]): boolean {
  return formatOf(delivery.contentType, formats) === 'avro';
}

function formatOf(contentType: string | undefined, formats: readonly BodyFormat[]): BodyFormat | undefined {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const said = SAYS_NOTHING.test(type) ? formats[0] : TYPES.find(([pattern]) => pattern.test(type))?.[1];
  return said !== undefined && formats.includes(said) ? said : undefined;
}

/** UTF-8, as all of them say; a byte order mark is no part of the text. */
function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new MappingRefused('mapping-body', { at: '/body' }, 'The body is not UTF-8.', cause);
  }
}
