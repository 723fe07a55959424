/**
 * Reads fields of an event's data. The listed fields have a function each, which the JavaScript engine can specialise for the
 * objects it sees; a reader that takes the name as an argument is several times slower.
 */
import type { Frame } from '../rules/frame.js';
import { readPath } from '../rules/path.js';

type Read = (frame: Frame) => unknown;
type Part = Readonly<Record<string, unknown>>;

const NOTHING: Part = {};

function partOf(value: unknown): Part {
  return typeof value === 'object' && value !== null ? (value as Part) : NOTHING;
}

const LISTED: Readonly<Record<string, Read>> = {
  direction: ({ event: { data } }) => data.direction ?? undefined,
  currency: ({ event: { data } }) => data.currency ?? undefined,
  originalCurrency: ({ event: { data } }) => data.originalCurrency ?? undefined,
  kind: ({ event: { data } }) => data.kind ?? undefined,
  transactionId: ({ event: { data } }) => data.transactionId ?? undefined,
  category: ({ event: { data } }) => data.category ?? undefined,
  channel: ({ event: { data } }) => data.channel ?? undefined,
  cardId: ({ event: { data } }) => data.cardId ?? undefined,
  customerId: ({ event: { data } }) => data.customerId ?? undefined,
  reverses: ({ event: { data } }) => data.reverses ?? undefined,
  ip: ({ event: { data } }) => data.ip ?? undefined,
  'merchant.name': ({ event: { data } }) => partOf(data.merchant).name ?? undefined,
  'merchant.mcc': ({ event: { data } }) => partOf(data.merchant).mcc ?? undefined,
  'merchant.country': ({ event: { data } }) => partOf(data.merchant).country ?? undefined,
  'counterparty.name': ({ event: { data } }) => partOf(data.counterparty).name ?? undefined,
  'counterparty.account': ({ event: { data } }) => partOf(data.counterparty).account ?? undefined,
  'counterparty.bank': ({ event: { data } }) => partOf(data.counterparty).bank ?? undefined,
  'counterparty.country': ({ event: { data } }) => partOf(data.counterparty).country ?? undefined,
  'location.latitude': ({ event: { data } }) => partOf(data.location).latitude ?? undefined,
  'location.longitude': ({ event: { data } }) => partOf(data.location).longitude ?? undefined,
  'location.country': ({ event: { data } }) => partOf(data.location).country ?? undefined,
  'location.city': ({ event: { data } }) => partOf(data.location).city ?? undefined,
  'device.id': ({ event: { data } }) => partOf(data.device).id ?? undefined,
};

/** Null and whatever is not there give undefined. */
export function dataReader(path: readonly string[]): Read {
  const name = path.join('.');
  const listed = Object.hasOwn(LISTED, name) ? LISTED[name] : undefined;
  return listed ?? ((frame) => readPath(frame.event.data, path));
}
