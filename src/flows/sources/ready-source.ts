/** A configured source: its mapping compiled, its settings filled in. */

import type { StatementReader } from '../../contracts/statement.js';
import type { CompiledMapping } from '../../core/sources/compiled-mapping.js';
import type { Value } from '../../core/sources/expression/value.js';
import type { AvroReading } from '../../core/sources/formats/avro.js';

/** Where something is fetched from; the headers hold secrets. */
export interface Credentials {
  /** `https://api.bank.example/v1`; only what lies below it is asked for. */
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
}

export interface ReadySource {
  name: string;
  mapping: CompiledMapping;
  /** Defaults filled in. */
  parameters: Readonly<Record<string, unknown>>;
  entity?: string;
  /** Everything is learned from and nothing alerted. */
  learn: boolean;
  credentials: ReadonlyMap<string, Credentials>;
  /** Where its mapping reads Avro. */
  avro?: AvroReading;
  /** Where it takes files of entries: how they are read, and the folder they come in, if any. */
  files?: { reader: StatementReader; folder?: string };
  /** Header fields that hold a secret of this source's scheme, lower-case. */
  secretHeaders: ReadonlySet<string>;
  /** Answers of fetches that may be used again. */
  fetched: FetchMemory;
}

export interface FetchMemory {
  get(key: string): Value | undefined;
  set(key: string, value: Value, milliseconds: number): void;
}
