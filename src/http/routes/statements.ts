/** Files of entries: an upload, taken while its sender waits, and what became of those that were taken. */
import { fileSource, readStatement, readStatements } from '../../flows/statements/find-statements.js';
import { reportOf } from '../../flows/statements/report.js';
import { spool } from '../../flows/statements/spool.js';
import { takeStatement } from '../../flows/statements/take-statement.js';
import { page } from '../cursor.js';
import type { Call, Route } from '../route.js';
import { pageOf } from './page-of.js';

export const statementRoutes: readonly Route[] = [
  { method: 'get', path: '/statements', scope: 'statements:read', query: 'page', answer: list },
  { method: 'post', path: '/statements', scope: 'statements:take', query: 'statement', upload: true, answer: take },
  { method: 'get', path: '/statements/{id}', scope: 'statements:read', query: 'entity', answer: one },
];

/** Of an upload; a folder takes longer files. */
const MOST_BYTES = 1_073_741_824;

async function take({ house, query, upload }: Call) {
  const { source, reader } = fileSource(house, String(query.source));
  const file = await spool(upload(), { name: String(query.name), mostBytes: MOST_BYTES });
  try {
    const report = reportOf(await takeStatement(house, { source, reader, file }));
    return { status: report.state === 'refused' ? 422 : 200, body: report };
  } finally {
    await file.dispose();
  }
}

async function list(call: Call) {
  const { limit, after } = pageOf(call, ['number']);
  const before = after === undefined ? undefined : Number(after[0]);
  const items = await readStatements(call.house, { entity: call.entity, limit, before });
  return { body: { items, ...page(items, limit, ({ startedAt }) => [Date.parse(startedAt)]) } };
}

async function one({ house, entity, params }: Call) {
  return { body: await readStatement(house, entity, params.id ?? '') };
}
