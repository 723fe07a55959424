/** `sources try`: a payload from a file through a mapping, without a service or a database. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { LedgerbellError } from '../../contracts/errors.js';
import { isObject } from '../../core/sources/expression/value.js';
import { readJson } from '../../core/sources/formats/json.js';
import { parameterMistakes, withDefaults } from '../../core/sources/parameters.js';
import { type TriedItem, type TriedRefusal, tryDelivery } from '../../core/sources/try-delivery.js';
import { loadAvroSchemas } from '../../registry/avro-schemas.js';
import { loadMapping } from '../../registry/sources.js';

export interface Trial {
  /** The payload as the platform sends it. */
  file: string;
  /** A shipped mapping, or a path. */
  mapping: string;
  /** What relative paths of mappings are read from. */
  folder: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  parameters: Record<string, unknown>;
  /** Folders of .avsc files, where the payload is Avro. */
  schemas?: readonly string[];
  /** A JSON file with what fetches answer, by name. */
  fetched?: string;
  /** Epoch milliseconds. */
  now: number;
}

const MOST = 1000;
const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.form': 'application/x-www-form-urlencoded',
  '.avro': 'application/avro',
};

/** @throws LedgerbellError `mapping-not-found`, `mapping-invalid`, `parameters-invalid`, `schemas-invalid`, `file-unreadable` */
export function trySource(trial: Trial): TriedItem[] {
  const { mapping } = loadMapping(trial.mapping, trial.folder);
  const { name, parameters, avro: format } = mapping.document;
  const mistakes = parameterMistakes(parameters, trial.parameters);
  if (mistakes.length > 0) {
    const lines = mistakes.map((one) => `parameter ${one.name} ${one.message}`);
    throw new LedgerbellError('parameters-invalid', `${lines.join('\n')}\nGive it as --parameter name=value`);
  }
  const headers = Object.fromEntries(Object.entries(trial.headers).map(([key, value]) => [key.toLowerCase(), value]));
  const contentType = headers['content-type'] ?? TYPES[extname(trial.file).toLowerCase()];
  const body = read(trial.file);
  const delivery = {
    body,
    headers,
    query: trial.query,
    receivedAt: trial.now,
    ...(contentType === undefined ? {} : { contentType }),
  };
  const avro =
    format === undefined || trial.schemas === undefined
      ? undefined
      : { format, schemas: loadAvroSchemas(trial.schemas, format) };
  const fetched = trial.fetched === undefined ? {} : readJson(read(trial.fetched).toString('utf8'));
  return tryDelivery(
    mapping,
    delivery,
    { name, parameters: withDefaults(parameters, trial.parameters), most: MOST, avro },
    isObject(fetched) ? fetched : {},
  );
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new LedgerbellError('file-unreadable', `${file} cannot be read`, { cause });
  }
}

/** For people: the events as JSON, and each refusal with where it is and what was there. */
export function renderTrial(items: readonly TriedItem[]): string {
  return items.map(renderItem).join('\n');
}

function renderItem({ item, case: name, ignored, fetches, customers, accounts, events, refused }: TriedItem): string {
  const lines = [
    `item ${item}${name === undefined ? '' : `, case ${name}`}${ignored === undefined ? '' : `: ignored, ${ignored}`}`,
  ];
  for (const one of fetches) lines.push(`  fetches ${one}`);
  for (const { id, existing, document } of customers)
    lines.push(`  customer ${id} (${existing}): ${JSON.stringify(document)}`);
  for (const { id, existing, document } of accounts)
    lines.push(`  account ${id} (${existing}): ${JSON.stringify(document)}`);
  for (const event of events) lines.push(JSON.stringify(event, null, 2));
  for (const one of refused) lines.push(...renderRefusal(one));
  return lines.join('\n');
}

function renderRefusal({ code, message, at, field, expression, found }: TriedRefusal): string[] {
  return [
    `  refused: ${code}`,
    `    why         ${message}`,
    ...(field ? [`    field       ${field}`] : []),
    `    in mapping  ${at}`,
    ...(expression === undefined ? [] : [`    expression  ${expression}`]),
    ...found.map((one) => `    found       ${one}`),
    ...(expression !== undefined && field && found.length === 0
      ? ['    found       nothing that fits: the expression gives another value, or none']
      : []),
  ];
}
