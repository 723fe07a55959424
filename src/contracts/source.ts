/**
 * A mapping: how a platform's own webhook becomes events. It is data, in `adapters/sources/<platform>/mapping.json`; its strings
 * are JMESPath expressions wherever `Expression` is written here. docs/sources.md explains each part.
 */
import type { ExternalEventType } from './event.js';

/** JMESPath. What it gives as `null` is absent. Constant text is written `'so'`. */
export type Expression = string;

/** An expression, a constant number or boolean, or lists and objects of such. What comes out empty is left out. */
export type Template = Expression | number | boolean | null | Template[] | { [key: string]: Template };

export type BodyFormat = 'json' | 'form' | 'xml' | 'avro';

/** How bodies of the format `avro` are read. The schemas are the bank's: the source's configuration names their folder. */
export interface AvroFormat {
  /** Full name of the record that a body is. */
  record: string;
  /** `single-object` (the default): ten bytes in front name the schema. `none`: the record alone, by the folder's schema. */
  framing?: 'single-object' | 'none';
  /** Any record that has both fields holds another one in the second: the first says its full name. */
  payload?: {
    schema: string;
    data: string;
    /** Full names of those that are read; of others the field is null. */
    records: string[];
  };
  /** What a name stands for that the platform's own build replaces in its schema files. */
  replace?: Record<string, { [attribute: string]: unknown }>;
}

export interface ParameterDeclaration {
  type: 'text' | 'currency' | 'zone' | 'country' | 'boolean' | 'list';
  description: string;
  required?: boolean;
  default?: string | boolean | string[];
}

/** SHA-256 over the named values, in this order: for platforms that send no id. */
export interface Derivation {
  sha256: Expression[];
}

export interface EventTemplate {
  /** A list: an event for each of its items, against which the other expressions are read. The delivery's own item is `$item`. */
  each?: Expression;
  /** The event is left out where this is not true. */
  when?: Expression;
  type: ExternalEventType;
  id: Expression | Derivation;
  /** RFC 3339. `$received` alone: the platform sends no time, and none is compared when the event comes again. */
  time: Expression;
  learn?: Expression;
  data: { [key: string]: Template };
}

/** `keep`: whoever is registered stays as they are. `fill` (the default): what is missing is added. `replace`: what is named is overwritten. */
export type ExistingPolicy = 'keep' | 'fill' | 'replace';

export interface CustomerTemplate {
  when?: Expression;
  id: Expression;
  existing?: ExistingPolicy;
  /** Of the customer document: phone, name, locale, timeZone, home, status, aliases. */
  document: { [key: string]: Template };
}

export interface AccountTemplate {
  when?: Expression;
  id: Expression;
  existing?: ExistingPolicy;
  /** Of the account document: holders, currency, home, aliases. Holders of `fill` are added to those that are known. */
  document: { [key: string]: Template };
}

/** The first case whose `when` is true takes the item. It either ignores it, by a name, or makes events and registrations. */
export interface CaseTemplate {
  name: string;
  when?: Expression;
  /** Why nothing is made of it: a name, which is counted. */
  ignore?: string;
  /** The same in a sentence, for people. */
  because?: string;
  customers?: CustomerTemplate[];
  accounts?: AccountTemplate[];
  events?: EventTemplate[];
}

/** What a thin event leaves to be asked for. The answer (JSON) is `$fetched.<name>`. */
export interface FetchTemplate {
  name: string;
  when?: Expression;
  /** Path and query under the base URL of the credentials. */
  path: Expression;
  method?: 'GET' | 'POST';
  body?: { [key: string]: Template };
  /** A name in the configuration, which holds the base URL and the headers. */
  credentials: string;
  /** How long an answer may be used again; 0 where absent. */
  cacheSeconds?: number;
  /** After the last try: `retry` (the default) answers 503, so that the platform sends again; `quarantine` keeps it. */
  onFailure?: 'retry' | 'quarantine';
}

export interface Acknowledgement {
  status?: number;
  contentType?: string;
  /** Sent as it is; a JSON document of our own where absent. */
  body?: string;
}

export interface MappingDocument {
  $schema?: string;
  name: string;
  title: string;
  description: string;
  /** Where the shape of the payloads is known from, and under which licence. */
  origin: string;
  /** The first is taken where the content type says nothing. */
  body: BodyFormat[];
  /** Required where `body` has `avro`. */
  avro?: AvroFormat;
  /** How senders are verified unless the configuration says otherwise: a scheme and its settings, without secrets. */
  signature: { scheme: string; [setting: string]: unknown };
  parameters?: Record<string, ParameterDeclaration>;
  /** Tables of the function `code`. */
  codes?: Record<string, Record<string, string>>;
  /** Zone abbreviations that times end with: an IANA name or an offset such as `-07:00`. */
  zones?: Record<string, string>;
  /** Keys whose values identify: they are kept although they might look like a card number. */
  identifiers?: string[];
  /** The items of a body: one list, or several by name (`$each` is the name); the body itself where absent. */
  each?: Expression | Record<string, Expression>;
  /** Evaluated in this order for each item, and read as `$name`. */
  let?: Record<string, Expression>;
  fetch?: FetchTemplate[];
  /** CloudEvents `source`; the configured name of the source where absent. */
  source?: Expression;
  entity?: Expression;
  cases: CaseTemplate[];
  acknowledge?: {
    /** All of it was taken or is ignored. */
    accepted?: Acknowledgement;
    /** Something was refused and is kept in quarantine; a problem document (422) where absent. */
    refused?: Acknowledgement;
    /** Nothing was kept: the platform has to send again; 503 where absent. */
    retry?: Acknowledgement;
  };
}

/** What came in, as the pure part sees it. */
export interface SourceDelivery {
  body: Uint8Array;
  contentType?: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  query: Record<string, string>;
  /** Epoch milliseconds. */
  receivedAt: number;
}
