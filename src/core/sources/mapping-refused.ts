/** Why a delivery, or a part of it, could not be mapped: a closed list, each with one line for the integrator. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Value } from './expression/value.js';

export const MAPPING_REFUSALS = {
  'mapping-content-type': 'The mapping does not read bodies of this content type.',
  'mapping-body': 'The body is not what its content type says.',
  'mapping-schema': 'The body was written with an Avro schema that the source does not have.',
  'mapping-too-deep': 'The body is nested more deeply than a mapping reads.',
  'mapping-too-many': 'The body holds more items, or makes more events, than one delivery may.',
  'mapping-each': 'What the mapping takes for the items of the body is not a list.',
  'mapping-no-case': 'No case of the mapping takes this.',
  'mapping-id': 'Nothing was found that the event could be identified by.',
  'mapping-type': 'A function of the mapping was given another kind of value than it takes.',
  'mapping-amount': 'An amount is no number, or has more decimals than its currency.',
  'mapping-currency': 'This is no currency of ISO 4217.',
  'mapping-country': 'This is no country of ISO 3166.',
  'mapping-time': 'This is no time of the form that the mapping expects.',
  'mapping-zone': 'The time has no offset, and no zone is known for it.',
  'mapping-code': 'The table of the mapping has no such code.',
  'mapping-budget': 'The mapping took more steps than it may for one delivery.',
  'mapping-size': 'The mapping made more than one delivery may make.',
  'mapping-internal': 'The mapping could not be run; this is a mistake of ours.',
  'mapping-fetch': 'What the event refers to could not be fetched.',
} as const;

export type MappingRefusalCode = keyof typeof MAPPING_REFUSALS;

export const isMappingRefusalCode = (code: string): code is MappingRefusalCode => Object.hasOwn(MAPPING_REFUSALS, code);

/** A value that an expression was given, and what it was called there: `request.amount`. */
export interface Found {
  of: string;
  value: Value;
}

/** Thrown inside an expression. `found` may be personal: it is for the eyes of `sources try`, never for a message. */
export class ValueRefused extends Error {
  readonly code: MappingRefusalCode;
  readonly found: readonly Found[];
  constructor(code: MappingRefusalCode, message: string = MAPPING_REFUSALS[code], found: readonly Found[] = []) {
    super(message);
    this.name = 'ValueRefused';
    this.code = code;
    this.found = found;
  }
}

/** Where in the mapping it failed. */
export interface Fault {
  /** Pointer into mapping.json: `/cases/0/events/0/data/amount`. */
  at: string;
  expression?: string;
  found?: readonly Found[];
}

/** `path` points into the mapping. The message names no value. */
export class MappingRefused extends LedgerbellError {
  declare readonly code: MappingRefusalCode;
  readonly fault: Fault;
  constructor(code: MappingRefusalCode, fault: Fault, message: string = MAPPING_REFUSALS[code], cause?: unknown) {
    super(code, message, { path: fault.at, cause });
    this.name = 'MappingRefused';
    this.fault = fault;
  }
}
