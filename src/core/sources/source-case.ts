/** An example of a mapping: a payload, and exactly what it gives. */
import type { JsonObject } from '../../contracts/json.js';
import type { ExistingPolicy } from '../../contracts/source.js';
import { canonicalText } from './canonical-text.js';
import { startRun } from './expression/run.js';
import { fieldOf, isObject, type Value } from './expression/value.js';
import type { AvroReading } from './formats/avro.js';
import { readJson } from './formats/json.js';

/** cases.json, held to schemas/source-cases.schema.json. */
export interface SourceCasesDocument {
  origin: string;
  receivedAt?: string;
  /** A folder of .avsc files beside cases.json, by which bodies in `base64` are read. */
  schemas?: string;
  parameters?: Record<string, unknown>;
  headers?: Record<string, string>;
  cases: SourceCase[];
}

export interface SourceCase {
  name: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  contentType?: string;
  text?: string;
  /** The bytes of a body that is no text. */
  base64?: string;
  parameters?: Record<string, unknown>;
  events?: JsonObject[];
  customers?: ExpectedRegistration[];
  accounts?: ExpectedRegistration[];
  ignored?: string[];
  refused?: string[];
  fetches?: string[];
}

export interface ExpectedRegistration {
  id: string;
  existing?: ExistingPolicy;
  document: JsonObject;
}

/** A case and what of it must not pass through a float. */
export interface ReadCase {
  example: SourceCase;
  /** The body as it is sent, but for one in base64. */
  body: string;
  avro?: AvroReading | undefined;
  fetched: Record<string, Value>;
}

const WITHOUT_LIMIT = { steps: 10_000_000, size: 64 * 1024 * 1024 };

/** @param text of cases.json; numbers of the bodies stay as they are written in it */
export function readCases(text: string, document: SourceCasesDocument, avro?: AvroReading): ReadCase[] {
  const whole = readJson(text);
  const list = fieldOf(whole, 'cases') as Value[];
  const run = startRun({ codes: new Map(), zones: new Map() }, WITHOUT_LIMIT);
  return document.cases.map((example, index) => {
    const written = list[index] as Value;
    const fetched = fieldOf(written, 'fetched');
    const body = example.text ?? canonicalText(fieldOf(written, 'body'), run);
    return { example, body, avro, fetched: isObject(fetched) ? fetched : {} };
  });
}
