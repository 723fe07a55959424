/** Legal holds: customers of whom nothing may be purged or erased. */
import {
  type HeldCustomer,
  placeLegalHold,
  readLegalHold,
  readLegalHolds,
  releaseLegalHold,
} from '../../flows/legal-hold.js';
import { page } from '../cursor.js';
import type { Call, Route } from '../route.js';
import { rfc3339 } from '../time.js';
import { pageOf } from './page-of.js';

const PATH = '/customers/{id}/legal-hold';

export const legalHoldRoutes: readonly Route[] = [
  { method: 'get', path: '/legal-holds', scope: 'legal-holds:read', query: 'page', answer: list },
  { method: 'get', path: PATH, scope: 'legal-holds:read', query: 'entity', answer: read },
  { method: 'put', path: PATH, scope: 'legal-holds:write', query: 'entity', body: 'legal-hold', answer: place },
  { method: 'delete', path: PATH, scope: 'legal-holds:write', query: 'entity', answer: release },
];

async function list(call: Call) {
  const { limit, after } = pageOf(call, ['string']);
  const { entity, caller } = call;
  const wanted = { entity, actor: caller.subject, limit, after: after?.[0] as string | undefined };
  const rows = await readLegalHolds(call.house, wanted);
  const items = rows.map((hold) => legalHoldView({ hold }));
  return { body: { items, ...page(rows, limit, ({ customerId }) => [customerId]) } };
}

async function read(call: Call) {
  return { body: legalHoldView(await readLegalHold(call.house, naming(call))) };
}

async function place(call: Call) {
  const wanted = call.body as { reason: string; reference: string };
  const { created, ...held } = await placeLegalHold(call.house, { ...naming(call), ...wanted });
  return { status: created ? 201 : 200, body: legalHoldView(held) };
}

async function release(call: Call) {
  return { body: await releaseLegalHold(call.house, naming(call)) };
}

export function legalHoldView({ hold, erasure }: HeldCustomer) {
  const { customerId, reason, reference, placedBy, placedAt } = hold;
  const asked = erasure && { askedBy: erasure.askedBy, askedAt: rfc3339(erasure.askedAt) };
  return { customerId, reason, reference, placedBy, placedAt: rfc3339(placedAt), postponedErasure: asked };
}

const naming = ({ entity, params, caller }: Call) => ({ entity, customerId: params.id ?? '', actor: caller.subject });
