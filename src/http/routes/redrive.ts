/** Dead letters: alerts that were given up or refused are sent again. */
import { type RedriveFilter, redriveAlert, redriveAlerts } from '../../flows/redrive-alerts.js';
import type { Call, Route } from '../route.js';

export const redriveRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/alerts/redrive',
    scope: 'alerts:redrive',
    query: 'entity',
    body: 'redrive-alerts',
    answer: many,
  },
  {
    method: 'post',
    path: '/alerts/{id}/redrive',
    scope: 'alerts:redrive',
    query: 'none',
    body: 'redrive',
    answer: one,
  },
];

const LIMIT = 1_000;

async function one({ house, params, body, caller }: Call) {
  const { reason } = body as { reason: string };
  return { body: await redriveAlert(house, { alertId: params.id ?? '', actor: caller.subject, reason }) };
}

async function many({ house, entity, body, caller }: Call) {
  type Body = Omit<RedriveFilter, 'entity' | 'queuedFrom'> & { reason: string; limit?: number };
  const { reason, limit = LIMIT, ...filter } = body as Body;
  return { body: await redriveAlerts(house, { filter: { ...filter, entity }, limit, reason, actor: caller.subject }) };
}
