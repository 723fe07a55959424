/** Links that the bank hands to its customers: each leads to one customer's page of choices. */
import { linkAddress, makeLink, withdrawLinks } from '../../flows/preference-links/make-link.js';
import type { Call, Route } from '../route.js';
import { rfc3339 } from '../time.js';

export const preferenceLinkRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/customers/{id}/preference-link',
    scope: 'customers:write',
    query: 'entity',
    body: 'preference-link',
    answer: make,
  },
  {
    method: 'delete',
    path: '/customers/{id}/preference-link',
    scope: 'customers:write',
    query: 'entity',
    answer: withdraw,
  },
];

async function make(call: Call) {
  const { minutes } = call.body as { minutes?: number };
  const { token, endsAt } = await makeLink(call.house, { ...naming(call), minutes });
  // Without the public address it is a path, on whatever host the bank asked.
  const url = linkAddress(call.house.publicUrl ?? call.mount, token);
  return { status: 201, body: { url, expiresAt: rfc3339(endsAt) } };
}

async function withdraw(call: Call) {
  return { body: { withdrawn: await withdrawLinks(call.house, naming(call)) } };
}

const naming = ({ entity, params, caller }: Call) => ({ entity, customerId: params.id ?? '', actor: caller.subject });
