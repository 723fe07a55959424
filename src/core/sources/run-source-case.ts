/** Runs one example through the very mapping that deliveries go through, and says what is different. */
import type { JsonObject } from '../../contracts/json.js';
import { canonicalJson } from '../event/canonical.js';
import { parseInstant } from '../event/instant.js';
import type { CompiledMapping, WantedRegistration } from './compiled-mapping.js';
import { fetchesOf, mapItem, type OpenedDelivery, openDelivery, type SourceItem } from './map-delivery.js';
import { MappingRefused } from './mapping-refused.js';
import { withDefaults } from './parameters.js';
import { parseMapped } from './parse-mapped.js';
import type { ExpectedRegistration, ReadCase, SourceCase, SourceCasesDocument } from './source-case.js';

export interface SourceCaseResult {
  mapping: string;
  case: string;
  passed: boolean;
  /** Only what differs, as JSON. */
  expected: string;
  got: string;
}

interface Outcome {
  events: JsonObject[];
  customers: ExpectedRegistration[];
  accounts: ExpectedRegistration[];
  ignored: string[];
  refused: string[];
  fetches: string[];
}

const RECEIVED = '2026-11-22T12:00:00.000Z';
const MOST = 1000;

export function runSourceCase(
  mapping: CompiledMapping,
  document: SourceCasesDocument,
  read: ReadCase,
): SourceCaseResult {
  const { example } = read;
  const got = outcomeOf(mapping, document, read);
  const expected: Outcome = {
    events: (example.events ?? []).map((event) => ({ specversion: '1.0', ...event })),
    customers: (example.customers ?? []).map(withPolicy),
    accounts: (example.accounts ?? []).map(withPolicy),
    ignored: example.ignored ?? [],
    refused: example.refused ?? [],
    fetches: example.fetches ?? got.fetches,
  };
  const differing = (Object.keys(expected) as (keyof Outcome)[]).filter(
    (key) => canonicalJson(expected[key]) !== canonicalJson(got[key]),
  );
  return {
    mapping: mapping.document.name,
    case: example.name,
    passed: differing.length === 0,
    expected: shown(expected, differing),
    got: shown(got, differing),
  };
}

function outcomeOf(
  mapping: CompiledMapping,
  document: SourceCasesDocument,
  { example, body, avro, fetched }: ReadCase,
): Outcome {
  const outcome: Outcome = { events: [], customers: [], accounts: [], ignored: [], refused: [], fetches: [] };
  const receivedAt = parseInstant(document.receivedAt ?? RECEIVED);
  const headers = lowerCased({ ...document.headers, ...example.headers });
  const contentType = example.contentType ?? headers['content-type'] ?? usualType(example);
  const delivery = {
    body: example.base64 === undefined ? new TextEncoder().encode(body) : Buffer.from(example.base64, 'base64'),
    contentType,
    headers,
    query: example.query ?? {},
    receivedAt,
  };
  const parameters = withDefaults(mapping.document.parameters, { ...document.parameters, ...example.parameters });
  try {
    const opened = openDelivery(mapping, delivery, { name: mapping.document.name, parameters, most: MOST, avro });
    for (const item of opened.items) addItem(opened, item, fetched, outcome, receivedAt);
  } catch (error) {
    if (!(error instanceof MappingRefused)) throw error;
    outcome.refused.push(error.code);
  }
  return outcome;
}

function usualType({ text, base64 }: SourceCase): string | undefined {
  if (base64 !== undefined) return 'application/octet-stream';
  return text === undefined ? 'application/json' : undefined;
}

function addItem(
  opened: OpenedDelivery,
  item: SourceItem,
  fetched: ReadCase['fetched'],
  outcome: Outcome,
  now: number,
): void {
  try {
    outcome.fetches.push(...fetchesOf(opened, item).map(({ path }) => path));
    const mapped = mapItem(opened, item, fetched);
    if (mapped.ignored !== undefined) outcome.ignored.push(mapped.ignored);
    outcome.customers.push(...mapped.customers.map(registered));
    outcome.accounts.push(...mapped.accounts.map(registered));
    for (const made of mapped.events) {
      // Cases are about what happened long ago or will: only the form is judged, not the clock.
      const result = parseMapped(made, { now, futureToleranceMs: Number.MAX_SAFE_INTEGER / 2 });
      if ('refused' in result) outcome.refused.push(result.refused.code);
      else outcome.events.push(made.event);
    }
  } catch (error) {
    if (!(error instanceof MappingRefused)) throw error;
    outcome.refused.push(error.code);
  }
}

function registered({ id, existing, document }: WantedRegistration): ExpectedRegistration {
  return { id, existing, document };
}

function withPolicy({ id, existing = 'fill', document }: ExpectedRegistration): ExpectedRegistration {
  return { id, existing, document };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function shown(outcome: Outcome, keys: (keyof Outcome)[]): string {
  return keys.length === 0 ? '' : JSON.stringify(Object.fromEntries(keys.map((key) => [key, outcome[key]])), null, 2);
}
