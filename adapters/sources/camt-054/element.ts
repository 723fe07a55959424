/** One XML element as JSON: children by their names, those that may repeat always as lists. */
import type { Json, JsonObject } from '../../../src/contracts/json.js';

/** ISO 20022 allows more than one of these, also where a file has just one. */
const REPEATED: ReadonlySet<string> = new Set(['NtryDtls', 'TxDtls', 'Ustrd', 'Strd', 'Rcrd', 'AdrLine']);

export interface Element {
  /** Local names from the root, joined by `/`. */
  path: string;
  /** Where it begins, from 1. */
  line: number;
  /** Part of what is passed over. */
  spare: boolean;
  attributes: Readonly<Record<string, string>>;
  children: JsonObject;
  text: string;
}

export function openElement(element: Pick<Element, 'path' | 'line' | 'spare' | 'attributes'>): Element {
  return { ...element, children: Object.create(null) as JsonObject, text: '' };
}

/** `<Amt Ccy="EUR">1.00</Amt>` is `{ "Ccy": "EUR", "value": "1.00" }`; an element with text alone is that text. */
export function jsonOf({ attributes, children, text }: Element): Json {
  const trimmed = text.trim();
  const plain = Object.keys(children).length === 0 && Object.keys(attributes).length === 0;
  return plain ? trimmed : { ...attributes, ...children, ...(trimmed === '' ? {} : { value: trimmed }) };
}

/** A name that comes twice becomes a list, whether or not the standard lets it. */
export function addChild(parent: JsonObject, name: string, value: Json): void {
  const known = parent[name];
  if (Array.isArray(known)) known.push(value);
  else if (known !== undefined) parent[name] = [known, value];
  else parent[name] = REPEATED.has(name) ? [value] : value;
}
