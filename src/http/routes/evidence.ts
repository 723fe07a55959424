/** What was sent, and what allowed it. */
import { type EvidenceWanted, readAlertEvidence, readEvidence } from '../../flows/evidence.js';
import { evidenceTime } from '../../flows/evidence-time.js';
import { page } from '../cursor.js';
import { evidenceView } from '../evidence-view.js';
import type { Call, Route } from '../route.js';
import { pageOf } from './page-of.js';

export const evidenceRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/customers/{id}/evidence',
    scope: 'personal:read',
    query: 'evidence',
    answer: ofCustomer,
  },
  { method: 'get', path: '/alerts/{id}/evidence', scope: 'personal:read', query: 'none', answer: ofAlert },
];

async function ofCustomer(call: Call) {
  const { house, entity, params, caller } = call;
  const { limit, after } = pageOf(call, ['number', 'string']);
  const text = (name: 'from' | 'to') => (call.query[name] === undefined ? undefined : String(call.query[name]));
  const wanted: EvidenceWanted = {
    entity,
    customerId: params.id ?? '',
    from: evidenceTime('from', text('from')),
    to: evidenceTime('to', text('to')),
    limit,
    ...(after === undefined ? {} : { after: { queuedAt: Number(after[0]), alertId: String(after[1]) } }),
  };
  const rows = await readEvidence(house, { ...wanted, actor: caller.subject });
  const next = page(rows, limit, ({ alert }) => [alert.queuedAt, alert.alertId]);
  return { body: { items: rows.map(evidenceView), ...next } };
}

async function ofAlert({ house, params, caller }: Call) {
  return { body: evidenceView(await readAlertEvidence(house, { alertId: params.id ?? '', actor: caller.subject })) };
}
