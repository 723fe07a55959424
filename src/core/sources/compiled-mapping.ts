/** A mapping as it runs: every expression compiled, every name known. */
import type { ExternalEventType } from '../../contracts/event.js';
import type { JsonObject } from '../../contracts/json.js';
import type { ExistingPolicy, MappingDocument } from '../../contracts/source.js';
import type { Expression } from './expression/compile-expression.js';
import type { Tables } from './expression/run.js';
import type { Filled } from './template.js';

/** An expression and its place in the mapping. */
export interface Placed {
  at: string;
  expression: Expression;
}

export interface CompiledEvent {
  each?: Placed;
  when?: Placed;
  type: ExternalEventType;
  id: Placed | { at: string; sha256: Placed[] };
  time: Placed;
  /** No time was sent: none is compared when the event comes again. */
  timeIsReceived: boolean;
  learn?: Placed;
  data: Filled;
}

export interface CompiledRegistration {
  when?: Placed;
  id: Placed;
  existing: ExistingPolicy;
  document: Filled;
}

export interface CompiledCase {
  name: string;
  when?: Placed;
  ignore?: string;
  customers: CompiledRegistration[];
  accounts: CompiledRegistration[];
  events: CompiledEvent[];
}

export interface CompiledFetch {
  name: string;
  when?: Placed;
  path: Placed;
  method: 'GET' | 'POST';
  body?: Filled;
  credentials: string;
  cacheSeconds: number;
  onFailure: 'retry' | 'quarantine';
}

export interface CompiledMapping {
  document: MappingDocument;
  tables: Tables;
  /** Absent: the body is the one item. */
  each?: { name?: string; items: Placed }[];
  lets: { name: string; value: Placed }[];
  fetches: CompiledFetch[];
  source?: Placed;
  entity?: Placed;
  cases: CompiledCase[];
}

/** A registration that an item asks for. */
export interface WantedRegistration {
  id: string;
  existing: ExistingPolicy;
  document: JsonObject;
}
