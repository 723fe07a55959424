/**
 * Makes a checked configuration safe to show. What the schema marks `sensitive: true` is masked, and so is whatever
 * the schema does not describe: a setting nobody thought of must not leak.
 */
export const MASK = '***';

type Schema = Record<string, unknown>;

/** A copy of `value` with secrets replaced by `***`; `value` itself is left alone. Local `$ref`s (`#/...`) are followed. */
export function maskSensitive(schema: Schema, value: unknown): unknown {
  return mask(value, [schema], schema);
}

/** `schemas`: every schema that speaks about this value. */
function mask(value: unknown, schemas: unknown[], root: Schema): unknown {
  if (value === undefined || value === null) return value;
  const all = expand(schemas, root);
  if (all.length === 0 || all.some((schema) => schema.sensitive === true)) return MASK;
  if (Array.isArray(value)) return value.map((item, index) => mask(item, itemSchemas(all, index), root));
  if (typeof value !== 'object') return all.some(describes) ? value : MASK;
  const entries = Object.entries(value).map(([key, inner]) => [key, mask(inner, propertySchemas(all, key), root)]);
  return Object.fromEntries(entries);
}

/** The schemas themselves with their alternatives and references; `true` and `{}` describe nothing. */
function expand(schemas: unknown[], root: Schema, depth = 0): Schema[] {
  if (depth > 32) return [{ sensitive: true }];
  return schemas.filter(isSchema).flatMap((schema) => {
    const more = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
    for (const key of ['if', 'then', 'else']) if (key in schema) more.push(schema[key]);
    if (typeof schema.$ref === 'string') more.push(resolve(schema.$ref, root));
    return [schema, ...expand(more, root, depth + 1)];
  });
}

function resolve(ref: string, root: Schema): unknown {
  if (!ref.startsWith('#')) return { sensitive: true };
  let at: unknown = root;
  for (const step of ref.split('/').slice(1)) {
    at = isSchema(at) ? at[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  }
  return at;
}

function propertySchemas(schemas: Schema[], key: string): unknown[] {
  return schemas.flatMap((schema) => {
    const named = isSchema(schema.properties) && Object.hasOwn(schema.properties, key) ? [schema.properties[key]] : [];
    const patterns = Object.entries(isSchema(schema.patternProperties) ? schema.patternProperties : {});
    for (const [pattern, inner] of patterns) if (new RegExp(pattern, 'u').test(key)) named.push(inner);
    return named.length > 0 ? named : [schema.additionalProperties];
  });
}

function itemSchemas(schemas: Schema[], index: number): unknown[] {
  return schemas.map((schema) => (Array.isArray(schema.prefixItems) && schema.prefixItems[index]) || schema.items);
}

function describes(schema: Schema): boolean {
  return ['type', 'enum', 'const', 'pattern', 'format'].some((key) => key in schema);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
