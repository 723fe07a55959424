/** Reads the annotations of an event schema (`format: money`, `x-sensitivity`) off its properties, following `$ref` into the common schema. */

export type Sensitivity = 'balance' | 'payee' | 'debt' | 'personal';

/** As much of a JSON Schema as is read here. */
export interface Annotated {
  $ref?: string;
  format?: string;
  'x-sensitivity'?: string;
  properties?: Record<string, Annotated>;
  $defs?: Record<string, Annotated>;
  [keyword: string]: unknown;
}

export interface Annotations {
  /** Data paths whose value is an amount, in schema order. */
  money: string[];
  sensitivity: Map<string, Sensitivity>;
}

export function annotationsOf(schema: Annotated, common: Annotated): Annotations {
  const found: Annotations = { money: [], sensitivity: new Map() };
  visit(schema, '', common, found);
  return found;
}

function visit(schema: Annotated, path: string, common: Annotated, found: Annotations): void {
  const own = schema['x-sensitivity'] as Sensitivity | undefined;
  if (schema.format === 'money') found.money.push(path);
  if (own !== undefined && !found.sensitivity.has(path)) found.sensitivity.set(path, own);
  if (schema.$ref !== undefined) visit(resolve(schema.$ref, common), path, common, found);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    visit(property, path === '' ? key : `${path}.${key}`, common, found);
  }
}

/** Event schemas refer to `$defs` of the common schema and to nothing else. */
function resolve(ref: string, common: Annotated): Annotated {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  const definition = common.$defs?.[name];
  if (definition === undefined) throw new Error(`The common event schema has no definition "${name}".`);
  return definition;
}
