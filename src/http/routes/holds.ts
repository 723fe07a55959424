/** The operator's brake. */
import { currentHolds, type HoldRequest, holdAlerts, resumeAlerts } from '../../flows/hold.js';
import type { Call, Route } from '../route.js';
import { rfc3339 } from '../time.js';

export const holdRoutes: readonly Route[] = [
  { method: 'get', path: '/holds', scope: 'alerts:read', query: 'none', answer: list },
  { method: 'post', path: '/hold', scope: 'hold', query: 'none', body: 'hold', answer: place },
  { method: 'post', path: '/resume', scope: 'hold', query: 'none', body: 'resume', answer: release },
];

async function list({ house }: Call) {
  const items = (await currentHolds(house)).map(({ scope, value, since, placedBy, reason }) => ({
    scope,
    ...(value === '' ? {} : { value }),
    since: rfc3339(since),
    placedBy,
    reason,
  }));
  return { body: { items } };
}

async function place({ house, body, caller }: Call) {
  return { body: await holdAlerts(house, { ...(body as Omit<HoldRequest, 'actor'>), actor: caller.subject }) };
}

async function release({ house, body, caller }: Call) {
  return { body: await resumeAlerts(house, { ...(body as Omit<HoldRequest, 'actor'>), actor: caller.subject }) };
}
