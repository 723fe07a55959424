/**
 * Reads ISO 20022 camt.054 (BankToCustomerDebitCreditNotification), any version: one record an entry, under the names of the
 * standard. A record is `{ header, notification, entry, index, details }`: the group header, the notification without its
 * entries, the entry, its place in the notification from 0, and of how many transactions it is made.
 */
import { LedgerbellError } from '../../../src/contracts/errors.js';
import type { JsonObject } from '../../../src/contracts/json.js';
import type { StatementEntry, StatementReader } from '../../../src/contracts/statement.js';
import { decodeXml } from './decode.js';
import { addChild, type Element, jsonOf, openElement } from './element.js';
import { createTotals } from './totals.js';
import { createXml } from './xml.js';

/** Transactions of one entry that are kept; a collective booking may have tens of thousands. */
const DETAILS = 50;
/** Characters of one entry that are kept. */
const LONGEST_ENTRY = 262_144;
const DOCUMENT = 'Document';
const MESSAGE = `${DOCUMENT}/BkToCstmrDbtCdtNtfctn`;
const NOTIFICATION = `${MESSAGE}/Ntfctn`;
const ENTRY = `${NOTIFICATION}/Ntry`;

export const camt054: StatementReader = { name: 'camt-054', read };

async function* read(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StatementEntry> {
  const found: StatementEntry[] = [];
  const reading = createReading((entry) => found.push(entry));
  const xml = createXml(reading);
  for await (const text of decodeXml(chunks)) {
    xml.write(text);
    yield* found.splice(0);
  }
  xml.end();
  reading.end();
  yield* found.splice(0);
}

function createReading(found: (entry: StatementEntry) => void) {
  const stack: Element[] = [];
  let seen = false;
  let header: JsonObject = {};
  let notification: JsonObject = {};
  let totals = createTotals();
  let index = 0;
  let kept = 0;
  let details = 0;

  function open(name: string, attributes: Readonly<Record<string, string>>, line: number): void {
    const parent = stack.at(-1);
    const path = pathOf(parent, name);
    if (path.startsWith('Document/') && !isExpected(path)) throw otherKind(line);
    if (path === NOTIFICATION) [seen, notification, totals, index] = [true, {}, createTotals(), 0];
    else if (path === ENTRY) [kept, details] = [0, 0];
    else if (path === `${ENTRY}/NtryDtls/TxDtls`) details += 1;
    const isSpare =
      path === '' || (parent?.spare === true && parent.path !== '') || (name === 'TxDtls' && details > DETAILS);
    stack.push(openElement({ path, attributes, line, spare: isSpare }));
  }

  function text(part: string, line: number): void {
    const element = stack.at(-1);
    if (element === undefined || element.spare) return;
    element.text += part;
    kept += part.length;
    if (kept > LONGEST_ENTRY) {
      throw new LedgerbellError('statement-entry-too-large', `Line ${line}: one entry is longer than may be held`);
    }
  }

  function close(line: number): void {
    const element = stack.pop() as Element;
    const parent = stack.at(-1);
    const name = element.path.slice(element.path.lastIndexOf('/') + 1);
    if (element.path === ENTRY) {
      const entry = asObject(jsonOf(element));
      totals.add(entry, element.line);
      found({ line: element.line, record: { header, notification, entry, index, details } });
      index += 1;
    } else if (element.path === NOTIFICATION) totals.check(line);
    else if (parent?.path === NOTIFICATION) {
      kept = 0;
      if (name === 'TxsSummry') totals.state(asObject(jsonOf(element)));
      else notification = { ...notification, [name]: jsonOf(element) };
    } else if (name === 'GrpHdr' && !element.path.startsWith(NOTIFICATION)) {
      kept = 0;
      header = asObject(jsonOf(element));
    } else if (parent !== undefined && !element.spare) addChild(parent.children, name, jsonOf(element));
  }

  function end(): void {
    if (!seen) throw otherKind(1);
  }

  return { open, text, close, end };
}

/** From `Document` down; an envelope around it has no path and is passed over. */
function pathOf(parent: Element | undefined, name: string): string {
  if (parent === undefined || (parent.path === '' && name === DOCUMENT)) return name === DOCUMENT ? name : '';
  return parent.path === '' ? '' : `${parent.path}/${name}`;
}

/** The way down to a notification must be the standard's; below it every element is kept as it is. */
function isExpected(path: string): boolean {
  return path === MESSAGE || path.startsWith(`${MESSAGE}/`);
}

function otherKind(line: number): LedgerbellError {
  return new LedgerbellError('statement-kind', `Line ${line}: this is no camt.054 notification`);
}

function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
