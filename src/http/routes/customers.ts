/** Customers, what they choose and what they consented to. */
import type { ConsentDocument, CustomerDocument, PreferencesDocument } from '../../contracts/customer.js';
import { changeCustomer } from '../../flows/change-customer.js';
import { changePreferences } from '../../flows/change-preferences.js';
import { eraseCustomer } from '../../flows/erase-customer.js';
import { exportCustomer } from '../../flows/export-customer.js';
import { readLoans } from '../../flows/read-loans.js';
import { readConsents, readCustomer, readCustomers, readPreferences } from '../../flows/read-registry.js';
import { recordConsent } from '../../flows/record-consent.js';
import { page } from '../cursor.js';
import { consentView, customerView, exportView, preferencesView } from '../customer-view.js';
import type { Call, Route } from '../route.js';
import { pageOf } from './page-of.js';

export const customerRoutes: readonly Route[] = [
  { method: 'get', path: '/customers', scope: 'customers:read', query: 'page', answer: list },
  { method: 'get', path: '/customers/{id}', scope: 'customers:read', query: 'entity', answer: read },
  { method: 'put', path: '/customers/{id}', scope: 'customers:write', query: 'entity', body: 'customer', answer: put },
  { method: 'delete', path: '/customers/{id}', scope: 'customers:erase', query: 'entity', answer: erase },
  { method: 'get', path: '/customers/{id}/export', scope: 'customers:export', query: 'entity', answer: exportAll },
  {
    method: 'get',
    path: '/customers/{id}/preferences',
    scope: 'customers:read',
    query: 'entity',
    answer: getPreferences,
  },
  {
    method: 'put',
    path: '/customers/{id}/preferences',
    scope: 'customers:write',
    query: 'entity',
    body: 'preferences',
    answer: putPreferences,
  },
  { method: 'get', path: '/customers/{id}/instalments', scope: 'customers:read', query: 'entity', answer: getLoans },
  { method: 'get', path: '/customers/{id}/consents', scope: 'customers:read', query: 'entity', answer: getConsents },
  {
    method: 'post',
    path: '/customers/{id}/consents',
    scope: 'customers:write',
    query: 'entity',
    body: 'consent',
    answer: postConsent,
  },
];

async function list(call: Call) {
  const { house, entity } = call;
  const wanted = pageOf(call, ['string']);
  const [after] = wanted.after ?? [];
  const { limit } = wanted;
  const rows = await readCustomers(house, { entity, limit, after: after as string | undefined, actor: actorOf(call) });
  const items = rows.map((row) => customerView(entity, row));
  return { body: { items, ...page(rows, limit, (row) => [row.customerId]) } };
}

async function read(call: Call) {
  return { body: customerView(call.entity, await readCustomer(call.house, reading(call))) };
}

async function put(call: Call) {
  const change = { ...naming(call), document: call.body as CustomerDocument };
  const { created, customer } = await changeCustomer(call.house, change);
  return { status: created ? 201 : 200, body: customerView(call.entity, customer) };
}

async function erase(call: Call) {
  const { changed, accounts, cancelled } = await eraseCustomer(call.house, naming(call));
  return { body: { erased: true, changed, accounts, cancelledAlerts: cancelled } };
}

async function exportAll(call: Call) {
  const exported = await exportCustomer(call.house, naming(call));
  return { body: exportView(call.entity, exported, call.house.now()) };
}

async function getPreferences(call: Call) {
  return { body: preferencesView(idOf(call), await readPreferences(call.house, reading(call))) };
}

async function putPreferences(call: Call) {
  const change = { ...naming(call), document: call.body as PreferencesDocument };
  return { body: preferencesView(idOf(call), await changePreferences(call.house, change)) };
}

async function getLoans(call: Call) {
  return { body: { items: await readLoans(call.house, reading(call)) } };
}

async function getConsents(call: Call) {
  return { body: { items: (await readConsents(call.house, reading(call))).map(consentView) } };
}

async function postConsent(call: Call) {
  const change = { ...naming(call), document: call.body as ConsentDocument };
  return { status: 201, body: consentView(await recordConsent(call.house, change)) };
}

const idOf = ({ params }: Call): string => params.id ?? '';
const actorOf = ({ caller }: Call): string => caller.subject;
const naming = (call: Call) => ({ entity: call.entity, customerId: idOf(call), actor: actorOf(call) });
const reading = (call: Call) => ({ entity: call.entity, id: idOf(call), actor: actorOf(call) });
