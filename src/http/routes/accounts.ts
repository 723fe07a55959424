/** Accounts and who holds them. */
import type { AccountDocument } from '../../contracts/customer.js';
import { changeAccount } from '../../flows/change-account.js';
import { readAccount, readAccounts } from '../../flows/read-registry.js';
import { page } from '../cursor.js';
import { accountView } from '../customer-view.js';
import type { Call, Route } from '../route.js';
import { pageOf } from './page-of.js';

export const accountRoutes: readonly Route[] = [
  { method: 'get', path: '/accounts', scope: 'customers:read', query: 'page', answer: list },
  { method: 'get', path: '/accounts/{id}', scope: 'customers:read', query: 'entity', answer: read },
  { method: 'put', path: '/accounts/{id}', scope: 'customers:write', query: 'entity', body: 'account', answer: put },
];

async function list(call: Call) {
  const { house, entity, caller } = call;
  const wanted = pageOf(call, ['string']);
  const [after] = wanted.after ?? [];
  const { limit } = wanted;
  const rows = await readAccounts(house, {
    entity,
    limit,
    after: after as string | undefined,
    actor: caller.subject,
  });
  const items = rows.map((row) => accountView(entity, row));
  return { body: { items, ...page(rows, limit, (row) => [row.accountId]) } };
}

async function read({ house, entity, params, caller }: Call) {
  const account = await readAccount(house, { entity, id: params.id ?? '', actor: caller.subject });
  return { body: accountView(entity, account) };
}

async function put({ house, entity, params, caller, body }: Call) {
  const document = body as AccountDocument;
  const change = { entity, accountId: params.id ?? '', document, actor: caller.subject };
  const { created, account } = await changeAccount(house, change);
  return { status: created ? 201 : 200, body: accountView(entity, account) };
}
