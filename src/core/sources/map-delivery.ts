/**
 * What a delivery becomes: its items, what has to be fetched for each, and the events and registrations of each. Pure; one
 * item that is refused does not stop the others.
 */
import type { JsonObject } from '../../contracts/json.js';
import type { SourceDelivery } from '../../contracts/source.js';
import { canonicalText } from './canonical-text.js';
import type {
  CompiledCase,
  CompiledEvent,
  CompiledMapping,
  CompiledRegistration,
  Placed,
  WantedRegistration,
} from './compiled-mapping.js';
import { evaluateAt, refusedAt } from './evaluate-at.js';
import { type Run, startRun } from './expression/run.js';
import type { Scope } from './expression/scope.js';
import { isFalse, NumberText, type Value, type ValueObject } from './expression/value.js';
import type { AvroReading } from './formats/avro.js';
import { digestOf } from './functions/privacy.js';
import { MappingRefused } from './mapping-refused.js';
import { readSourceBody } from './read-body.js';

/** Steps for finding the items of a body, and for each of them. A usual event takes some hundreds. */
const SPLIT_STEPS = 200_000;
const ITEM_STEPS = 50_000;

export interface SourceSettings {
  /** How the source is called in the configuration. */
  name: string;
  parameters: Readonly<Record<string, unknown>>;
  /** Items, and events, of one delivery. */
  most: number;
  /** Where the mapping reads Avro. */
  avro?: AvroReading | undefined;
}

export interface SourceItem {
  value: Value;
  /** Of the list it came from, where there are several. */
  each?: string;
  index: number;
}

export interface OpenedDelivery {
  mapping: CompiledMapping;
  items: SourceItem[];
  run: Run;
  scope: Scope;
  settings: SourceSettings;
}

export interface MappedEvent {
  /** A CloudEvent, not yet validated. */
  event: JsonObject;
  timeIsReceived: boolean;
  /** Pointer to its template in the mapping. */
  at: string;
}

export interface MappedItem {
  /** The case that took it. */
  case: string;
  /** Why nothing was made of it. */
  ignored?: string;
  /** Where the mapping says it. */
  entity?: string;
  customers: WantedRegistration[];
  accounts: WantedRegistration[];
  events: MappedEvent[];
}

export interface FetchRequest {
  name: string;
  credentials: string;
  method: 'GET' | 'POST';
  /** Under the base URL of the credentials. */
  path: string;
  body?: string;
  cacheSeconds: number;
  onFailure: 'retry' | 'quarantine';
  at: string;
}

/** @throws MappingRefused */
export function openDelivery(
  mapping: CompiledMapping,
  delivery: SourceDelivery,
  settings: SourceSettings,
): OpenedDelivery {
  const body = readSourceBody(delivery, mapping.document.body, settings.avro);
  const run = startRun(mapping.tables, { steps: SPLIT_STEPS });
  const variables: Record<string, Value> = Object.assign(Object.create(null), {
    body,
    headers: delivery.headers,
    query: delivery.query,
    parameters: toValue(settings.parameters),
    received: new Date(delivery.receivedAt).toISOString(),
    name: settings.name,
  });
  const scope: Scope = { root: body, variables, run };
  const items = mapping.each === undefined ? [{ value: body, index: 0 }] : itemsOf(mapping.each, body, scope);
  if (items.length > settings.most) throw new MappingRefused('mapping-too-many', { at: '/each' });
  return { mapping, items, run, scope, settings };
}

function itemsOf(lists: NonNullable<CompiledMapping['each']>, body: Value, scope: Scope): SourceItem[] {
  return lists.flatMap(({ name, items: { at, expression } }) => {
    const found = evaluateAt(body, scope, at, expression);
    // Of several lists, each may be missing.
    if (found === null && lists.length > 1) return [];
    if (!Array.isArray(found))
      throw new MappingRefused('mapping-each', {
        at,
        expression: expression.text,
        found: [{ of: 'each', value: found }],
      });
    return found.map((value, index) => ({ value, index, ...(name === undefined ? {} : { each: name }) }));
  });
}

/** What has to be fetched before the item is mapped. @throws MappingRefused */
export function fetchesOf(opened: OpenedDelivery, item: SourceItem): FetchRequest[] {
  if (opened.mapping.fetches.length === 0) return [];
  const scope = scopeOf(opened, item);
  return opened.mapping.fetches.flatMap((one) => {
    if (!holds(one.when, item.value, scope)) return [];
    const path = textAt(one.path, item.value, scope);
    if (path === undefined)
      throw new MappingRefused('mapping-fetch', faultOf(one.path), 'There is nothing to fetch by.');
    const { name, credentials, method, cacheSeconds, onFailure } = one;
    const body = one.body?.(item.value, scope);
    return [
      {
        ...{ name, credentials, method, path, cacheSeconds, onFailure, at: one.path.at },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
    ];
  });
}

/** @param fetched by name; @throws MappingRefused */
export function mapItem(
  opened: OpenedDelivery,
  item: SourceItem,
  fetched: Readonly<Record<string, Value>> = {},
): MappedItem {
  const { mapping } = opened;
  const scope = namedScope(mapping, item, scopeOf(opened, item, fetched));
  const found = mapping.cases.find(({ when }) => holds(when, item.value, scope));
  if (found === undefined) throw new MappingRefused('mapping-no-case', { at: '/cases' });
  const made = madeOf(opened, found, item, scope);
  const isEmpty = made.events.length + made.customers.length + made.accounts.length === 0;
  const ignored = found.ignore ?? (isEmpty ? 'no-event' : undefined);
  return { case: found.name, ...(ignored === undefined ? {} : { ignored }), ...made };
}

function madeOf(
  opened: OpenedDelivery,
  found: CompiledCase,
  { value }: SourceItem,
  scope: Scope,
): Omit<MappedItem, 'case'> {
  const { mapping, settings } = opened;
  const source = mapping.source === undefined ? settings.name : textAt(mapping.source, value, scope);
  const entity = mapping.entity === undefined ? undefined : textAt(mapping.entity, value, scope);
  const registered = (list: CompiledRegistration[]) => list.flatMap((one) => registrationOf(one, value, scope));
  return {
    ...(entity === undefined ? {} : { entity }),
    customers: registered(found.customers),
    accounts: registered(found.accounts),
    events: found.events
      .flatMap((template) => eventsOf(template, value, scope, settings.most))
      .map((made) => ({
        ...made,
        event: { ...made.event, source, ...(entity === undefined ? {} : { entity }) } as JsonObject,
      })),
  };
}

/** One, or with `each` one for each item of a list. */
function eventsOf(template: CompiledEvent, item: Value, scope: Scope, most: number): MappedEvent[] {
  const { each, when } = template;
  const list = each === undefined ? [item] : evaluateAt(item, scope, each.at, each.expression);
  if (!Array.isArray(list)) throw new MappingRefused('mapping-each', faultOf(each ?? template.time));
  if (list.length > most) throw new MappingRefused('mapping-too-many', faultOf(each ?? template.time));
  return list.flatMap((one) => {
    if (each !== undefined) scope.run.steps = ITEM_STEPS;
    return holds(when, one, scope) ? [eventOf(template, one, scope)] : [];
  });
}

function eventOf(template: CompiledEvent, item: Value, scope: Scope): MappedEvent {
  const learn = template.learn !== undefined && holds(template.learn, item, scope);
  const event: JsonObject = {
    specversion: '1.0',
    id: idOf(template.id, item, scope),
    type: template.type,
    time: textAt(template.time, item, scope),
    ...(learn ? { learn } : {}),
    data: template.data(item, scope) ?? {},
  };
  return { event, timeIsReceived: template.timeIsReceived, at: template.time.at.replace(/\/time$/, '') };
}

function idOf(id: CompiledEvent['id'], item: Value, scope: Scope): string {
  if (!('sha256' in id)) {
    const text = textAt(id, item, scope);
    if (text === undefined) throw new MappingRefused('mapping-id', faultOf(id));
    return text;
  }
  const parts = id.sha256.map(({ at, expression }) => evaluateAt(item, scope, at, expression));
  if (parts.every((part) => part === null)) throw new MappingRefused('mapping-id', { at: id.at });
  const { expression } = id.sha256[0] as Placed;
  return digestOf(refusedAt(id.at, expression, () => canonicalText(parts, scope.run)));
}

function registrationOf(one: CompiledRegistration, item: Value, scope: Scope): WantedRegistration[] {
  if (!holds(one.when, item, scope)) return [];
  const id = textAt(one.id, item, scope);
  if (id === undefined) throw new MappingRefused('mapping-id', faultOf(one.id));
  return [{ id, existing: one.existing, document: (one.document(item, scope) ?? {}) as JsonObject }];
}

/** Each item has its own steps; what may be made is shared by all of a delivery. */
function scopeOf(
  { scope, run }: OpenedDelivery,
  item: SourceItem,
  fetched: Readonly<Record<string, Value>> = {},
): Scope {
  run.steps = ITEM_STEPS;
  const variables: Record<string, Value> = Object.assign(Object.create(null), scope.variables);
  variables.item = item.value;
  variables.each = item.each ?? null;
  variables.index = new NumberText(String(item.index));
  variables.fetched = Object.assign(Object.create(null), fetched) as ValueObject;
  return { root: item.value, variables, run };
}

/** The named values of the mapping, in their order; each may use those before it. */
function namedScope({ lets }: CompiledMapping, item: SourceItem, scope: Scope): Scope {
  const variables = scope.variables as Record<string, Value>;
  for (const { name, value } of lets) variables[name] = evaluateAt(item.value, scope, value.at, value.expression);
  return scope;
}

function holds(when: Placed | undefined, item: Value, scope: Scope): boolean {
  return when === undefined || !isFalse(evaluateAt(item, scope, when.at, when.expression));
}

/** Text, or a number as it was written; undefined where there is nothing. @throws MappingRefused `mapping-type` */
function textAt({ at, expression }: Placed, item: Value, scope: Scope): string | undefined {
  const value = evaluateAt(item, scope, at, expression);
  if (value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (value instanceof NumberText) return value.text;
  throw new MappingRefused('mapping-type', {
    at,
    expression: expression.text,
    found: [{ of: 'the expression', value }],
  });
}

function faultOf({ at, expression }: Placed): { at: string; expression: string } {
  return { at, expression: expression.text };
}

/** Settings come from plain JSON. */
export function toValue(json: unknown): Value {
  if (typeof json === 'number') return new NumberText(String(json));
  if (Array.isArray(json)) return json.map(toValue);
  if (typeof json !== 'object' || json === null) return (json ?? null) as Value;
  const made: ValueObject = Object.create(null);
  for (const [key, inner] of Object.entries(json)) made[key] = toValue(inner);
  return made;
}
