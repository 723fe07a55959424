/** Alerts: lists, the trace of one, and why an event made one or did not. The text of an SMS is shown to those who may read personal data. */
import type { Lane } from '../../contracts/rule.js';
import { explainEvent } from '../../flows/explain-event.js';
import { findAlerts, traceAlert } from '../../flows/find-alerts.js';
import { alertView, traceView } from '../alert-view.js';
import { hasScope } from '../authenticate.js';
import { page } from '../cursor.js';
import type { Call, Route } from '../route.js';
import type { Query } from '../validate.js';
import { pageOf } from './page-of.js';

export const alertRoutes: readonly Route[] = [
  { method: 'get', path: '/alerts', scope: 'alerts:read', query: 'alerts', answer: list },
  { method: 'get', path: '/alerts/{id}', scope: 'alerts:read', query: 'none', answer: trace },
  { method: 'get', path: '/events/{source}/{id}/explain', scope: 'events:explain', query: 'entity', answer: explain },
];

async function list(call: Call) {
  const { house, entity, query } = call;
  const { limit, after } = pageOf(call, ['number', 'string']);
  const rows = await findAlerts(house, {
    entity,
    status: textOf(query, 'status'),
    rule: textOf(query, 'rule'),
    topic: textOf(query, 'topic'),
    lane: textOf(query, 'lane') as Lane | undefined,
    customerId: textOf(query, 'customer'),
    limit,
    after: after && { queuedAt: Number(after[0]), alertId: String(after[1]) },
  });
  const items = rows.map(alertView);
  return { body: { items, ...page(rows, limit, (row) => [row.queuedAt, row.alertId]) } };
}

function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  return value === undefined ? undefined : String(value);
}

async function trace({ house, params, caller, mount }: Call) {
  const withText = hasScope(caller, 'personal:read');
  const found = await traceAlert(house, { alertId: params.id ?? '', actor: caller.subject, withText });
  return { body: traceView(found, mount) };
}

async function explain({ house, entity, params, caller }: Call) {
  const { source = '', id = '' } = params;
  return { body: await explainEvent(house, { entity, source, id, actor: caller.subject }) };
}
