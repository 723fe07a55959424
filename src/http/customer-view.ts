/** Customers, accounts and what they chose, as they are answered. */
import type { CustomerExport } from '../flows/export-customer.js';
import type { AccountRecord, ConsentRecord, CustomerRecord, PreferencesRecord } from '../flows/read-registry.js';
import { alertView } from './alert-view.js';
import { optionalTime, rfc3339 } from './time.js';

export function customerView(entity: string, record: CustomerRecord) {
  const { customerId, version, document, phone, createdAt, updatedAt } = record;
  return {
    id: customerId,
    entity,
    version,
    ...document,
    // `suspended`: the network said that the number is out of service, so nothing is sent to it.
    phoneStatus: document.phone === undefined ? undefined : phone?.status,
    createdAt: rfc3339(createdAt),
    updatedAt: rfc3339(updatedAt),
  };
}

export function accountView(entity: string, { accountId, version, document, createdAt, updatedAt }: AccountRecord) {
  const times = { createdAt: rfc3339(createdAt), updatedAt: rfc3339(updatedAt) };
  return { id: accountId, entity, version, ...document, ...times };
}

export function preferencesView(customerId: string, { version, document }: PreferencesRecord) {
  return {
    customerId,
    version,
    topics: document.topics ?? {},
    quietHours: document.quietHours,
    phrase: document.phrase,
  };
}

export function consentView({ recordedAt, ...consent }: ConsentRecord) {
  return { ...consent, recordedAt: rfc3339(recordedAt) };
}

export function exportView(entity: string, exported: CustomerExport, exportedAt: number) {
  const { customer, phones, preferences, consents, accounts, alerts, messages, stops, loans, links, events } = exported;
  return {
    exportedAt: rfc3339(exportedAt),
    complete: exported.complete,
    customer: customerView(entity, customer),
    phones: phones.map(({ version, status, validFrom, validUntil, number }) => ({
      number: number(),
      version,
      status,
      validFrom: rfc3339(validFrom),
      validUntil: optionalTime(validUntil),
    })),
    preferences: preferencesView(customer.customerId, preferences),
    consents: consents.map(consentView),
    accounts: accounts.map((account) => accountView(entity, account)),
    alerts: alerts.map(({ alert, text }) => ({ ...alertView(alert), text })),
    messages: messages.map(({ receivedAt, adapter: _adapter, ...message }) => ({
      ...message,
      receivedAt: rfc3339(receivedAt),
    })),
    stops: stops.map(({ since, until, ...stop }) => ({
      ...stop,
      since: rfc3339(since),
      until: optionalTime(until),
    })),
    loans,
    links: links.map(({ alertId, name, createdAt, endsAt, clickedAt }) => ({
      alertId,
      name,
      madeAt: rfc3339(createdAt),
      endsAt: rfc3339(endsAt),
      firstFollowedAt: optionalTime(clickedAt),
    })),
    events: events.map(({ source, id, type, time, data }) => ({ source, id, type, time: rfc3339(time), data })),
  };
}
