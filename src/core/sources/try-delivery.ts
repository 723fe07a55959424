/** What a mapping makes of one payload, item by item, and where it fails: for whoever writes the mapping. */
import type { JsonObject } from '../../contracts/json.js';
import type { SourceDelivery } from '../../contracts/source.js';
import type { CompiledMapping, WantedRegistration } from './compiled-mapping.js';
import type { Value } from './expression/value.js';
import {
  fetchesOf,
  mapItem,
  type OpenedDelivery,
  openDelivery,
  type SourceItem,
  type SourceSettings,
} from './map-delivery.js';
import { MappingRefused } from './mapping-refused.js';
import { parseMapped } from './parse-mapped.js';
import { shownFound } from './shown-value.js';
import { templateAt } from './template-at.js';

export interface TriedRefusal {
  code: string;
  message: string;
  /** Pointer into the mapping. */
  at: string;
  /** Pointer into the event, where one was made. */
  field?: string;
  expression?: string;
  /** What the failing function was given, masked. */
  found: string[];
}

export interface TriedItem {
  item: number;
  case?: string;
  ignored?: string;
  /** What is fetched before it is mapped. */
  fetches: string[];
  customers: WantedRegistration[];
  accounts: WantedRegistration[];
  events: JsonObject[];
  refused: TriedRefusal[];
}

/** @param fetched by name, what the fetches answer */
export function tryDelivery(
  mapping: CompiledMapping,
  delivery: SourceDelivery,
  settings: SourceSettings,
  fetched: Readonly<Record<string, Value>>,
): TriedItem[] {
  let opened: OpenedDelivery;
  try {
    opened = openDelivery(mapping, delivery, settings);
  } catch (error) {
    return [{ ...EMPTY, item: 0, refused: [refusalOf(error)] }];
  }
  return opened.items.map((item, index) => tryItem(opened, item, index, fetched, delivery.receivedAt));
}

const EMPTY = { fetches: [], customers: [], accounts: [], events: [], refused: [] };

function tryItem(
  opened: OpenedDelivery,
  item: SourceItem,
  index: number,
  fetched: Readonly<Record<string, Value>>,
  now: number,
): TriedItem {
  const tried: TriedItem = { item: index, fetches: [], customers: [], accounts: [], events: [], refused: [] };
  try {
    tried.fetches = fetchesOf(opened, item).map(({ method, path }) => `${method} ${path}`);
    const mapped = mapItem(opened, item, fetched);
    const { ignored, customers, accounts } = mapped;
    Object.assign(tried, { case: mapped.case, customers, accounts }, ignored === undefined ? {} : { ignored });
    for (const made of mapped.events) {
      const result = parseMapped(made, { now, futureToleranceMs: Number.MAX_SAFE_INTEGER / 2 });
      if (!('refused' in result)) tried.events.push(made.event);
      else {
        const { code, message, path = '', at } = result.refused;
        const place = at + path;
        tried.refused.push({
          code,
          message,
          at: place,
          field: path,
          found: [],
          ...expressionAt(opened.mapping, place),
        });
      }
    }
  } catch (error) {
    tried.refused.push(refusalOf(error));
  }
  return tried;
}

function refusalOf(error: unknown): TriedRefusal {
  if (!(error instanceof MappingRefused)) throw error;
  const { at, expression, found = [] } = error.fault;
  const { code, message } = error;
  return { code, message, at, found: found.map(shownFound), ...(expression === undefined ? {} : { expression }) };
}

function expressionAt({ document }: CompiledMapping, at: string): { expression?: string } {
  const expression = templateAt(document, at);
  return expression === undefined ? {} : { expression };
}
