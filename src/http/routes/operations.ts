/** What runs and what happened: the masked configuration, the active rules, the quarantine without bodies, the audit. */
import type { CompiledRule } from '../../core/rules/rule-set.js';
import { readAudit, readQuarantine } from '../../flows/read-operations.js';
import { page } from '../cursor.js';
import type { Call, Route } from '../route.js';
import { optionalTime, rfc3339 } from '../time.js';
import { pageOf } from './page-of.js';

export function operationRoutes(maskedConfig: () => object): readonly Route[] {
  const config = async () => ({ body: maskedConfig() });
  return [
    { method: 'get', path: '/config', scope: 'config:read', query: 'none', answer: config },
    { method: 'get', path: '/rules', scope: 'rules:read', query: 'none', answer: rules },
    { method: 'get', path: '/quarantine', scope: 'quarantine:read', query: 'quarantine', answer: quarantine },
    { method: 'get', path: '/audit', scope: 'audit:read', query: 'audit', answer: audit },
  ];
}

async function rules({ house }: Call) {
  const { id, rules: active, source } = house.ruleSet();
  return { body: { ruleSet: id, rules: active.map(ruleView), topics: source.topics } };
}

function ruleView({ name, version, document }: CompiledRule) {
  const { description, on, topic, lane, fires, notify = 'customer', parameters = {} } = document;
  return { name, version, description, on, topic, lane, fires, notify, parameters };
}

async function quarantine(call: Call) {
  const { limit, after } = pageOf(call, ['number']);
  const before = after === undefined ? undefined : Number(after[0]);
  const rows = await readQuarantine(call.house, { before, limit, open: call.query.open === true });
  const items = rows.map(({ receivedAt, replayedAt, ...row }) => ({
    ...row,
    receivedAt: rfc3339(receivedAt),
    replayedAt: optionalTime(replayedAt),
  }));
  return { body: { items, ...page(rows, limit, (row) => [row.id]) } };
}

async function audit(call: Call) {
  const wanted = pageOf(call, ['number']);
  const after = wanted.after === undefined ? undefined : Number(wanted.after[0]);
  const subject = call.query.subject === undefined ? undefined : String(call.query.subject);
  const rows = await readAudit(call.house, { after, limit: wanted.limit, subject });
  const items = rows.map(({ at, ...row }) => ({ ...row, at: rfc3339(at) }));
  return { body: { items, ...page(rows, wanted.limit, (row) => [row.sequence]) } };
}
