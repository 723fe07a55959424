/** What facts read while one event is decided, and for which recipient. */
import type { LedgerEvent } from '../../contracts/event.js';
import type { Parameter } from '../../contracts/rule.js';
import type { Context, Recipient } from '../context.js';
import type { Profile } from '../profile/profile.js';
import type { SeriesSpec, SeriesState } from '../profile/series.js';

export interface Frame {
  event: LedgerEvent;
  /** As it stood before this event. */
  profile: Profile;
  context: Context;
  /** Epoch milliseconds. */
  now: number;
  /** Whose parameters and zone apply; absent while nobody's. */
  recipient?: Recipient;
  /** Series without this event's transaction, and with it, by series id. */
  before: Readonly<Record<string, SeriesState>>;
  after: Readonly<Record<string, SeriesState>>;
  /** The currency that plain amounts and mixed sums are in. */
  currency: string;
}

/** A measure the rule needs is not complete yet. */
export const WARMING = Symbol('warming-up');

/**
 * Reads one value out of a frame. `undefined`: not known. `money`: compare exactly, by currency; `plain`: hand to the
 * library's operator as it is.
 */
export interface Accessor {
  kind: 'money' | 'plain';
  /** Whether the answer can differ from one recipient of the same event to another. */
  perRecipient: boolean;
  read(frame: Frame): unknown;
  /** The same, faster, for events whose type starts with `types`. */
  own?: { types: string; read(frame: Frame): unknown };
  /** What `read` gives for every frame. */
  constant?: unknown;
  /** What `read` gives for most frames, by identity. */
  usual?: unknown;
}

/** One fact that rules may name. */
export interface FactDefinition {
  name: string;
  /** For the analyst: what it is, and its paths. */
  description: string;
  /** Known paths with their kind; a path not listed is refused, unless `open`. */
  paths: Readonly<Record<string, PathKind>>;
  /** Paths of the event's own data beyond those listed are allowed. */
  open?: boolean;
  accessor(request: AccessorRequest): Accessor;
}

export type PathKind = 'money' | 'number' | 'text' | 'boolean' | 'list' | 'any';

export interface AccessorRequest {
  /** Without `$`, split; empty for the fact itself. */
  path: readonly string[];
  params: Readonly<Record<string, unknown>>;
  /** Finds (or adds) the series a measure needs; its id is settled once every rule has been read. */
  series(params: Readonly<Record<string, unknown>>): SeriesSpec;
  /** The rule's own parameter of this name, or undefined. */
  parameter(name: string): Parameter | undefined;
  /** The rule's topic: whose preferences carry the customer's own parameter values. */
  topic: string;
}
