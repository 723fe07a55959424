/** A first mapping, guessed from sample payloads: something to correct rather than an empty page. */
import type { CaseTemplate, MappingDocument } from '../../contracts/source.js';
import { isObject, NumberText, type Value, type ValueObject } from './expression/value.js';

export interface Draft {
  mapping: MappingDocument;
  /** What was not found, and has to be written. */
  missing: string[];
}

interface Field {
  path: string;
  key: string;
  value: Value;
}

const DEEPEST = 6;
const DISCRIMINATORS = /^(?:type|event|event_?type|event_?name|kind|category|action|topic)$/i;
const IDS = [/^(?:event_?id|id|uuid|guid|token)$/i, /id$/i];
const TIMES = /time|date|_at$|At$|timestamp|created|posted|booked/i;
const AMOUNTS = /amount|^sum$|value/i;
const CURRENCIES = /curr|ccy/i;
const ACCOUNTS = /account|acct/i;

/** @param samples bodies, at least one */
export function draftMapping(name: string, samples: readonly Value[]): Draft {
  const each = eachOf(samples[0] ?? null);
  const items = samples.flatMap((sample) => itemsOf(sample, each));
  const fields = items.map((item) => fieldsOf(item));
  const discriminator = fields[0]?.find(({ key, value }) => DISCRIMINATORS.test(key) && typeof value === 'string');
  const missing: string[] = [];
  const cases =
    discriminator === undefined
      ? [caseOf('event', undefined, fields[0] ?? [], missing)]
      : casesBy(discriminator.path, fields, missing);
  return {
    missing: [...new Set(missing)],
    mapping: {
      name,
      title: name,
      description: `The webhooks of ${name}`,
      origin: 'Our own payloads',
      body: ['json'],
      signature: { scheme: 'static-header' },
      ...(each === undefined ? {} : { each }),
      cases,
    },
  };
}

function casesBy(path: string, all: readonly Field[][], missing: string[]): CaseTemplate[] {
  const seen = new Map<string, Field[]>();
  for (const fields of all) {
    const value = fields.find((field) => field.path === path)?.value;
    if (typeof value === 'string' && !seen.has(value)) seen.set(value, fields);
  }
  return [...seen].map(([value, fields]) =>
    caseOf(wordOf(value), `${path} == '${value.replaceAll("'", "\\'")}'`, fields, missing),
  );
}

function caseOf(name: string, when: string | undefined, fields: readonly Field[], missing: string[]): CaseTemplate {
  const find = (what: string, match: (field: Field) => boolean, otherwise: string): Field => {
    const found = fields.find(match);
    if (found === undefined) missing.push(what);
    return found ?? { path: otherwise, key: otherwise, value: null };
  };
  const id = find('id', (field) => IDS.some((pattern) => pattern.test(field.key)) && isScalar(field.value), 'id');
  const time = find('time', (field) => TIMES.test(field.key) && looksLikeTime(field.value), 'time');
  const amount = find('amount', (field) => AMOUNTS.test(field.key) && looksLikeAmount(field.value), 'amount');
  const currency = find(
    'currency',
    (field) => CURRENCIES.test(field.key) && /^[A-Za-z]{3}$/.test(String(field.value)),
    'currency',
  );
  const account = find('accountId', (field) => ACCOUNTS.test(field.path) && isScalar(field.value), 'account');
  return {
    name,
    ...(when === undefined ? {} : { when }),
    events: [
      {
        type: 'transaction.posted',
        id: `text(${id.path})`,
        time: timeExpression(time),
        data: {
          accountId: `text(${account.path})`,
          direction: `direction(${amount.path})`,
          amount: `absolute(money(${amount.path}, ${currency.path}))`,
          currency: `currency(${currency.path})`,
          kind: `'${name}'`,
        },
      },
    ],
  };
}

function eachOf(sample: Value): string | undefined {
  if (Array.isArray(sample)) return 'to_array(@)';
  if (!isObject(sample)) return undefined;
  const lists = Object.entries(sample).filter(
    ([, value]) => Array.isArray(value) && value.some((item) => isObject(item)),
  );
  return lists.length === 1 && Object.keys(sample).length <= 3 ? quoted((lists[0] as [string, Value])[0]) : undefined;
}

function itemsOf(sample: Value, each: string | undefined): ValueObject[] {
  const list =
    each === undefined
      ? [sample]
      : Array.isArray(sample)
        ? sample
        : isObject(sample)
          ? Object.values(sample).find(Array.isArray)
          : [];
  return ((list ?? []) as Value[]).filter(isObject);
}

/** Breadth first, so that what is nearer to the top is found first. */
function fieldsOf(item: ValueObject): Field[] {
  const found: Field[] = [];
  let level: { path: string; value: ValueObject }[] = [{ path: '', value: item }];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const next: typeof level = [];
    for (const { path, value } of level) {
      for (const [key, inner] of Object.entries(value)) {
        const place = path === '' ? quoted(key) : `${path}.${quoted(key)}`;
        if (isObject(inner)) next.push({ path: place, value: inner });
        else found.push({ path: place, key, value: inner });
      }
    }
    level = next;
  }
  return found;
}

function quoted(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : JSON.stringify(key);
}

function isScalar(value: Value): boolean {
  return (typeof value === 'string' && value !== '') || value instanceof NumberText;
}

function looksLikeAmount(value: Value): boolean {
  const text = value instanceof NumberText ? value.text : value;
  return typeof text === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(text);
}

function looksLikeTime(value: Value): boolean {
  if (value instanceof NumberText) return /^1\d{9}(?:\d{3})?(?:\.\d+)?$/.test(value.text);
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);
}

function timeExpression({ path, value }: Field): string {
  if (value instanceof NumberText)
    return value.text.split('.')[0]?.length === 13 ? `epochMilliseconds(${path})` : `epochSeconds(${path})`;
  const hasOffset = typeof value === 'string' && /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(value);
  return value === null || hasOffset ? `time(${path})` : `time(${path}, 'UTC')`;
}

function wordOf(text: string): string {
  const word = text
    .toLowerCase()
    .split(/[^a-z0-9]/)
    .filter(Boolean)
    .join('-')
    .slice(0, 64);
  return word === '' ? 'event' : word;
}
