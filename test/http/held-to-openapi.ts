/**
 * `fetch` that holds every request and answer to `schemas/openapi.json`: an answer with a status, a content type or a
 * member that the document does not name fails the test, and so does a request that was accepted and is not described.
 *
 *     const ask = heldFetch('http://127.0.0.1:1234/v1');
 *     const answer = await ask('/customers/2');
 */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;
interface Content {
  [type: string]: { schema: Schema };
}
interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; content?: Content }>;
}
interface PathItem {
  servers?: unknown;
  [method: string]: unknown;
}
interface Document {
  paths: Record<string, PathItem>;
  components: { responses: Record<string, { content?: Content }>; schemas: Record<string, Schema> };
}

export const document: Document = JSON.parse(readFileSync('schemas/openapi.json', 'utf8'));

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('identifier', true);
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
ajv.addSchema({ $id: 'answers:', components: { schemas: closed(document.components.schemas) } });
ajv.addSchema({ $id: 'requests:', components: { schemas: document.components.schemas } });
const compiled = new Map<string, ValidateFunction>();

export type HeldFetch = (path: string, init?: RequestInit) => Promise<Response>;

/** @param mount where the routes are mounted; `/healthz` and its like are at `root` */
export function heldFetch(mount: string, root: string = new URL(mount).origin): HeldFetch {
  return async (path, init = {}) => {
    const name = new URL(path, 'http://path').pathname;
    const base = findPath(name)?.[1].servers === undefined ? mount : root;
    const response = await fetch(base + path, { redirect: 'manual', ...init });
    const text = await response.text();
    hold(path, init, response, text);
    const { status, headers } = response;
    return new Response(text === '' ? null : text, { status, headers });
  };
}

/** @throws Error that says what is not as the document has it */
export function hold(path: string, init: RequestInit, response: Response, text: string): void {
  const { pathname, searchParams } = new URL(path, 'http://path');
  const method = (init.method ?? 'GET').toLowerCase();
  const found = findPath(pathname);
  const where = `${method.toUpperCase()} ${path} -> ${response.status}`;
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (found?.[1][method] === undefined) {
    const wanted = found === undefined ? [404, 400, 401] : [405];
    if (!wanted.includes(response.status)) fail(where, `is not in the document, and should be ${wanted.join(' or ')}`);
    check(where, { $ref: 'answers:#/components/schemas/Problem' }, JSON.parse(text));
    return;
  }
  const operation = found[1][method] as Operation;
  const named = operation.responses[response.status];
  if (named === undefined) fail(where, 'is a status that the document does not name');
  const content = named?.$ref === undefined ? named?.content : document.components.responses[last(named.$ref)]?.content;
  if (content !== undefined || text !== '') {
    const schema = content?.[type]?.schema;
    if (schema === undefined) fail(where, `is of the type ${type}, which the document does not name`);
    else if (type.endsWith('json')) check(where, pointed(schema, 'answers:'), JSON.parse(text));
  }
  if (response.status < 300) holdRequest(where, operation, searchParams, init);
}

/** What was accepted must have been described. */
function holdRequest(where: string, operation: Operation, query: URLSearchParams, init: RequestInit): void {
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  for (const name of query.keys()) {
    if (!known.includes(name)) fail(where, `was accepted with ?${name}, which the document does not name`);
  }
  if (typeof init.body !== 'string') return;
  const type = new Headers(init.headers).get('content-type')?.split(';')[0] ?? '';
  const content = operation.requestBody?.content[type] ?? operation.requestBody?.content['*/*'];
  if (content === undefined)
    fail(where, `was accepted with a body of the type ${type}, which the document does not name`);
  else if (type.endsWith('json'))
    check(`${where}, request`, pointed(content.schema, 'requests:'), JSON.parse(init.body, absentNull));
}

/** Null means the same as absent. */
function absentNull(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

/** Fixed paths come before those with a part in braces. */
export function findPath(pathname: string): [path: string, item: PathItem] | undefined {
  const entries = Object.entries(document.paths).sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
  return entries.find(([path]) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`).test(pathname));
}

function check(where: string, schema: Schema, value: unknown): void {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? ajv.compile(schema);
  compiled.set(key, validate);
  if (validate(value)) return;
  const errors = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  fail(where, `is not as the document has it:\n${errors.join('\n')}\n${JSON.stringify(value)}`);
}

function fail(where: string, what: string): never {
  throw new Error(`${where} ${what}`);
}

/** References are within the document. */
function pointed(schema: Schema, base: string): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${base}#/components/`));
}

/** Clients must bear new members; our own tests must not make any that the document does not name. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = inner.type === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return (isOpen ? { ...inner, additionalProperties: false } : inner) as T;
}

function last(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}
